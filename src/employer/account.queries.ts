import { sql } from 'kysely';
import type { Day, Month } from '../kernel/calendar.js';
import { fen, type Fen } from '../kernel/money.js';
import type { ReadDatabase } from '../projection/projection.js';
import type {
  AccountTables,
  BillCellRecord,
  BillRecord,
  BillState,
  EmployerAccountRecord,
  EntryRecord,
  PaymentRecord,
} from './account.rows.js';
import { fromRecord, type KnownBill } from './bill.rows.js';
import type { EstimateRecord, EstimateTables } from './estimate.projection.js';

const tablesOf = (db: ReadDatabase) => db.withTables<AccountTables & EstimateTables>();
/** Bills of which something may be left to pay. */
const OPEN = ['assessed', 'part-paid'] as const satisfies readonly BillState[];

/** An aggregate is null over no rows, bigint in SQLite and decimal text in PostgreSQL. */
const toFen = (amount: bigint | string | number | null): Fen => fen(BigInt(amount ?? 0));

/** Employers of whom persons are still to be credited with what was paid, who has waited longest first. */
export const findUncredited = async (db: ReadDatabase): Promise<readonly string[]> => {
  const rows = await tablesOf(db)
    .selectFrom('employer_covering')
    .select('uscc')
    .where('pending', '=', 1n)
    .groupBy('uscc')
    .orderBy(({ fn }) => fn.min('position'))
    .execute();
  return rows.map(({ uscc }) => uscc);
};

export const findAccount = (db: ReadDatabase, uscc: string): Promise<EmployerAccountRecord | undefined> =>
  tablesOf(db).selectFrom('employer_account').selectAll().where('uscc', '=', uscc).executeTakeFirst();

const withCells = (
  records: readonly BillRecord[],
  cells: readonly BillCellRecord[],
): readonly KnownBill[] => {
  const byBill = new Map<string, BillCellRecord[]>();
  for (const cell of cells) {
    const of = byBill.get(cell.bill);
    if (of) of.push(cell);
    else byBill.set(cell.bill, [cell]);
  }
  return records.map((record) => fromRecord(record, byBill.get(record.bill) ?? []));
};

/** Cells of some bills, all read at once. */
export const readCells = async (
  db: ReadDatabase,
  records: readonly BillRecord[],
): Promise<readonly KnownBill[]> => {
  if (records.length === 0) return [];
  const names = records.map(({ bill }) => bill);
  const cells = await tablesOf(db)
    .selectFrom('bill_cell')
    .selectAll()
    .where('bill', 'in', names)
    .orderBy('bill')
    .orderBy('insurance')
    .orderBy('side')
    .execute();
  return withCells(records, cells);
};

/** The bill of a submission, withdrawn or not. */
export const findBill = async (db: ReadDatabase, bill: string): Promise<KnownBill | undefined> => {
  const records = await tablesOf(db).selectFrom('bill').selectAll().where('bill', '=', bill).execute();
  const [known] = await readCells(db, records);
  return known;
};

/** Bills of which something may be left to pay, oldest month first. */
export const listOpenBills = async (db: ReadDatabase, uscc: string): Promise<readonly KnownBill[]> => {
  const records = await tablesOf(db)
    .selectFrom('bill')
    .selectAll()
    .where('uscc', '=', uscc)
    .where('state', 'in', OPEN)
    .orderBy('month')
    .orderBy('bill')
    .execute();
  const cells = await tablesOf(db)
    .selectFrom('bill')
    .innerJoin('bill_cell', 'bill_cell.bill', 'bill.bill')
    .selectAll('bill_cell')
    .where('uscc', '=', uscc)
    .where('state', 'in', OPEN)
    .execute();
  return withCells(records, cells);
};

/** All bills of a month that stand. */
export const listMonthBills = async (
  db: ReadDatabase,
  uscc: string,
  month: Month,
): Promise<readonly KnownBill[]> =>
  readCells(
    db,
    await tablesOf(db)
      .selectFrom('bill')
      .selectAll()
      .where('uscc', '=', uscc)
      .where('month', '=', month)
      .where('state', '<>', 'withdrawn')
      .orderBy('bill')
      .execute(),
  );

type BillsWanted = Readonly<{
  state?: BillState;
  month?: string;
  after?: readonly string[];
  limit: number;
}>;
/** In order of month and name; `after` is month and name of the last bill of the page before. */
export const listBills = async (
  db: ReadDatabase,
  uscc: string,
  { state, month, after, limit }: BillsWanted,
): Promise<readonly KnownBill[]> => {
  let bills = tablesOf(db).selectFrom('bill').selectAll().where('uscc', '=', uscc);
  if (state !== undefined) bills = bills.where('state', '=', state);
  if (month !== undefined) bills = bills.where('month', '=', month);
  if (after) bills = bills.where(sql<boolean>`(month, bill) > (${sql.join([...after])})`);
  return readCells(db, await bills.orderBy('month').orderBy('bill').limit(limit).execute());
};

