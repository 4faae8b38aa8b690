import { sql } from 'kysely';
import assert from 'node:assert';
import type {
  ContributionAdjusted,
  ContributionAssessed,
  ContributionLine,
  ContributionPaid,
  ContributionReversed,
} from '../individual/events.js';
import { fromYuan } from '../kernel/money.js';
import { updateMany, upsertMany } from '../projection/bulk.queries.js';
import type { ProjectedEvent, Projection, ReadDatabase, ReadTransaction } from '../projection/projection.js';
import { findIndividual } from '../projection/streams.js';

/**
 * `part-paid`: something was credited, and the month does not count yet. `paid`: it counts; a later difference that is
 * still owed does not take that back.
 */
export type ContributionState = 'assessed' | 'part-paid' | 'paid' | 'reversed';
/**
 * One insurance of one month as one submission assessed it. A month taken back and handed in anew has a row for each.
 * `paid_*` (since when the month counts) and `reversed_*` keep day of value and instant recorded, for questions about an
 * earlier day.
 */
export type ContributionMonthTable = {
  id: string;
  month: string;
  insurance: string;
  submission: string;
  employer: string;
  wage_fen: bigint;
  base_fen: bigint;
  employer_part_fen: bigint;
  employee_part_fen: bigint;
  to_account_fen: bigint;
  state: ContributionState;
  assessed_position: bigint;
  paid_on: string | null;
  paid_recorded_at: string | null;
  reversed_on: string | null;
  reversed_recorded_at: string | null;
};
export type ContributionTables = { contribution_month: ContributionMonthTable };

type Column = keyof ContributionMonthTable;
const KEY = ['id', 'month', 'insurance', 'submission'] as const satisfies readonly Column[];
const SLIP = ['id', 'month', 'submission'] as const satisfies readonly Column[];
const AMOUNTS = [
  'employer',
  'wage_fen',
  'base_fen',
  'employer_part_fen',
  'employee_part_fen',
  'to_account_fen',
] as const satisfies readonly Column[];
const PAID = ['state', 'paid_on', 'paid_recorded_at'] as const satisfies readonly Column[];
const REVERSED = ['state', 'reversed_on', 'reversed_recorded_at'] as const satisfies readonly Column[];
const ADJUSTED = [
  'base_fen',
  'employer_part_fen',
  'employee_part_fen',
  'to_account_fen',
] as const satisfies readonly Column[];
const REST = [...AMOUNTS, 'assessed_position', ...PAID, 'reversed_on', 'reversed_recorded_at'] as const;

type Key = Pick<ContributionMonthTable, (typeof KEY)[number]>;
type Begun = Pick<ContributionMonthTable, 'state'>;
type Paid = Pick<ContributionMonthTable, (typeof PAID)[number]>;
type Reversed = Pick<ContributionMonthTable, (typeof REVERSED)[number]>;
type Adjusted = Pick<ContributionMonthTable, (typeof ADJUSTED)[number]>;
type Waged = Pick<ContributionMonthTable, (typeof SLIP)[number] | 'wage_fen'>;
type ContributionEvent =
  ContributionAssessed | ContributionPaid | ContributionReversed | ContributionAdjusted;

/** A month that counts goes on counting when a difference of it is paid in part. */
const BEGUN = {
  as: {
    state:
      "case contribution_month.state when 'assessed' then changed.state else contribution_month.state end",
  },
} as const;
/** What was taken back keeps the wage by which it was assessed. */
const STANDING = { where: "contribution_month.state <> 'reversed'" } as const;

const createTables = async (db: ReadDatabase): Promise<void> => {
  await sql`create table if not exists contribution_month (
    id text not null, month text not null, insurance text not null, submission text not null, employer text not null,
    wage_fen bigint not null, base_fen bigint not null, employer_part_fen bigint not null,
    employee_part_fen bigint not null, to_account_fen bigint not null, state text not null,
    assessed_position bigint not null, paid_on text, paid_recorded_at text, reversed_on text, reversed_recorded_at text,
    primary key (id, month, insurance, submission))`.execute(db);
  await sql`create index if not exists contribution_month_by_employer
    on contribution_month (employer, month, id)`.execute(db);
};

