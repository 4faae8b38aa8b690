import { metadataOf, NO_STREAM, seal, tipOf, type Tip } from '../event-store/chain.js';
import type { EventStore, StoredEvent } from '../event-store/event-store.js';
import type { Keyring } from '../event-store/keyring.js';
import type { Metadata } from '../event-store/metadata.js';
import { ATTEMPTS_MAX, toDomain } from '../event-store/transact.js';
import type { Origin } from '../individual/individual.messages.js';
import { ok, type Result } from '../kernel/result.js';
import type { JudgedRow, SubmissionEvent, SubmissionRowsJudged, SubmissionRowsStored } from './events.js';
import { fromChunk } from './roster.chunks.js';
import type { RosterRow } from './roster.js';
import {
  storedWhole,
  submission,
  submissionStreamOf,
  type SubmissionCommand,
  type SubmissionFailure,
  type SubmissionState,
} from './submission.js';

/** Judged runs are about 100 KB each. */
const PAGE_EVENTS = 20;

/**
 * The stream of one submission as one writer sees it. Its order is fixed: received (revision 0), the chunks of rows, then
 * the rest; so the rows, which are most of its bytes, are read only where they are wanted.
 */
export class SubmissionLog {
  private tip: Tip = NO_STREAM;
  private folded: SubmissionState | undefined;
  private lastPosition: bigint | undefined;
  private first: Metadata | undefined;

  private constructor(
    private readonly store: EventStore,
    readonly id: string,
  ) {}

  static async open(store: EventStore, id: string): Promise<SubmissionLog> {
    const log = new SubmissionLog(store, id);
    await log.reload();
    return log;
  }

  get state(): SubmissionState | undefined {
    return this.folded;
  }
  /** Position of the stream's last event. */
  get position(): bigint | undefined {
    return this.lastPosition;
  }
  /** Metadata of the receipt: who sent the file, and on which day. */
  get receipt(): Metadata | undefined {
    return this.first;
  }

  /**
   * Decides and appends; a race that was lost, or was won by the same command of another writer, is read and decided
   * again. The cause names the content too where the key alone does not, so that equal ids are equal events.
   */
  async execute(
    command: SubmissionCommand,
    cause: string,
    origin: Origin,
  ): Promise<Result<readonly SubmissionEvent[], SubmissionFailure>> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const decision = submission.decide(command, this.folded);
      if (!decision.ok || decision.value.length === 0) return decision;
      if (await this.append(decision.value, cause, origin)) return ok(decision.value);
      await this.catchUp();
    }
    throw new Error('a submission was written by others again and again');
  }

  /** Whether the events are stored by us; else the stream must be read anew. */
  private async append(events: readonly SubmissionEvent[], cause: string, origin: Origin): Promise<boolean> {
    const stream = submissionStreamOf(this.id);
    const sealed = seal(stream, this.tip, events, { ...origin, cause });
    const appended = await this.store.append(stream, this.tip.revision ?? 'no-stream', sealed);
    const last = sealed.at(-1);
    if (!appended.ok || !appended.value.stored || !last) return false;
    const { revision, position } = appended.value;
    const stored = { ...last, stream, revision, position };
    this.take([stored]);
    this.first ??= metadataOf(stored);
    this.folded = submission.replay(events, this.folded);
    return true;
  }

  private take(events: readonly StoredEvent[]): void {
    if (events.length === 0) return;
    this.tip = tipOf(events);
    this.lastPosition = events.at(-1)?.position;
  }

  /** What is known is a beginning of the stream: only what follows is read. */
  private async catchUp(): Promise<void> {
    const { revision } = this.tip;
    if (revision === undefined) await this.reload();
    else await this.fold(revision + 1n);
  }

  private async reload(): Promise<void> {
    const [received] = await this.store.read(submissionStreamOf(this.id), { from: 0n, max: 1 });
    this.tip = NO_STREAM;
    this.folded = undefined;
    if (!received) return;
    this.take([received]);
    this.first = metadataOf(received);
    const first = submission.replay([toDomain<SubmissionEvent>(received)]);
    const chunks = first?.received.chunks ?? 0;
    this.folded = first && storedWhole(first);
    if ((await this.fold(BigInt(chunks) + 1n)) && !this.isCutShort()) return;
    this.folded = first;
    await this.fold(1n);
  }

  /** Withdrawn before its rows were whole: fewer chunks stand there, and what followed the rows was not read. */
  private isCutShort(): boolean {
    return this.folded?.closed === true && this.folded.withdrawn === undefined;
  }

  /** Folds what follows; whether there was anything. */
  private async fold(from: bigint): Promise<boolean> {
    let any = false;
    for await (const page of this.pages(from)) {
      any = true;
      this.take(page);
      this.folded = submission.replay(page.map(toDomain<SubmissionEvent>), this.folded);
    }
    return any;
  }

  private async *pages(from: bigint): AsyncGenerator<readonly StoredEvent[]> {
    for (let next = from; ;) {
      const page = await this.store.read(submissionStreamOf(this.id), { from: next, max: PAGE_EVENTS });
      const last = page.at(-1);
      if (!last) return;
      yield page;
      next = last.revision + 1n;
    }
  }

  /** The rows in the order of the file, a chunk at a time. */
  async *chunks(keyring: Keyring): AsyncGenerator<readonly RosterRow[]> {
    const stream = submissionStreamOf(this.id);
    const count = this.folded?.chunksStored ?? 0;
    for (let chunk = 0; chunk < count; chunk++) {
      const [event] = await this.store.read(stream, { from: BigInt(chunk) + 1n, max: 1 });
      if (!event) return;
      const { data } = toDomain<SubmissionRowsStored>(event);
      yield fromChunk(keyring.open(data.sealed, stream));
    }
  }

  /** The runs of verdicts in the order of the file; a row that was moved names the person to whom it went. */
  async *judgedRuns(): AsyncGenerator<SubmissionRowsJudged['data']> {
    for await (const run of this.runsAsJudged()) {
      const moved = this.folded?.moved;
      if (!moved || moved.size === 0) yield run;
      else yield { ...run, rows: run.rows.map((row) => withPerson(row, moved.get(row.line))) };
    }
  }

  /** The same with the persons that the rows named. */
  private async *runsAsJudged(): AsyncGenerator<SubmissionRowsJudged['data']> {
    for await (const page of this.pages(BigInt(this.folded?.received.chunks ?? 0) + 1n))
      for (const event of page)
        if (event.type === 'SubmissionRowsJudged') yield toDomain<SubmissionRowsJudged>(event).data;
  }
}

const withPerson = (row: JudgedRow, individual: string | undefined): JudgedRow =>
  individual === undefined ? row : { ...row, individual };