/** `pending`: persons are still to be credited with it. */
export type FoundPayment = PaymentRecord & Readonly<{ pending: bigint | null }>;
const paymentsOf = (db: ReadDatabase, uscc: string) =>
  tablesOf(db)
    .selectFrom('employer_payment')
    .leftJoin('employer_covering', (on) =>
      on
        .onRef('employer_covering.uscc', '=', 'employer_payment.uscc')
        .onRef('employer_covering.covering', '=', 'employer_payment.payment'),
    )
    .selectAll('employer_payment')
    .select('employer_covering.pending')
    .where('employer_payment.uscc', '=', uscc)
    .orderBy('employer_payment.paid_on')
    .orderBy('employer_payment.position');

type PaymentsWanted = Readonly<{ after?: readonly [paidOn: string, position: bigint]; limit: number }>;
/** In order of the day of payment and of the log, which name the last of the page before. */
export const listPayments = (
  db: ReadDatabase,
  uscc: string,
  { after, limit }: PaymentsWanted,
): Promise<FoundPayment[]> => {
  const payments = paymentsOf(db, uscc);
  const [paidOn, position] = after ?? [];
  const following =
    paidOn === undefined || position === undefined
      ? payments
      : payments.where(
          sql<boolean>`(employer_payment.paid_on, employer_payment.position) > (${paidOn}, ${position})`,
        );
  return following.limit(limit).execute();
};

/** Payments and uses of credit of some days, both included. */
export const listPaymentsOn = (db: ReadDatabase, uscc: string, from: Day, to: Day): Promise<FoundPayment[]> =>
  paymentsOf(db, uscc)
    .where('employer_payment.paid_on', '>=', from)
    .where('employer_payment.paid_on', '<=', to)
    .execute();

export type FoundEntry = EntryRecord & Readonly<{ balance: Fen; credit_after: Fen }>;
type EntriesWanted = Readonly<{
  from?: Day;
  to?: Day;
  after?: readonly [valueOn: string, position: bigint, seq: bigint];
  limit: number;
}>;
/** Lines in order of value with the balance after each, which counts the lines before the period too. */
export const listEntries = async (
  db: ReadDatabase,
  uscc: string,
  { from, to, after, limit }: EntriesWanted,
): Promise<readonly FoundEntry[]> => {
  const isWanted = sql.join(
    [
      sql`true`,
      ...(from === undefined ? [] : [sql`value_on >= ${from}`]),
      ...(to === undefined ? [] : [sql`value_on <= ${to}`]),
      ...(after ? [sql`(value_on, position, seq) > (${sql.join([...after])})`] : []),
    ],
    sql` and `,
  );
  const { rows } = await sql<
    EntryRecord & Readonly<{ balance: bigint | string; credit_after: bigint | string }>
  >`
    select * from (
      select employer_entry.*,
        sum(received_fen - claimed_fen - late_fee_fen) over value_order as balance,
        sum(credit_fen) over value_order as credit_after
      from employer_entry where uscc = ${uscc}
      window value_order as (order by value_on, position, seq rows unbounded preceding)) as line
    where ${isWanted} order by value_on, position, seq limit ${limit}`.execute(db);
  return rows.map((row) => ({
    ...row,
    balance: toFen(row.balance),
    credit_after: toFen(row.credit_after),
  }));
};

/** The employer's credit at the end of a day of value. */
export const readCreditOn = async (db: ReadDatabase, uscc: string, day: Day): Promise<Fen> => {
  const { credit } = await tablesOf(db)
    .selectFrom('employer_entry')
    .select(({ fn }) => fn.sum<bigint | string | null>('credit_fen').as('credit'))
    .where('uscc', '=', uscc)
    .where('value_on', '<=', day)
    .executeTakeFirstOrThrow();
  return toFen(credit);
};

/** Principal of bills that were due before a day and not paid by then: what is carried into a month (上期欠费). */
export const readArrearsBefore = async (db: ReadDatabase, uscc: string, day: Day): Promise<Fen> => {
  const { owed } = await tablesOf(db)
    .selectFrom('employer_entry')
    .innerJoin('bill', 'bill.bill', 'employer_entry.bill')
    .select(sql<bigint | string | null>`sum(claimed_fen - principal_fen)`.as('owed'))
    .where('employer_entry.uscc', '=', uscc)
    .where('value_on', '<', day)
    .where('due_on', '<', day)
    .executeTakeFirstOrThrow();
  return toFen(owed);
};

/** Estimates of months that were not declared yet, oldest first. */
export const listUnsettled = (db: ReadDatabase, uscc: string): Promise<EstimateRecord[]> =>
  tablesOf(db)
    .selectFrom('employer_estimate')
    .selectAll()
    .where('uscc', '=', uscc)
    .where('settled_by', 'is', null)
    .orderBy('month')
    .execute();
