import Database from 'better-sqlite3';
import { join } from 'node:path';
import { NO_STREAM, seal } from '../src/event-store/chain.js';
import { SqliteEventStore } from '../src/event-store/sqlite.adapter.js';
import type { ContributionAssessed, ContributionPaid } from '../src/individual/events.js';
import { fromYuan } from '../src/kernel/money.js';
import { contributionMonthProjection } from '../src/ledger/contribution-month.projection.js';
import { postingsOf } from '../src/ledger/postings.js';
import { postingsProjection } from '../src/ledger/postings.projection.js';
import { Projector } from '../src/projection/projector.js';
import { SqliteGenerations } from '../src/projection/sqlite.adapter.js';
import { compare, inFolder, secondsOf, type Line } from './measure.js';
import { appendLife, context, paidMonths } from './sample.js';

const PEOPLE = 1_000;
const MONTHS = 12;
const EVENTS = PEOPLE * MONTHS * 2;
const BATCH = 1_000;

const fillLog = async (path: string): Promise<SqliteEventStore> => {
  const store = SqliteEventStore.open(path);
  for (let person = 0; person < PEOPLE; person++) {
    const stream = `individual-${person.toString().padStart(26, 'a')}`;
    await appendLife(store, stream, seal(stream, NO_STREAM, paidMonths(MONTHS), context('bench')));
  }
  return store;
};

const SCHEMA = `
  create table contribution_month (id text, month text, insurance text, submission text, employer text, wage_fen bigint,
    base_fen bigint, employer_part_fen bigint, employee_part_fen bigint, to_account_fen bigint, state text,
    assessed_position bigint, paid_on text, paid_recorded_at text, reversed_on text, reversed_recorded_at text,
    primary key (id, month, insurance, submission));
  create table posting (id text, account text, value_on text, position bigint, seq bigint, revision bigint, booked_on text,
    recorded_at text, delta_fen bigint, type text, reference text, month text,
    primary key (id, account, value_on, position, seq));
  create table account_balance (id text, account text, balance_fen bigint, primary key (id, account));
  create table book (account text, value_on text, booked_on text, debit_fen bigint, credit_fen bigint,
    primary key (account, value_on, booked_on));
  create table checkpoint (one integer primary key, position bigint);`;

/** The same rows by prepared statements, an upsert a row, a transaction a thousand events: what one writes by hand. */
class RawProjection {
  private readonly db: Database.Database;
  private readonly statements: Readonly<
    Record<'month' | 'paid' | 'posting' | 'balance' | 'book' | 'checkpoint', Database.Statement>
  >;

  constructor(folder: string) {
    this.db = new Database(join(folder, `raw-${process.hrtime.bigint()}.sqlite`));
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = NORMAL');
    this.db.exec(SCHEMA);
    const statement = (sql: string): Database.Statement => this.db.prepare(sql);
    this.statements = {
      month:
        statement(`insert into contribution_month values (?,?,?,?,?,?,?,?,?,?,'assessed',?,null,null,null,null)
        on conflict do update set state = excluded.state`),
      paid: statement(`update contribution_month set state = 'paid', paid_on = ?, paid_recorded_at = ?
        where id = ? and month = ? and insurance = ? and submission = ?`),
      posting: statement('insert into posting values (?,?,?,?,?,?,?,?,?,?,?,?)'),
      balance: statement(`insert into account_balance values (?,?,?)
        on conflict do update set balance_fen = balance_fen + excluded.balance_fen`),
      book: statement(`insert into book values (?,?,?,?,?) on conflict do update
        set debit_fen = debit_fen + excluded.debit_fen, credit_fen = credit_fen + excluded.credit_fen`),
      checkpoint: statement(
        'insert into checkpoint values (1, ?) on conflict do update set position = excluded.position',
      ),
    };
  }

  run(log: Database.Database): void {
    const page = log
      .prepare<[bigint, number], Stored>('SELECT * FROM event WHERE position > ? ORDER BY position LIMIT ?')
      .safeIntegers(true);
    for (let after = 0n; ;) {
      const events = page.all(after, BATCH);
      const last = events.at(-1);
      if (!last) return;
      this.db.transaction(() => {
        for (const event of events) this.take(event);
        this.statements.checkpoint.run(last.position);
      })();
      after = last.position;
    }
  }

  close(): void {
    this.db.close();
  }

  private take(stored: Stored): void {
    const id = stored.stream.slice('individual-'.length);
    const event = { type: stored.type, data: JSON.parse(stored.data) as unknown } as
      ContributionAssessed | ContributionPaid;
    const { bookedOn, recordedAt } = JSON.parse(stored.metadata) as { bookedOn: string; recordedAt: string };
    const { month, submission, employer, lines } = event.data;
    for (const line of lines) {
      if (event.type === 'ContributionPaid') {
        this.statements.paid.run(event.data.paidOn, recordedAt, id, month, line.insurance, submission);
        continue;
      }
      const amounts = [event.data.wage, line.base, line.employerPart, line.employeePart, line.toAccount].map(
        fromYuan,
      );
      this.statements.month.run(id, month, line.insurance, submission, employer, ...amounts, stored.position);
    }
    let seq = 0;
    for (const { account, amount, valueOn } of postingsOf(event)) {
      this.statements.book.run(
        account,
        valueOn,
        bookedOn,
        amount > 0n ? amount : 0n,
        amount > 0n ? 0n : -amount,
      );
      if (!account.startsWith('account:')) continue;
      const own = account.slice('account:'.length);
      this.statements.posting.run(
        id,
        own,
        valueOn,
        stored.position,
        seq++,
        stored.revision,
        bookedOn,
        recordedAt,
        -amount,
        event.type,
        submission,
        month,
      );
      this.statements.balance.run(id, own, -amount);
    }
  }
}
type Stored = Readonly<{
  stream: string;
  type: string;
  data: string;
  metadata: string;
  position: bigint;
  revision: bigint;
}>;

const ours = async (store: SqliteEventStore, folder: string): Promise<void> => {
  const generations = SqliteGenerations.open(folder);
  const projector = await Projector.open(await generations.live(), [
    contributionMonthProjection,
    postingsProjection,
  ]);
  for (let after: bigint | undefined; ;) {
    const events = await store.readAll({ max: BATCH, ...(after === undefined ? {} : { after }) });
    const last = events.at(-1);
    if (!last) break;
    await projector.apply(events);
    after = last.position;
  }
  await generations.close();
};

export const projectionLine = (): Promise<Line> =>
  inFolder(async (folder) => {
    const path = join(folder, 'events.sqlite');
    const store = await fillLog(path);
    try {
      return await compare('projecting contributions', 'events/s', '>= 0.4', {
        raw: async () => {
          const [raw, log] = [new RawProjection(folder), new Database(path, { readonly: true })];
          const seconds = await secondsOf(() => raw.run(log));
          raw.close();
          log.close();
          return EVENTS / seconds;
        },
        ours: () => inFolder(async (own) => EVENTS / (await secondsOf(() => ours(store, own)))),
        note: 'raw: read, parse, upsert the same rows',
      });
    } finally {
      await store.close();
    }
  });
