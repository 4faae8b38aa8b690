import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { nameOf } from '../event-store/chain.js';
import { EventStore, type Conflict } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { StreamLog } from '../event-store/stream.log.js';
import { toDomain } from '../event-store/transact.js';
import type { Origin, Written } from '../individual/individual.messages.js';
import { Clock } from '../kernel/clock.js';
import { ok, type Result } from '../kernel/result.js';
import { ReadModels } from '../projection/read-models.js';
import { AccountProcess } from './account.process.js';
import type { BankRow } from './bank-line.js';
import type { BankStatementFile } from './bank-statement.file.js';
import { BankMatcher } from './bank-statement.matching.js';
import { findUnmatchedStatements } from './bank-statement.queries.js';
import {
  bankStatement,
  bankStatementStreamOf,
  isStoredWhole,
  matchedCount,
  type BankLine,
  type BankStatementCommand,
  type BankStatementEvent,
  type BankStatementFailure,
  type BankStatementState,
} from './bank-statement.js';
import { Gate } from './gate.js';
import { ResumableWork } from '../projection/resumable.process.js';
import { fromChunk, toChunks } from './roster.chunks.js';

/** Statements matched at once: each books on many accounts by itself. */
const STATEMENTS_AT_ONCE = 2;
/** Lines matched in one go: their verdicts are one event. */
const RUN_LINES = 100;
const PAGE_EVENTS = 20;

type StatementLog = StreamLog<
  BankStatementCommand,
  BankStatementEvent,
  BankStatementState | undefined,
  BankStatementFailure
>;

/**
 * Takes statements of the bank and matches them line by line. What was done is read from the statement's stream and the
 * accounts, so it may be stopped at any moment and begun again: a line is booked once.
 */
@Injectable()
export class BankStatementProcess implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly matching = new ResumableWork('bank statement', new Gate(STATEMENTS_AT_ONCE), (id) =>
    this.matchAll(id),
  );

  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
    private readonly readModels: ReadModels,
    private readonly matcher: BankMatcher,
    private readonly crediting: AccountProcess,
  ) {}

  onApplicationBootstrap(): void {
    this.matching.resume(this.readModels, () => findUnmatchedStatements(this.readModels.db()));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.matching.stop();
  }

  parked(): ReadonlyMap<string, string> {
    return this.matching.parked();
  }

  /** Resolves when every line is matched and every person credited, or it is parked, or the process stops. */
  work(id: string): Promise<void> {
    return this.matching.work(id);
  }

  /** Answered when its lines are durable; they are matched by `work`. */
  async receive(
    { rows, fileSha256, format }: BankStatementFile,
    key: string,
    origin: Origin,
  ): Promise<Result<Written<string>, BankStatementFailure | Conflict>> {
    const statement = nameOf('bank-statement', key);
    const chunks = toChunks(rows);
    const counts = { linesTotal: rows.length, chunks: chunks.length };
    const log = await this.open(statement);
    const received = await log.execute(
      { type: 'Receive', received: { statement, fileSha256, format, ...counts } },
      { ...origin, cause: `received:${fileSha256}` },
    );
    if (!received.ok) return received;
    for (const [chunk, { rows: lines, text }] of chunks.entries()) {
      if (chunk < (log.state?.chunksStored ?? 0)) continue;
      const sealed = this.keyring.seal(text, bankStatementStreamOf(statement));
      const stored = await log.execute(
        { type: 'StoreLines', chunk, lines, sealed },
        { ...origin, cause: `lines:${chunk}` },
      );
      if (!stored.ok) return stored;
    }
    const replayed = received.value.events.length === 0;
    return ok({ value: statement, position: log.position, replayed });
  }

  async find(id: string): Promise<BankStatementState | undefined> {
    return (await this.open(id)).state;
  }

  /** The lines as they were written, in the order of the file. */
  async rowsOf(id: string): Promise<readonly BankRow[]> {
    const rows: BankRow[] = [];
    for await (const event of this.eventsOf(id)) {
      if (event.type !== 'BankStatementLinesStored') continue;
      const { sealed } = event.data;
      rows.push(...fromChunk<BankRow>(this.keyring.open(sealed, bankStatementStreamOf(id))));
    }
    return rows;
  }

  /** The verdicts so far, in the order of the file. */
  async linesOf(id: string): Promise<readonly BankLine[]> {
    const lines: BankLine[] = [];
    for await (const event of this.eventsOf(id))
      if (event.type === 'BankLinesMatched') lines.push(...event.data.lines);
    return lines;
  }

  private async *eventsOf(id: string): AsyncGenerator<BankStatementEvent> {
    for (let from = 0n; ;) {
      const page = await this.store.read(bankStatementStreamOf(id), { from, max: PAGE_EVENTS });
      const last = page.at(-1);
      if (!last) return;
      yield* page.map(toDomain<BankStatementEvent>);
      from = last.revision + 1n;
    }
  }

  private open(id: string): Promise<StatementLog> {
    return StreamLog.open(this.store, bankStatementStreamOf(id), bankStatement);
  }

  private async matchAll(id: string): Promise<void> {
    const log = await this.open(id);
    if (!log.state || !isStoredWhole(log.state)) return;
    const rows = await this.rowsOf(id);
    const crediting = new Map<string, Promise<void>>();
    while (log.state && matchedCount(log.state) < rows.length) {
      if (this.matching.isStopping) return;
      const from = matchedCount(log.state);
      const origin = this.origin(id);
      const lines = await this.matcher.match(id, rows.slice(from, from + RUN_LINES), origin);
      for (const uscc of payersIn(lines)) crediting.set(uscc, this.crediting.work(uscc));
      const noted = await log.execute(
        { type: 'Match', from, lines },
        { ...origin, cause: `matched:${from}` },
      );
      if (!noted.ok) throw new Error(noted.error.type);
    }
    await Promise.all(crediting.values());
  }

  private origin(statement: string): Origin {
    return {
      recordedAt: this.clock.now(),
      bookedOn: this.clock.today(),
      actor: { role: 'process', id: 'bank-statement' },
      channel: 'process',
      correlationId: statement,
      causationId: statement,
    };
  }
}

/** Employers of whom a line paid something. */
const payersIn = (lines: readonly BankLine[]): ReadonlySet<string> =>
  new Set(lines.flatMap(({ uscc, verdict }) => (uscc !== undefined && verdict === 'matched' ? [uscc] : [])));
