import { sql } from 'kysely';
import { upsertMany } from '../projection/bulk.queries.js';
import type { ProjectedEvent, Projection, ReadDatabase, ReadTransaction } from '../projection/projection.js';
import { AccountFold, billsOf } from './account.fold.js';
import {
  ACCOUNT_SUMS,
  BILL_CELL_COLUMNS,
  BILL_COLUMNS,
  COVERING_COLUMNS,
  ENTRY_COLUMNS,
  PAYMENT_COLUMNS,
  type AccountTables,
  type BillCellRecord,
} from './account.rows.js';
import { fromRecord, type KnownBill } from './bill.rows.js';
import type { AccountEvent } from './events.js';

const TYPES = [
  'BillIssued',
  'BillExtended',
  'BillWithdrawn',
  'MoneyReceived',
  'CreditUsed',
  'BillChanged',
  'CreditRefunded',
  'CreditMoved',
  'PersonsCredited',
] as const satisfies readonly AccountEvent['type'][];

const createTables = async (db: ReadDatabase): Promise<void> => {
  await sql`create table if not exists bill (
    bill text primary key, uscc text not null, kind text not null, region text not null, month text not null,
    due_on text not null, issued_on text not null, state text not null, amount_fen bigint not null,
    paid_fen bigint not null, late_fee_paid_fen bigint not null, parts text not null, last_payment text,
    last_paid_on text)`.execute(db);
  await sql`create index if not exists bill_by_employer on bill (uscc, month, bill)`.execute(db);
  await sql`create index if not exists bill_by_month on bill (month, state)`.execute(db);
  await sql`create index if not exists bill_by_state on bill (uscc, state, month, bill)`.execute(db);
  await sql`create table if not exists bill_cell (
    bill text not null, insurance text not null, side text not null, amount_fen bigint not null,
    paid_fen bigint not null, primary key (bill, insurance, side))`.execute(db);
  await sql`create table if not exists employer_payment (
    uscc text not null, payment text not null, kind text not null, amount_fen bigint not null, paid_on text not null,
    reference text, target text, allocations text not null, principal_fen bigint not null,
    late_fee_fen bigint not null, unapplied_fen bigint not null, position bigint not null, booked_on text not null,
    recorded_at text not null, primary key (uscc, payment))`.execute(db);
  await sql`create index if not exists employer_payment_by_day
    on employer_payment (uscc, paid_on, position)`.execute(db);
  await sql`create table if not exists employer_entry (
    uscc text not null, value_on text not null, position bigint not null, seq bigint not null, type text not null,
    bill text, month text, reference text not null, claimed_fen bigint not null, principal_fen bigint not null,
    late_fee_fen bigint not null, credit_fen bigint not null, received_fen bigint not null, booked_on text not null,
    recorded_at text not null, primary key (uscc, value_on, position, seq))`.execute(db);
  await sql`create table if not exists employer_account (
    uscc text primary key, credit_fen bigint not null, billed_fen bigint not null, principal_fen bigint not null,
    late_fee_fen bigint not null, received_fen bigint not null, refunded_fen bigint not null)`.execute(db);
  await sql`create table if not exists employer_covering (
    uscc text not null, covering text not null, pending bigint not null, position bigint not null,
    primary key (uscc, covering))`.execute(db);
  await sql`create index if not exists employer_covering_pending
    on employer_covering (pending, position)`.execute(db);
};

/** A statement takes only so many parameters. */
const NAMES_MAX = 500;

/** The bills of a batch that are there already, with their cells. */
const findBills = async (names: readonly string[], tx: ReadTransaction): Promise<Map<string, KnownBill>> => {
  const bills = new Map<string, KnownBill>();
  for (let from = 0; from < names.length; from += NAMES_MAX) {
    const some = names.slice(from, from + NAMES_MAX);
    const tables = tx.withTables<AccountTables>();
    const records = await tables.selectFrom('bill').selectAll().where('bill', 'in', some).execute();
    const cells = new Map<string, BillCellRecord[]>();
    for (const cell of await tables.selectFrom('bill_cell').selectAll().where('bill', 'in', some).execute())
      cells.set(cell.bill, [...(cells.get(cell.bill) ?? []), cell]);
    for (const record of records) bills.set(record.bill, fromRecord(record, cells.get(record.bill) ?? []));
  }
  return bills;
};

/** Accounts of employers: bills by cell, payments, credit, every line, and what persons are still to be credited with. */
export const accountProjection: Projection = {
  name: 'account',
  types: TYPES,
  tables: [
    'bill',
    'bill_cell',
    'employer_payment',
    'employer_entry',
    'employer_account',
    'employer_covering',
  ],
  createTables,
  project: async (batch, tx) => {
    const events = batch as readonly (ProjectedEvent & AccountEvent)[];
    const fold = new AccountFold(await findBills([...new Set(events.flatMap(billsOf))], tx));
    for (const event of events) fold.take(event, event);
    await upsertMany(tx, 'bill', BILL_COLUMNS, fold.billRows(), {
      conflict: ['bill'],
      set: BILL_COLUMNS.slice(1),
    });
    await upsertMany(tx, 'bill_cell', BILL_CELL_COLUMNS, fold.cellRows(), {
      conflict: ['bill', 'insurance', 'side'],
      set: ['amount_fen', 'paid_fen'],
    });
    await upsertMany(tx, 'employer_payment', PAYMENT_COLUMNS, fold.payments, undefined);
    await upsertMany(tx, 'employer_entry', ENTRY_COLUMNS, fold.entries, undefined);
    await upsertMany(tx, 'employer_account', ['uscc', ...ACCOUNT_SUMS], fold.accountRows(), {
      conflict: ['uscc'],
      add: ACCOUNT_SUMS,
    });
    await upsertMany(tx, 'employer_covering', COVERING_COLUMNS, fold.coveringRows(), {
      conflict: ['uscc', 'covering'],
      set: ['pending', 'position'],
    });
  },
};
