import { sql } from 'kysely';
import { INDIVIDUAL_EVENT_TYPES, type IndividualEvent } from '../individual/events.js';
import { upsertMany, type Row } from '../projection/bulk.queries.js';
import type { ProjectedEvent, Projection, ReadDatabase } from '../projection/projection.js';
import { findIndividual } from '../projection/streams.js';
import { findPersonalChange } from './accounts.js';
import { EMPLOYER_MONEY_EVENT_TYPES, postingsOf, type EmployerMoneyEvent, type Posting } from './postings.js';

/** A line of a personal account; `delta_fen` is positive when money comes in. `seq` counts the lines of one event. */
export type PostingTable = {
  id: string;
  account: string;
  value_on: string;
  position: bigint;
  seq: bigint;
  revision: bigint;
  booked_on: string;
  recorded_at: string;
  delta_fen: bigint;
  type: string;
  reference: string;
  month: string | null;
};
/** Balance now, positive when the person has money: the sum of the account's lines. */
export type AccountBalanceTable = { id: string; account: string; balance_fen: bigint };
/** Turnover of an account of the book, by day of value and day booked. */
export type BookTable = {
  account: string;
  value_on: string;
  booked_on: string;
  debit_fen: bigint;
  credit_fen: bigint;
};
export type PostingsTables = { posting: PostingTable; account_balance: AccountBalanceTable; book: BookTable };

const POSTING = [
  'id',
  'account',
  'value_on',
  'position',
  'seq',
  'revision',
  'booked_on',
  'recorded_at',
  'delta_fen',
  'type',
  'reference',
  'month',
] as const satisfies readonly (keyof PostingTable)[];
const BALANCE = ['id', 'account', 'balance_fen'] as const satisfies readonly (keyof AccountBalanceTable)[];
const BOOK_KEY = ['account', 'value_on', 'booked_on'] as const satisfies readonly (keyof BookTable)[];
const BOOK_SUMS = ['debit_fen', 'credit_fen'] as const satisfies readonly (keyof BookTable)[];

type MoneyEvent = IndividualEvent | EmployerMoneyEvent;

const createTables = async (db: ReadDatabase): Promise<void> => {
  await sql`create table if not exists posting (
    id text not null, account text not null, value_on text not null, position bigint not null, seq bigint not null,
    revision bigint not null, booked_on text not null, recorded_at text not null, delta_fen bigint not null,
    type text not null, reference text not null, month text, primary key (id, account, value_on, position, seq))`.execute(
    db,
  );
  await sql`create table if not exists account_balance (
    id text not null, account text not null, balance_fen bigint not null, primary key (id, account))`.execute(
    db,
  );
  await sql`create table if not exists book (
    account text not null, value_on text not null, booked_on text not null, debit_fen bigint not null,
    credit_fen bigint not null, primary key (account, value_on, booked_on))`.execute(db);
};

/** The business key by which an entry is known outside: payment, reversal, settlement, submission, change of a bill. */
const referenceOf = (event: MoneyEvent): string => {
  switch (event.type) {
    case 'IndividualRegistered':
    case 'CoverageStarted':
    case 'CoverageStopped':
    case 'YearClosed':
      return '';
    case 'InterestCredited':
      return event.data.run;
    case 'ContributionAssessed':
      return event.data.submission;
    case 'ContributionPaid':
    case 'MoneyReceived':
    case 'CreditUsed':
      return event.data.payment;
    case 'BillChanged':
      return event.data.change;
    case 'CreditRefunded':
      return event.data.refund;
    case 'CreditMoved':
      return event.data.correction;
    case 'ContributionReversed':
      return event.data.reversal;
    case 'ContributionAdjusted':
      return event.data.adjustment;
    case 'CardSettled':
    case 'CardSettlementReversed':
      return event.data.settlement;
    case 'MonthEstimated':
    case 'EstimateSettled':
      return event.data.month;
  }
};

/** A batch folded: lines of personal accounts, the change of each balance, the turnover of each account and day. */
class Fold {
  readonly lines: Row<keyof PostingTable>[] = [];
  private readonly balances = new Map<string, { id: string; account: string; balance_fen: bigint }>();
  private readonly book = new Map<string, BookTable>();

  take(stored: ProjectedEvent): void {
    const event = { type: stored.type, data: stored.data } as MoneyEvent;
    const id = findIndividual(stored.stream);
    let seq = 0n;
    for (const posting of postingsOf(event)) {
      this.turnOver(posting, stored.metadata.bookedOn);
      if (id !== undefined && this.takeLine(id, posting, event, stored, seq)) seq += 1n;
    }
  }

  balanceRows(): readonly Row<keyof AccountBalanceTable>[] {
    return [...this.balances.values()];
  }

  bookRows(): readonly Row<keyof BookTable>[] {
    return [...this.book.values()];
  }

  private takeLine(
    id: string,
    posting: Posting,
    event: MoneyEvent,
    { position, revision, metadata }: ProjectedEvent,
    seq: bigint,
  ): boolean {
    const change = findPersonalChange(posting);
    if (!change) return false;
    const { account, delta } = change;
    this.lines.push({
      id,
      account,
      value_on: posting.valueOn,
      position,
      seq,
      revision,
      booked_on: metadata.bookedOn,
      recorded_at: metadata.recordedAt,
      delta_fen: delta,
      type: event.type,
      reference: referenceOf(event),
      month: posting.month ?? null,
    });
    const key = `${id} ${account}`;
    const balance = this.balances.get(key);
    if (balance) balance.balance_fen += delta;
    else this.balances.set(key, { id, account, balance_fen: delta });
    return true;
  }

  private turnOver({ account, amount, valueOn }: Posting, bookedOn: string): void {
    const key = `${account} ${valueOn} ${bookedOn}`;
    const found = this.book.get(key);
    const row = found ?? { account, value_on: valueOn, booked_on: bookedOn, debit_fen: 0n, credit_fen: 0n };
    if (amount > 0n) row.debit_fen += amount;
    else row.credit_fen -= amount;
    if (!found) this.book.set(key, row);
  }
}

/** Account lines, balances now and the book. Only personal accounts keep their lines; the book is kept by day. */
export const postingsProjection: Projection = {
  name: 'postings',
  types: [...INDIVIDUAL_EVENT_TYPES, ...EMPLOYER_MONEY_EVENT_TYPES],
  tables: ['posting', 'account_balance', 'book'],
  createTables,
  project: async (events, tx) => {
    const fold = new Fold();
    for (const event of events) fold.take(event);
    await upsertMany(tx, 'posting', POSTING, fold.lines, undefined);
    await upsertMany(tx, 'account_balance', BALANCE, fold.balanceRows(), {
      conflict: ['id', 'account'],
      add: ['balance_fen'],
    });
    await upsertMany(tx, 'book', [...BOOK_KEY, ...BOOK_SUMS], fold.bookRows(), {
      conflict: BOOK_KEY,
      add: BOOK_SUMS,
    });
  },
};
