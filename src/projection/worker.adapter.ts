import assert from 'node:assert';
import type { Worker } from 'node:worker_threads';
import type { Applier, HandOver } from './applier.js';
import type { Checkpoint } from './checkpoint.queries.js';
import type { Generation } from './generations.js';
import type { ProjectingAnswer, ProjectingRequest } from './projecting.messages.js';
import { BATCH_EVENTS_MAX } from './projection.runner.js';
import type { Projector, Replay } from './projector.js';

/** Starts a thread that serves `serveProjecting` for a generation. */
export type StartWorker = (generation: string) => Worker;

type Pending = Readonly<{ resolve: () => void; reject: (error: Error) => void }>;

/** Why the projecting thread did not do what was asked: `name` is the name of what went wrong there. */
class ProjectingFault extends Error {
  constructor(override readonly name: string) {
    super('the projecting thread failed');
  }
}
const LOST = 'ProjectorLost';

/** Leaves the writing of a generation to a thread: this one keeps the reader and closes the writer. */
export const inWorker =
  (start: StartWorker): HandOver =>
  async (projector) => {
    await projector.generation.writer.destroy();
    return new WorkerApplier(projector, start);
  };

/** The writer of one generation in a thread of its own, begun anew with the next call when it died. */
class WorkerApplier implements Applier {
  readonly readsLog = true;
  readonly generation: Generation;
  private at: Checkpoint | undefined;
  private parked: number;
  private worker: Worker | undefined;
  private pending: Pending | undefined;
  private closing = false;
  private listener: (error: Error) => void = () => undefined;

  constructor(
    projector: Projector,
    private readonly start: StartWorker,
  ) {
    this.generation = projector.generation;
    this.at = projector.checkpoint;
    this.parked = projector.parkedCount();
    this.worker = this.begin();
  }

  get checkpoint(): Checkpoint | undefined {
    return this.at;
  }

  parkedCount(): number {
    return this.parked;
  }

  apply(): Promise<void> {
    return this.ask({ type: 'ApplyNext', max: BATCH_EVENTS_MAX });
  }

  async replayParked(): Promise<Replay> {
    const before = this.parked;
    await this.ask({ type: 'ReplayParked' });
    return { replayed: before - this.parked, parked: this.parked };
  }

  onLost(listener: (error: Error) => void): void {
    this.listener = listener;
  }

  async close(): Promise<void> {
    this.closing = true;
    const { worker } = this;
    if (!worker) return;
    worker.ref();
    await new Promise((resolve) => {
      worker.once('exit', resolve);
      send(worker, { type: 'Close' });
    });
  }

  /** The thread holds the process only while something is asked of it, so that a start that failed can end. */
  private async ask(request: ProjectingRequest): Promise<void> {
    assert(!this.pending, 'the runner asks one thing at a time');
    if (this.closing) throw new ProjectingFault(LOST);
    const worker = (this.worker ??= this.begin());
    worker.ref();
    try {
      await new Promise<void>((resolve, reject) => {
        this.pending = { resolve, reject };
        send(worker, request);
      });
    } finally {
      this.pending = undefined;
      worker.unref();
    }
  }

  private begin(): Worker {
    const worker = this.start(this.generation.name);
    let fault = LOST;
    worker.on('message', (answer: ProjectingAnswer) => this.take(answer));
    worker.on('error', (error: unknown) => {
      fault = nameOf(error);
    });
    worker.on('exit', () => this.lose(new ProjectingFault(fault)));
    worker.unref();
    return worker;
  }

  private take(answer: ProjectingAnswer): void {
    switch (answer.type) {
      case 'Stands':
        this.at = answer.checkpoint;
        this.parked = answer.parked;
        this.pending?.resolve();
        return;
      case 'Failed':
        this.pending?.reject(new ProjectingFault(answer.name));
        return;
    }
  }

  private lose(fault: ProjectingFault): void {
    this.worker = undefined;
    if (this.pending) this.pending.reject(fault);
    else if (!this.closing) this.listener(fault);
  }
}

/** What a thread died of comes as a copy, which need not be an instance of this thread's Error. */
const nameOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error && typeof error.name === 'string'
    ? error.name
    : LOST;

const send = (worker: Worker, request: ProjectingRequest): void => worker.postMessage(request);
