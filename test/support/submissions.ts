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
import { ChangeEmployerBills } from '../../src/employer/employer.messages.js';
import type {
  BillEffect,
  ContributionAssessed,
  ContributionLine,
  ContributionPaid,
  ContributionReversed,
} from '../../src/individual/events.js';
import {
  AssessContributions,
  PayContributions,
  WithdrawContributions,
  type AssessRow,
  type AssessVerdict,
} from '../../src/individual/individual.messages.js';
import { toYuan, ZERO, type Fen } from '../../src/kernel/money.js';
import { ok } from '../../src/kernel/result.js';

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

type Stored = readonly StoredEvent[];
const dataOf = <E extends { type: string; data: object }>(
  stored: Stored,
  type: E['type'],
): readonly E['data'][] =>
  stored.filter((event) => event.type === type).map(({ data }) => JSON.parse(data) as E['data']);

/** What stands of a person's month: the last claim, unless it was taken back. */
const standingIn = (stored: Stored, month: string): ContributionAssessed['data'] | undefined => {
  const last = stored.findLast(
    ({ type }) => type.startsWith('ContributionA') || type === 'ContributionReversed',
  );
  if (last?.type !== 'ContributionAssessed') return undefined;
  return dataOf<ContributionAssessed>([last], last.type).find((slip) => slip.month === month);
};

type Hooks = Readonly<{
  /** Called with every row before it is judged; it may throw. */
  onRow?: (row: AssessRow, submission: string) => void | Promise<void>;
  /** Called with every row after it is judged, and posted where it is accepted; it may throw. */
  onDone?: (row: AssessRow) => void | Promise<void>;
  /** What an accepted row takes back from other bills. */
  effectsOf?: (id: string) => readonly BillEffect[];
}>;

/** Keeps the promises of the persons' commands by the simplest means: one event a person and act. */
export class Persons {
  /** What the account was told of base changes. */
  readonly changes: ChangeEmployerBills[] = [];

  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
    private readonly hooks: Hooks = {},
  ) {}

  get bus(): CommandBus {
    const execute = async (command: Command<unknown>): Promise<unknown> => {
      if (command instanceof AssessContributions) return this.assess(command);
      if (command instanceof PayContributions) return this.pay(command);
      if (command instanceof WithdrawContributions) return this.withdraw(command);
      if (command instanceof ChangeEmployerBills) {
        this.changes.push(command);
        return ok({ value: { credit: ZERO }, position: undefined, replayed: false });
      }
      throw new Error('no other command is known here');
    };
    return { execute } as unknown as CommandBus;
  }

  private async assess(
    command: AssessContributions,
  ): Promise<{ verdicts: readonly AssessVerdict[]; position: undefined }> {
    const verdicts: AssessVerdict[] = [];
    for (const row of command.rows) {
      await this.hooks.onRow?.(row, command.submission);
      const id = this.keyring.streamKeyOf(row.identifier.ssn);
      const stored = await this.store.read(`individual-${id}`);
      const known = standingIn(stored, command.month);
      const wage = row.wage ?? ZERO;
      const line = lineOf(wage);
      const own = !known || known.submission === command.submission;
      if (!own && known.wage !== toYuan(wage)) {
        const problem = 'needs-base-change';
        verdicts.push({ line: row.line, id, outcome: 'rejected', registered: false, problem });
        continue;
      }
      const bills = this.hooks.effectsOf?.(id) ?? [];
      const outcome = own ? 'accepted' : 'duplicate';
      verdicts.push({ line: row.line, id, outcome, registered: stored.length === 0, lines: [line], bills });
      if (known || command.dryRun) {
        await this.hooks.onDone?.(row);
        continue;
      }
      const data: ContributionAssessed['data'] = {
        submission: command.submission,
        line: row.line,
        employer: command.employer,
        region: command.region,
        month: command.month,
        wage: toYuan(wage),
        employment: row.employment,
        table: 'test',
        lines: [line],
      };
      await this.record(
        stored,
        id,
        { type: 'ContributionAssessed', data },
        command.submission,
        command.origin,
      );
      await this.hooks.onDone?.(row);
    }
    return { verdicts, position: undefined };
  }

  private async pay(command: PayContributions): Promise<{ position: undefined }> {
    const { bill, month, payment, paidOn, individuals, origin } = command;
    for (const id of individuals) {
      const stored = await this.store.read(`individual-${id}`);
      const paid = dataOf<ContributionPaid>(stored, 'ContributionPaid');
      const isClaimed =
        standingIn(
          stored.filter(({ type }) => type !== 'ContributionPaid'),
          month,
        )?.submission === bill;
      if (!isClaimed || paid.some((known) => known.bill === bill && known.payment === payment)) continue;
      const data: ContributionPaid['data'] = {
        submission: bill,
        bill,
        employer: '',
        month,
        paidOn,
        payment,
        lines: [],
        complete: [],
      };
      await this.record(stored, id, { type: 'ContributionPaid', data }, `${bill}:${payment}`, origin);
    }
    return { position: undefined };
  }

  private async withdraw(
    command: WithdrawContributions,
  ): Promise<{ position: undefined; bills: readonly BillEffect[] }> {
    const { submission, month, individuals, reason, origin } = command;
    for (const id of individuals) {
      const stored = await this.store.read(`individual-${id}`);
      const slip = standingIn(stored, month);
      if (slip?.submission !== submission) continue;
      const { employer, lines } = slip;
      const data: ContributionReversed['data'] = {
        reversal: submission,
        submission,
        employer,
        month,
        reason,
        evidence: '',
        paid: false,
        valueOn: origin.bookedOn,
        lines,
        bills: [],
      };
      await this.record(stored, id, { type: 'ContributionReversed', data }, submission, origin);
    }
    return { position: undefined, bills: [] };
  }

  private async record(
    stored: Stored,
    id: string,
    event: ContributionAssessed | ContributionPaid | ContributionReversed,
    by: string,
    origin: AssessContributions['origin'],
  ): Promise<void> {
    const stream = `individual-${id}`;
    const tip = tipOf(stored);
    const sealed = seal(stream, tip, [event], { ...origin, cause: `${by}:${event.type}` });
    await this.store.append(stream, tip.revision ?? 'no-stream', sealed);
  }
}
