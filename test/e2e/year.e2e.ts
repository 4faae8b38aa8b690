import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { corrected, reversed } from '../support/corrections.js';
import { ENGINES, startLog, type TestLog } from '../support/engines.js';
import { EMPLOYER, personOf } from '../support/roster.js';
import { until } from '../support/until.js';
import { BOOK, minus, NAMES, PERSONS, rulesWith, type Name, type Roster } from '../support/year.js';

const EMPLOYER_PATH = `/v1/employers/${EMPLOYER}`;

/** What is worked out by hand, month by month, stands beside it: test/support/year.ts. */
describe.each(ENGINES)('a year in the life of an employer on %s', (engine) => {
  const clock = new FixedClock('2025-01-08T02:00:00.000Z' as Instant);
  const dataDir = mkdtempSync(join(tmpdir(), 'shebao-year-'));
  let log: TestLog;
  let app: TestApp;
  const ids = new Map<string, string>();

  beforeAll(async () => {
    log = await startLog(engine);
    app = await startApp({ clock, dataDir, log, rules: rulesWith('4000') });
    await done(app.post('/v1/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'demo' }));
  });
  afterAll(async () => {
    await app.close();
    await log.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const done = async (asked: Promise<Answer>): Promise<Answer> => {
    const answer = await asked;
    expect([answer.status < 300, answer.text]).toEqual([true, answer.text]);
    await balanced(answer);
    return answer;
  };
  /** The trial balance is nought after each thing that happens. */
  const balanced = async ({ position }: Answer): Promise<void> => {
    const { body } = await seen('/v1/audit/trial-balance', position);
    expect(body.total).toBe('0.00');
  };
  const seen = (path: string, position?: string): Promise<Answer> =>
    app.get(path, position === undefined ? {} : { 'ledger-min-position': position });
  const on = (day: string): void => clock.set(`${day}T02:00:00.000Z`);

  const declare = async (month: string, rows: Roster, query = ''): Promise<string> => {
    const people = NAMES.flatMap((name, n) => {
      const row = rows[name];
      if (row === undefined) return [];
      const {
        wage,
        change = '',
        changeDate = '',
        reason = '',
      } = typeof row === 'string' ? { wage: row } : row;
      const person = personOf(n);
      return [`${person.ssn},${person.name},${wage},${change},${changeDate},${reason}`];
    });
    const csv = ['社会保障号码,姓名,缴费工资,变动类型,变动日期,变动原因', ...people].join('\n');
    const path = `${EMPLOYER_PATH}/submissions?month=${month}${query}`;
    const sent = await done(app.post(path, csv, { 'idempotency-key': `${month}${query}${clock.now()}` }));
    const id = sent.body.id as string;
    await app.judged(id);
    const { items } = (await seen(`/v1/submissions/${id}/rows`)).body;
    const named = NAMES.filter((name) => rows[name] !== undefined);
    for (const [index, name] of named.entries()) ids.set(name, items[index].id);
    expect(items.map(({ verdict }: { verdict: string }) => verdict)).toEqual(named.map(() => 'accepted'));
    return id;
  };
  const pay = async (submission: string, amount: string, paidOn: string): Promise<Answer> => {
    const payment = { amount, paidOn, reference: `bank ${paidOn}` };
    const key = { 'idempotency-key': `${submission}/${paidOn}` };
    return done(app.post(`/v1/submissions/${submission}/payments`, payment, key));
  };
  const submission = async (id: string): Promise<Record<string, unknown>> => {
    const { state, paid, outstanding, lateFee, dueOn } = (await seen(`/v1/submissions/${id}`)).body;
    return { state, paid, outstanding, lateFee, dueOn };
  };
  const account = async ({ position }: Answer): Promise<Record<string, unknown>> => {
    const { credit, outstanding } = (await seen(`${EMPLOYER_PATH}/account`, position)).body;
    return { credit, outstanding };
  };
  const pensionOf = async (name: Name): Promise<string> => {
    const { accounts } = (await seen(`/v1/individuals/${ids.get(name)}/balances`)).body;
    return accounts.find(({ account: of }: { account: string }) => of === 'pension').balance;
  };

  const WINTER: Roster = { A: '10000', B: '6000', C: '4500', E: '5000' };
  const SPRING: Roster = { ...WINTER, D: '8000' };
  const SUMMER: Roster = { A: '10000', B: '6000', C: '4500', D: '8000' };
  const AUTUMN: Roster = { A: '12000', B: '5500', C: '4500', D: '8000' };

  it('January is paid in full', async () => {
    const january = await declare('2025-01', WINTER);
    on('2025-01-10');
    const paid = await pay(january, '8670.00', '2025-01-10');
    expect(paid.body).toMatchObject({
      allocated: '8670.00',
      lateFee: '0.00',
      unapplied: '0.00',
      state: 'paid',
    });
    expect(await account(paid)).toEqual({ credit: '0.00', outstanding: '0.00' });
  });

  it('February is paid in two parts, the second late', async () => {
    on('2025-02-10');
    const february = await declare('2025-02', WINTER);
    expect(await submission(february)).toMatchObject({ state: 'assessed', dueOn: '2025-02-17' });
    on('2025-02-12');
    const first = await pay(february, '5000.00', '2025-02-12');
    expect(first.body).toMatchObject({ allocated: '5000.00', unapplied: '0.00', state: 'part-paid' });
    // The employees' parts are whole and reach the accounts; of the employer's pension 2450.00 of 4080.00 wait.
    expect(await pensionOf('A')).toBe('1600.00');
    expect(await submission(february)).toMatchObject({ paid: '5000.00', outstanding: '3670.00' });
    on('2025-02-27');
    const second = await pay(february, '3688.35', '2025-02-27');
    expect(second.body).toMatchObject({ allocated: '3670.00', lateFee: '18.35', state: 'paid' });
  });

  it('March is paid too much: what is left is credit', async () => {
    on('2025-03-10');
    const paid = await pay(await declare('2025-03', WINTER), '9000.00', '2025-03-10');
    expect(paid.body).toMatchObject({ allocated: '8670.00', unapplied: '330.00', state: 'paid' });
    expect(await account(paid)).toEqual({ credit: '330.00', outstanding: '0.00' });
  });

  it('in April somebody joins, and the credit pays a part', async () => {
    on('2025-04-14');
    const joined = { wage: '8000', change: '新参保', changeDate: '2025-04-07', reason: '新招用' };
    const april = await declare('2025-04', { ...SPRING, D: joined });
    await until(async () => (await submission(april))['outstanding'] === '11060.00');
    const paid = await pay(april, '11060.00', '2025-04-14');
    expect(paid.body).toMatchObject({ allocated: '11060.00', state: 'paid' });
    expect(await account(paid)).toEqual({ credit: '0.00', outstanding: '0.00' });
    const { body } = await seen(`/v1/individuals/${ids.get('D')}`);
    expect(body.coverage).toContainEqual(
      expect.objectContaining({ insurance: 'pension', state: 'paying', since: '2025-04-07' }),
    );
  });

  it('in May a file is withdrawn and another one sent; somebody leaves', async () => {
    on('2025-05-12');
    const wrong = await declare('2025-05', { ...SPRING, A: '19000' });
    await done(app.post(`/v1/submissions/${wrong}/withdrawals`, { reason: 'wages of another month' }));
    await until(async () => (await submission(wrong))['state'] === 'withdrawn');
    const late = await app.post(
      `/v1/submissions/${wrong}/payments`,
      { amount: '1.00', paidOn: '2025-05-12', reference: 'late' },
      { 'idempotency-key': 'late' },
    );
    expect([late.status, late.body.code]).toEqual([409, 'submission-withdrawn']);
    on('2025-05-14');
    const left = { wage: '5000', change: '停保', changeDate: '2025-05-20', reason: '合同终止' };
    const paid = await pay(await declare('2025-05', { ...SPRING, E: left }), '11390.00', '2025-05-14');
    expect(paid.body).toMatchObject({ allocated: '11390.00', state: 'paid' });
    const { body } = await seen(`/v1/individuals/${ids.get('E')}`);
    expect(body.coverage).toContainEqual(
      expect.objectContaining({ insurance: 'pension', until: '2025-05-20' }),
    );
  });

  it('June is paid in full', async () => {
    on('2025-06-10');
    await pay(await declare('2025-06', SUMMER), '9690.00', '2025-06-10');
  });

  it('in July wages change: what is more is billed, what is less becomes credit and pays for it', async () => {
    on('2025-07-14');
    await pay(await declare('2025-07', SUMMER), '9690.00', '2025-07-14');
    on('2025-07-25');
    const change = await declare('2025-07', { A: '12000', B: '5500' }, '&kind=base-change');
    expect(await submission(change)).toMatchObject({
      state: 'part-paid',
      paid: '170.00',
      outstanding: '510.00',
    });
    on('2025-07-28');
    const paid = await pay(change, '514.17', '2025-07-28');
    expect(paid.body).toMatchObject({
      allocated: '510.00',
      lateFee: '4.17',
      unapplied: '0.00',
      state: 'paid',
    });
    expect(await account(paid)).toEqual({ credit: '0.00', outstanding: '0.00' });
  });

  it('August is missed, assessed at 110 %, and declared late', async () => {
    on('2025-09-12');
    await pay(await declare('2025-09', AUTUMN), '10200.00', '2025-09-12');
    on('2025-09-20');
    const estimate = await done(app.post(`${EMPLOYER_PATH}/estimates`, { month: '2025-08' }));
    expect(estimate.body.amounts).toMatchObject({ total: '11220.00' });
    on('2025-09-22');
    const august = await declare('2025-08', AUTUMN);
    expect(await submission(august)).toMatchObject({ outstanding: '10200.00', lateFee: '193.80' });
    const paid = await pay(august, '10393.80', '2025-09-22');
    expect(paid.body).toMatchObject({ allocated: '10200.00', lateFee: '193.80', state: 'paid' });
  });

  it('in October a month is taken back and a part of the credit paid out, by two people', async () => {
    on('2025-10-14');
    await pay(await declare('2025-10', AUTUMN), '10200.00', '2025-10-14');
    on('2025-10-20');
    const back = await reversed(app, ids.get('C') ?? '', '2025-10');
    expect(await account(back)).toEqual({ credit: '1530.00', outstanding: '0.00' });
    on('2025-10-24');
    const refund = { amount: '1000.00', reference: 'refund 1', reason: 'paid in error', evidence: 'file 2' };
    const refunded = await corrected(app, `${EMPLOYER_PATH}/refunds`, refund, 'refund 1');
    await balanced(refunded);
    expect(await account(refunded)).toEqual({ credit: '530.00', outstanding: '0.00' });
  });

  it('in November a floor is published late: the differences since July are billed', async () => {
    await app.close();
    on('2025-11-10');
    app = await startApp({ clock, dataDir, log, rules: rulesWith('5000') });
    const notice = {
      region: 'demo',
      monthFrom: '2025-07',
      monthTo: '2025-10',
      publication: 'notice of 11-08',
    };
    const adjusted = await done(app.post('/v1/adjustments', notice));
    expect(adjusted.body).toMatchObject({ persons: 1, months: 3, owed: '510.00', refund: '0.00' });
    expect(await account(adjusted)).toEqual({ credit: '530.00', outstanding: '510.00' });
    on('2025-11-12');
    const november = await declare('2025-11', AUTUMN);
    await until(async () => (await submission(november))['outstanding'] === '9840.00');
    const paid = await pay(november, '9840.00', '2025-11-12');
    expect(await account(paid)).toEqual({ credit: '0.00', outstanding: '510.00' });
  });

  it('in December the differences are paid in one sum, the month itself in part', async () => {
    on('2025-12-10');
    const sum = { amount: '510.00', paidOn: '2025-12-10', reference: 'differences' };
    const paid = await done(app.post(`${EMPLOYER_PATH}/payments`, sum, { 'idempotency-key': 'differences' }));
    expect(paid.body).toMatchObject({ allocated: '510.00', lateFee: '0.00', unapplied: '0.00' });
    on('2025-12-12');
    const december = await declare('2025-12', AUTUMN);
    const part = await pay(december, '6000.00', '2025-12-12');
    expect(part.body).toMatchObject({ allocated: '6000.00', state: 'part-paid' });
    expect(await account(part)).toEqual({ credit: '0.00', outstanding: '4370.00' });
  });

  it.each(NAMES)('ends with what the table says of %s', async (name) => {
    const { body } = await seen(`/v1/individuals/${ids.get(name)}/balances`);
    const { pension, medical, months } = PERSONS[name];
    expect(body.accounts).toEqual([
      { account: 'pension', balance: pension },
      { account: 'medical', balance: medical },
    ]);
    const paid = body.months.find(({ insurance }: { insurance: string }) => insurance === 'pension').paid;
    expect(paid).toBe(months);
  });

  it('ends with the book that the table says, and arrears for December', async () => {
    const { body } = await seen('/v1/audit/trial-balance');
    const accounts = body.accounts as readonly { account: string; debit: string; credit: string }[];
    const net = Object.fromEntries(
      accounts.map(({ account: name, debit, credit }) => [name, minus(debit, credit)]),
    );
    expect({ 'payable:employers': '0.00', ...net }).toEqual(BOOK);
    on('2026-01-05');
    // 21 days of 4370.00 at 0.05 %: 45.885.
    const { arrears, lateFee } = (await seen(`${EMPLOYER_PATH}/account`)).body;
    expect(lateFee).toBe('45.89');
    expect(arrears).toMatchObject([
      { month: '2025-12', principal: '4370.00', lateFee: '45.89', total: '4415.89' },
    ]);
  });
});
