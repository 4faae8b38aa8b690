import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Worker } from 'node:worker_threads';
import { FileAnchor } from './audit/anchor.adapter.js';
import { CheckpointAnchor } from './audit/anchor.js';
import { AuditModule } from './audit/audit.module.js';
import { CheckpointSettings } from './audit/checkpoint.schedule.js';
import { KeySigner } from './audit/signer.adapter.js';
import { Signer } from './audit/signer.js';
import type { Config } from './config.js';
import { CorrectionModule } from './correction/correction.module.js';
import { DataFolder } from './event-store/data-folder.adapter.js';
import { EventStore } from './event-store/event-store.js';
import { FileKeyring } from './event-store/keyring.adapter.js';
import { Keyring } from './event-store/keyring.js';
import { MeteredEventStore } from './event-store/metered.js';
import { EmployerModule } from './employer/employer.module.js';
import { logSourceOf, openEventStore, type LogSource } from './engines.js';
import { HttpModule } from './http/http.module.js';
import { Metrics } from './http/metrics.js';
import { StoreProbe } from './http/probes.js';
import { IdentityModule } from './identity/identity.module.js';
import { IndividualModule } from './individual/individual.module.js';
import { Clock, SystemClock } from './kernel/clock.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { inThisThread, type HandOver } from './projection/applier.js';
import { Continuity } from './projection/continuity.js';
import { GuardedEventStore } from './projection/guarded.js';
import { ProjectionModule } from './projection/projection.module.js';
import { SqliteGenerations } from './projection/sqlite.adapter.js';
import { inWorker } from './projection/worker.adapter.js';
import { PROJECTIONS } from './projections.js';
import type { ProjectorFiles } from './projector.worker.js';
import { RuleBook } from './rules/policy.js';
import { YamlRuleBook } from './rules/rules.loader.js';
import { RulesModule } from './rules/rules.module.js';
import { LawTables } from './rules/table.js';

/** The engines chosen for one data folder, open. */
export type Adapters = Readonly<{
  dataDir: string;
  log: LogSource;
  store: EventStore;
  keyring: Keyring;
  signer: Signer;
  anchor: CheckpointAnchor;
  checkpoints: CheckpointSettings;
  clock: Clock;
  rules: RuleBook & LawTables;
  metrics: Metrics;
  close: () => Promise<void>;
}>;

/**
 * Opens a data folder for this process alone, with its keys, its log and the rules. What cannot be used stops the
 * start with an error that names it, and nothing stays open.
 */
export const openAdapters = (
  config: Pick<Config, 'dataDir' | 'eventStoreDbUrl' | 'keyringFile' | 'checkpointHours'>,
  clock: Clock = new SystemClock(),
  rules: RuleBook & LawTables = YamlRuleBook.load(),
): Adapters => {
  const { dataDir, keyringFile } = config;
  const folder = DataFolder.open(dataDir);
  try {
    folder.assertWhole();
    const keyring = FileKeyring.open(keyringFile ?? folder.keyring);
    const signer = new KeySigner(keyring.signing);
    const anchor = new FileAnchor(folder.checkpoint);
    const checkpoints = new CheckpointSettings(config.checkpointHours ?? 0);
    const metrics = new Metrics();
    const log = logSourceOf(config);
    const engine = openEventStore(log, {
      retried: () => metrics.storeRetries.inc(),
      dropped: () => metrics.subscriptionDrops.inc(),
    });
    const store = new MeteredEventStore(engine, {
      appended: (events) => metrics.eventsAppended.inc(events),
      conflicted: () => metrics.appendConflicts.inc(),
      failed: () => metrics.appendFailures.inc(),
    });
    const close = async (): Promise<void> => {
      await store.close();
      folder.close();
    };
    return { dataDir, log, store, keyring, signer, anchor, checkpoints, clock, rules, metrics, close };
  } catch (error) {
    folder.close();
    throw error;
  }
};

/** A thread of its own keeps projecting off the event loop; it runs the built program, which tests of the sources lack. */
export type ProjectIn = 'worker' | 'thread';

const WORKER_FILE = new URL('./projector.worker.js', import.meta.url);
const toHandOver = (projectIn: ProjectIn, { log, dataDir }: Adapters): HandOver => {
  switch (projectIn) {
    case 'thread':
      return inThisThread;
    case 'worker':
      return inWorker((generation) => {
        const workerData: ProjectorFiles = { log, dataDir, generation };
        return new Worker(WORKER_FILE, { workerData });
      });
  }
};

@Module({})
class AdaptersModule {
  static register(adapters: Adapters): DynamicModule {
    const { dataDir, store, keyring, signer, anchor, checkpoints, clock, rules, metrics } = adapters;
    const providers = [
      { provide: EventStore, useValue: store },
      { provide: Keyring, useValue: keyring },
      { provide: Signer, useValue: signer },
      { provide: CheckpointAnchor, useValue: anchor },
      { provide: CheckpointSettings, useValue: checkpoints },
      { provide: Clock, useValue: clock },
      { provide: RuleBook, useValue: rules },
      { provide: LawTables, useValue: rules },
      { provide: Metrics, useValue: metrics },
      { provide: StoreProbe, useValue: new StoreProbe(dataDir) },
    ];
    return {
      module: AdaptersModule,
      global: true,
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }
}

/** The whole application over the engines given. */
@Module({})
export class AppModule {
  static register(adapters: Adapters, projectIn: ProjectIn): DynamicModule {
    const continuity = new Continuity(adapters.store);
    const store = new GuardedEventStore(adapters.store, continuity);
    return {
      module: AppModule,
      imports: [
        CqrsModule,
        AdaptersModule.register({ ...adapters, store }),
        ProjectionModule.register({
          projections: PROJECTIONS,
          generations: () => SqliteGenerations.open(adapters.dataDir),
          handOver: toHandOver(projectIn, adapters),
          continuity,
        }),
        HttpModule,
        RulesModule,
        IdentityModule,
        IndividualModule,
        EmployerModule,
        CorrectionModule,
        LedgerModule,
        AuditModule,
      ],
    };
  }
}