/**
 * What a batch does, folded: rows assessed in it are written whole; of rows from before only what was paid, changed or
 * reversed is written, and they must be there. No row is read.
 */
class Fold {
  private readonly whole = new Map<string, ContributionMonthTable>();
  private readonly wholeSlips = new Map<string, readonly ContributionMonthTable[]>();
  private readonly begun = new Map<string, Key & Begun>();
  private readonly paid = new Map<string, Key & Paid>();
  private readonly reversed = new Map<string, Key & Reversed>();
  private readonly reversedSlips = new Set<string>();
  private readonly adjusted = new Map<string, Key & Adjusted>();
  private readonly waged = new Map<string, Waged>();

  /** Whether an event must come after what is folded is written: a new wage is for the rows of a slip that stand by then. */
  mustWait(id: string, event: ContributionEvent): boolean {
    switch (event.type) {
      case 'ContributionAssessed':
        return this.waged.has(slipOf(id, event.data));
      case 'ContributionAdjusted':
        return isWageChanged(event) && this.reversedSlips.has(slipOf(id, event.data));
      case 'ContributionPaid':
      case 'ContributionReversed':
        return false;
    }
  }

  assess(id: string, { data }: ContributionAssessed, position: bigint): void {
    const rows = data.lines.map((line) => toRow(id, data, line, position));
    for (const row of rows) {
      const text = textOf(row);
      this.whole.set(text, row);
      for (const pending of [this.begun, this.paid, this.reversed, this.adjusted]) pending.delete(text);
    }
    this.wholeSlips.set(slipOf(id, data), rows);
  }

  adjust(id: string, event: ContributionAdjusted, recordedAt: string): void {
    const { month, submission, after, wage, complete = [], paidOn = '' } = event.data;
    for (const line of after)
      this.change(this.adjusted, { id, month, insurance: line.insurance, submission }, amountsOf(line));
    this.count({ id, month, submission }, complete, paidOn, recordedAt);
    if (!isWageChanged(event)) return;
    const waged = { id, month, submission, wage_fen: fromYuan(wage) };
    const slip = slipOf(id, event.data);
    this.waged.set(slip, waged);
    for (const row of this.wholeSlips.get(slip) ?? []) row.wage_fen = waged.wage_fen;
  }

  pay(id: string, { data }: ContributionPaid, recordedAt: string): void {
    const { month, submission, paidOn, lines, complete } = data;
    for (const { insurance } of lines) {
      if (complete.includes(insurance)) continue;
      const key = { id, month, insurance, submission };
      const row = this.whole.get(textOf(key));
      if (!row) this.begun.set(textOf(key), { ...key, state: 'part-paid' });
      else if (row.state === 'assessed') row.state = 'part-paid';
    }
    this.count({ id, month, submission }, complete, paidOn, recordedAt);
  }

  /** The month counts for these insurances. */
  private count(
    slip: Omit<Key, 'insurance'>,
    complete: readonly string[],
    paidOn: string,
    recordedAt: string,
  ): void {
    const paid = { state: 'paid', paid_on: paidOn, paid_recorded_at: recordedAt } as const;
    for (const insurance of complete) this.change(this.paid, { ...slip, insurance }, paid);
  }

  reverse(id: string, { data }: ContributionReversed, recordedAt: string): void {
    const { month, submission, valueOn, lines } = data;
    const reversed = { state: 'reversed', reversed_on: valueOn, reversed_recorded_at: recordedAt } as const;
    for (const { insurance } of lines)
      this.change(this.reversed, { id, month, insurance, submission }, reversed);
    this.reversedSlips.add(slipOf(id, data));
  }

