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

export type ContributionState = 'assessed' | 'part-paid' | 'paid' | 'reversed';
/**
 * One insurance of one month as one submission assessed it. A month taken back and handed in anew has a row for each.
 * `paid_*` and `reversed_*` keep day of value and instant recorded, for questions about an earlier day.
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

type Key = Readonly<{ id: string; month: string; insurance: string; submission: string }>;
type Paid = Readonly<{ state: ContributionState; paid_on: string; paid_recorded_at: string }>;
type Reversed = Readonly<{ state: ContributionState; reversed_on: string; reversed_recorded_at: string }>;
type Adjusted = Pick<ContributionMonthTable, (typeof ADJUSTED)[number]>;
type ContributionEvent =
  ContributionAssessed | ContributionPaid | ContributionReversed | ContributionAdjusted;

const createTables = async (db: ReadDatabase): Promise<void> => {
  await sql`create table if not exists contribution_month (
    id text not null, month text not null, insurance text not null, submission text not null, employer text not null,
    wage_fen bigint not null, base_fen bigint not null, employer_part_fen bigint not null,
    employee_part_fen bigint not null, to_account_fen bigint not null, state text not null,
    assessed_position bigint not null, paid_on text, paid_recorded_at text, reversed_on text, reversed_recorded_at text,
    primary key (id, month, insurance, submission))`.execute(db);
};

/**
 * What a batch does, folded: rows assessed in it are written whole; of rows from before only what was paid or reversed
 * is changed, and they must be there.
 */
class Fold {
  private readonly whole = new Map<string, ContributionMonthTable>();
  private readonly paid = new Map<string, Key & Paid>();
  private readonly reversed = new Map<string, Key & Reversed>();
  private readonly adjusted = new Map<string, Key & Adjusted>();

  assess(id: string, { data }: ContributionAssessed, position: bigint): void {
    const { month, submission, employer } = data;
    const wage = fromYuan(data.wage);
    for (const line of data.lines) {
      const { insurance } = line;
      const text = textOf(id, data, line);
      this.whole.set(text, {
        id,
        month,
        insurance,
        submission,
        employer,
        wage_fen: wage,
        base_fen: fromYuan(line.base),
        employer_part_fen: fromYuan(line.employerPart),
        employee_part_fen: fromYuan(line.employeePart),
        to_account_fen: fromYuan(line.toAccount),
        state: 'assessed',
        assessed_position: position,
        paid_on: null,
        paid_recorded_at: null,
        reversed_on: null,
        reversed_recorded_at: null,
      });
      this.paid.delete(text);
      this.reversed.delete(text);
      this.adjusted.delete(text);
    }
  }

  adjust(id: string, { data }: ContributionAdjusted): void {
    const { month, submission } = data;
    for (const line of data.after) {
      const text = textOf(id, data, line);
      const change: Adjusted = {
        base_fen: fromYuan(line.base),
        employer_part_fen: fromYuan(line.employerPart),
        employee_part_fen: fromYuan(line.employeePart),
        to_account_fen: fromYuan(line.toAccount),
      };
      const row = this.whole.get(text);
      if (row) Object.assign(row, change);
      else this.adjusted.set(text, { id, month, insurance: line.insurance, submission, ...change });
    }
  }

  pay(id: string, { data }: ContributionPaid, recordedAt: string): void {
    const { month, submission, paidOn } = data;
    for (const line of data.lines) {
      const text = textOf(id, data, line);
      const row = this.whole.get(text);
      if (row) {
        row.state = 'paid';
        row.paid_on = paidOn;
        row.paid_recorded_at = recordedAt;
      } else {
        const { insurance } = line;
        const change = { state: 'paid', paid_on: paidOn, paid_recorded_at: recordedAt } as const;
        this.paid.set(text, { id, month, insurance, submission, ...change });
      }
    }
  }

  reverse(id: string, { data }: ContributionReversed, recordedAt: string): void {
    const { month, submission, valueOn } = data;
    for (const line of data.lines) {
      const text = textOf(id, data, line);
      const row = this.whole.get(text);
      if (row) {
        row.state = 'reversed';
        row.reversed_on = valueOn;
        row.reversed_recorded_at = recordedAt;
      } else {
        const { insurance } = line;
        const change = { state: 'reversed', reversed_on: valueOn, reversed_recorded_at: recordedAt } as const;
        this.reversed.set(text, { id, month, insurance, submission, ...change });
      }
    }
  }

  /** Paid before reversed: of a row that was both in one batch the reversal is what stays. */
  async write(tx: ReadTransaction): Promise<void> {
    const columns = [...KEY, ...REST];
    await upsertMany(tx, 'contribution_month', columns, [...this.whole.values()], {
      conflict: KEY,
      set: REST,
    });
    const paid = await updateMany(tx, 'contribution_month', KEY, PAID, [...this.paid.values()]);
    const reversed = await updateMany(tx, 'contribution_month', KEY, REVERSED, [...this.reversed.values()]);
    const adjusted = await updateMany(tx, 'contribution_month', KEY, ADJUSTED, [...this.adjusted.values()]);
    assert(
      adjusted === this.adjusted.size && paid === this.paid.size && reversed === this.reversed.size,
      'what is paid, reversed or adjusted was assessed',
    );
  }
}

const textOf = (
  id: string,
  { month, submission }: Readonly<{ month: string; submission: string }>,
  { insurance }: ContributionLine,
): string => `${id} ${month} ${insurance} ${submission}`;

export const contributionMonthProjection: Projection = {
  name: 'contribution-month',
  types: ['ContributionAssessed', 'ContributionPaid', 'ContributionReversed', 'ContributionAdjusted'],
  tables: ['contribution_month'],
  createTables,
  project: async (events, tx) => {
    const fold = new Fold();
    for (const event of events) {
      const id = findIndividual(event.stream);
      if (id !== undefined) take(fold, id, event);
    }
    await fold.write(tx);
  },
};

const take = (fold: Fold, id: string, stored: ProjectedEvent): void => {
  const event = { type: stored.type, data: stored.data } as ContributionEvent;
  const { recordedAt } = stored.metadata;
  switch (event.type) {
    case 'ContributionAssessed':
      return fold.assess(id, event, stored.position);
    case 'ContributionPaid':
      return fold.pay(id, event, recordedAt);
    case 'ContributionReversed':
      return fold.reverse(id, event, recordedAt);
    case 'ContributionAdjusted':
      return fold.adjust(id, event);
  }
};
