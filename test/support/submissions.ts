import type { Command, CommandBus } from '@nestjs/cqrs';
import {
  EventStore,
  type AppendResult,
  type ExpectedRevision,
  type NewEvent,
  type ReadAllOptions,
  type ReadOptions,
  type SinceLast,
  type StoredEvent,
  type StreamAppend,
  type Subscription,
} from '../../src/event-store/event-store.js';
import { seal, tipOf } from '../../src/event-store/chain.js';
import type { Keyring } from '../../src/event-store/keyring.js';
import type {
  ContributionAssessed,
  ContributionLine,
  ContributionPaid,
} from '../../src/individual/events.js';
import {
  AssessContributions,
  PayContributions,
  type AssessVerdict,
} from '../../src/individual/individual.messages.js';
import { toYuan, type Fen } from '../../src/kernel/money.js';

/** What a process that was killed sees: nothing answers any more. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * A store whose process dies at its n-th append: just before the write, or just after it and before the answer. With a
 * failure of its own it is the store that is gone, and its callers live on.
 */
export class DyingStore extends EventStore {
  private appends = 0;
  private dead = false;
  private refused = 0;

  constructor(
    private readonly store: EventStore,
    private readonly diesAt: number,
    private readonly when: 'before' | 'after',
    private readonly failure: () => Error = () => new Killed(),
  ) {
    super();
  }

  get died(): boolean {
    return this.dead;
  }

  get appendsSoFar(): number {
    return this.appends;
  }
  /** Calls that found it dead. */
  get refusedSoFar(): number {
    return this.refused;
  }
  /** The trouble was passing. */
  revive(): void {
    this.dead = false;
  }

  private async write<T>(act: () => Promise<T>): Promise<T> {
    this.assertAlive();
    const dies = (this.appends += 1) === this.diesAt;
    if (dies && this.when === 'before') this.dead = true;
    this.assertAlive();
    const result = await act();
    if (dies) this.dead = true;
    this.assertAlive();
    return result;
  }
  private assertAlive(): void {
    if (!this.dead) return;
    this.refused += 1;
    throw this.failure();
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult> {
    return this.write(() => this.store.append(stream, expected, events));
  }
  appendMany(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    return this.write(() => this.store.appendMany(appends));
  }
  async read(stream: string, options?: ReadOptions | SinceLast): Promise<readonly StoredEvent[]> {
    this.assertAlive();
    return this.store.read(stream, options);
  }
  readMany(
    streams: readonly string[],
    options?: SinceLast,
  ): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    return this.store.readMany(streams, options);
  }
  readAll(options: ReadAllOptions): Promise<readonly StoredEvent[]> {
    return this.store.readAll(options);
  }
  subscribe(
    options: Readonly<{ after?: bigint; batchMax?: number }>,
    onBatch: (events: readonly StoredEvent[]) => Promise<void>,
  ): Subscription {
    return this.store.subscribe(options, onBatch);
  }
  head(): Promise<bigint | undefined> {
    return this.store.head();
  }
  countAfter(position: bigint | undefined, max?: number): Promise<number> {
    return this.store.countAfter(position, max);
  }
  async close(): Promise<void> {}
}

/** A tenth of the wage from each side, so that sums are easy to follow. */
const lineOf = (wage: Fen): ContributionLine => {
  const part = toYuan((wage / 10n) as Fen);
  return {
    insurance: 'pension',
    base: toYuan(wage),
    employerPart: part,
    employeePart: part,
    toAccount: part,
  };
};

/** Keeps the promises of AssessContributions and PayContributions by the simplest means: one event a person and act. */
export class Persons {
  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
  ) {}

  get bus(): CommandBus {
    const execute = (command: Command<unknown>): Promise<unknown> => {
      if (command instanceof AssessContributions) return this.assess(command);
      if (command instanceof PayContributions) return this.pay(command);
      throw new Error('no other command is known here');
    };
    return { execute } as unknown as CommandBus;
  }

  private async assess(
    command: AssessContributions,
  ): Promise<{ verdicts: readonly AssessVerdict[]; position: undefined }> {
    const verdicts: AssessVerdict[] = [];
    for (const row of command.rows) {
      const id = this.keyring.streamKeyOf(row.identifier.ssn);
      const stored = await this.store.read(`individual-${id}`);
      const known = stored
        .filter(({ type }) => type === 'ContributionAssessed')
        .map(({ data }) => JSON.parse(data) as ContributionAssessed['data'])
        .find(({ month }) => month === command.month);
      const line = lineOf(row.wage);
      const outcome = !known || known.submission === command.submission ? 'accepted' : 'duplicate';
      verdicts.push({ line: row.line, id, outcome, registered: !known, lines: [line] });
      if (known || command.dryRun) continue;
      const data: ContributionAssessed['data'] = {
        submission: command.submission,
        line: row.line,
        employer: command.employer,
        region: command.region,
        month: command.month,
        wage: toYuan(row.wage),
        employment: row.employment,
        table: 'test',
        lines: [line],
      };
      await this.record(stored, id, { type: 'ContributionAssessed', data }, command);
    }
    return { verdicts, position: undefined };
  }

  private async pay(command: PayContributions): Promise<{ position: undefined }> {
    for (const id of command.individuals) {
      const stored = await this.store.read(`individual-${id}`);
      if (stored.some(({ type }) => type === 'ContributionPaid')) continue;
      const { submission, month, payment, paidOn } = command;
      const data: ContributionPaid['data'] = { submission, employer: '', month, paidOn, payment, lines: [] };
      await this.record(stored, id, { type: 'ContributionPaid', data }, command);
    }
    return { position: undefined };
  }

  private async record(
    stored: readonly StoredEvent[],
    id: string,
    event: ContributionAssessed | ContributionPaid,
    { submission, origin }: Pick<AssessContributions, 'submission' | 'origin'>,
  ): Promise<void> {
    const stream = `individual-${id}`;
    const tip = tipOf(stored);
    const sealed = seal(stream, tip, [event], { ...origin, cause: `${submission}:${event.type}` });
    await this.store.append(stream, tip.revision ?? 'no-stream', sealed);
  }
}
