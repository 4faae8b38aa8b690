import { Module, type DynamicModule } from '@nestjs/common';
import { EventStore } from '../event-store/event-store.js';
import type { HandOver } from './applier.js';
import type { Continuity } from './continuity.js';
import { Generations } from './generations.js';
import { ProjectionRunner } from './projection.runner.js';
import type { Projection } from './projection.js';
import { ReadModels } from './read-models.js';

/**
 * All projections of the application, where their rows are kept: `() => SqliteGenerations.open(folder)`, who writes
 * them, and what knows whether the log is still theirs.
 */
export type ProjectionOptions = Readonly<{
  projections: readonly Projection[];
  generations: () => Generations | Promise<Generations>;
  handOver: HandOver;
  continuity: Continuity;
}>;

/** Gives `ReadModels` to every module and runs the projections while the application does. Needs `EventStore`. */
@Module({})
export class ProjectionModule {
  static register({ projections, generations, handOver, continuity }: ProjectionOptions): DynamicModule {
    return {
      module: ProjectionModule,
      global: true,
      providers: [
        { provide: Generations, useFactory: generations },
        {
          provide: ProjectionRunner,
          useFactory: (store: EventStore, kept: Generations) =>
            ProjectionRunner.open(store, kept, projections, handOver, continuity),
          inject: [EventStore, Generations],
        },
        {
          provide: ReadModels,
          useFactory: (runner: ProjectionRunner) => runner.readModels,
          inject: [ProjectionRunner],
        },
      ],
      exports: [ReadModels, ProjectionRunner, Generations],
    };
  }
}