  /** In a row of this batch, or among what is written into those from before. */
  private change<T extends Partial<ContributionMonthTable>>(
    pending: Map<string, Key & T>,
    key: Key,
    change: T,
  ): void {
    const text = textOf(key);
    const row = this.whole.get(text);
    if (row) Object.assign(row, change);
    else pending.set(text, { ...key, ...change });
  }

  /** The reversal last: of a row that was paid or got another wage before it in one batch, it is what stays. */
  async write(tx: ReadTransaction): Promise<void> {
    const table = 'contribution_month';
    await upsertMany(tx, table, [...KEY, ...REST], [...this.whole.values()], { conflict: KEY, set: REST });
    const begun = await updateMany(tx, table, KEY, ['state'], [...this.begun.values()], BEGUN);
    const paid = await updateMany(tx, table, KEY, PAID, [...this.paid.values()]);
    const adjusted = await updateMany(tx, table, KEY, ADJUSTED, [...this.adjusted.values()]);
    await updateMany(tx, table, SLIP, ['wage_fen'], [...this.waged.values()], STANDING);
    const reversed = await updateMany(tx, table, KEY, REVERSED, [...this.reversed.values()]);
    const asked = [this.begun, this.paid, this.adjusted, this.reversed].map(({ size }) => size);
    assert.deepStrictEqual(
      [begun, paid, adjusted, reversed],
      asked,
      'what is paid, adjusted or reversed was assessed',
    );
  }
}

const toRow = (
  id: string,
  { month, submission, employer, wage }: ContributionAssessed['data'],
  line: ContributionLine,
  position: bigint,
): ContributionMonthTable => ({
  id,
  month,
  insurance: line.insurance,
  submission,
  employer,
  wage_fen: fromYuan(wage),
  ...amountsOf(line),
  state: 'assessed',
  assessed_position: position,
  paid_on: null,
  paid_recorded_at: null,
  reversed_on: null,
  reversed_recorded_at: null,
});

const amountsOf = (line: ContributionLine): Adjusted => ({
  base_fen: fromYuan(line.base),
  employer_part_fen: fromYuan(line.employerPart),
  employee_part_fen: fromYuan(line.employeePart),
  to_account_fen: fromYuan(line.toAccount),
});

const isWageChanged = ({ data: { wage, wageBefore } }: ContributionAdjusted): boolean => wage !== wageBefore;

const textOf = ({ id, month, insurance, submission }: Key): string =>
  `${id} ${month} ${insurance} ${submission}`;
const slipOf = (id: string, { month, submission }: Readonly<{ month: string; submission: string }>): string =>
  `${id} ${month} ${submission}`;

export const contributionMonthProjection: Projection = {
  name: 'contribution-month',
  types: ['ContributionAssessed', 'ContributionPaid', 'ContributionReversed', 'ContributionAdjusted'],
  tables: ['contribution_month'],
  createTables,
  project: async (events, tx) => {
    let fold = new Fold();
    for (const stored of events) {
      const id = findIndividual(stored.stream);
      if (id === undefined) continue;
      const event = { type: stored.type, data: stored.data } as ContributionEvent;
      if (fold.mustWait(id, event)) {
        await fold.write(tx);
        fold = new Fold();
      }
      take(fold, id, event, stored);
    }
    await fold.write(tx);
  },
};

const take = (
  fold: Fold,
  id: string,
  event: ContributionEvent,
  { position, metadata: { recordedAt } }: ProjectedEvent,
): void => {
  switch (event.type) {
    case 'ContributionAssessed':
      return fold.assess(id, event, position);
    case 'ContributionPaid':
      return fold.pay(id, event, recordedAt);
    case 'ContributionReversed':
      return fold.reverse(id, event, recordedAt);
    case 'ContributionAdjusted':
      return fold.adjust(id, event, recordedAt);
  }
};
