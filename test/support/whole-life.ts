import { expect } from '@jest/globals';
import { readRules, YamlRuleBook } from '../../src/rules/rules.loader.js';
import type { FixedClock, TestApp } from './app.js';
import { EMPLOYER, peopleOf } from './roster.js';
import { until } from './until.js';

export const ROWS = peopleOf(4);
const claim = (id: string, serial: string) => ({
  id,
  institution: 'P001',
  institutionSerial: serial,
  kind: 'pharmacy',
  occurredAt: '2025-08-10T01:00:00.000Z',
  total: '100.00',
  ownExpense: '0.00',
  inScope: '100.00',
  fundPaid: '0.00',
});
const key = (text: string) => ({ 'idempotency-key': text });

/** Something of everything that can happen; gives the ids of the people. */
export const live = async (app: TestApp): Promise<readonly string[]> => {
  const employer = { uscc: EMPLOYER, name: 'Works', region: 'shanghai', injuryRate: '0.2' };
  const path = `/v1/employers/${EMPLOYER}/submissions`;
  await app.post('/v1/employers', employer);
  const { body } = await app.post(path, { month: '2025-07', rows: ROWS }, key('july'));
  await app.judged(body.id);
  const { amounts } = (await app.get(`/v1/submissions/${body.id}`)).body;
  const payment = { amount: amounts.total, paidOn: '2025-07-31', reference: 'bank-1' };
  await app.post(`/v1/submissions/${body.id}/payments`, payment, key('pay'));
  const located = ROWS.map(({ ssn }) => app.post('/v1/individuals/locate', { number: ssn }));
  const ids = (await Promise.all(located)).map((answer) => answer.body.id as string);
  const [first = '', second = '', third = ''] = ids;
  const from = { insurance: ['pension'], employer: EMPLOYER, from: '2025-07-01' };
  const settled = await app.post('/v1/settlements', claim(first, '1'), key('till'));
  const back = { institution: 'P001', institutionSerial: '2', reason: 'returned' };
  const reversal = { reason: 'wrong', evidence: 'file 1' };
  const answers = [
    await app.post(`/v1/individuals/${third}/coverage`, from),
    settled,
    await app.post('/v1/settlements', claim(second, '7'), key('other till')),
    await app.post(`/v1/settlements/${settled.body.settlementId}/reversals`, back),
    await app.post('/v1/settlements/message-reversals', { institution: 'P001', originalSerial: 'never' }),
    await app.post(`/v1/individuals/${third}/contributions/2025-07/reversals`, reversal),
    await app.post('/v1/audit/checkpoints', {}),
  ];
  expect(answers.map(({ status, text }) => (status < 300 ? 'done' : text))).toEqual(
    answers.map(() => 'done'),
  );
  return ids;
};

/** The rates of before a late notice: what was assessed by them is adjusted later. */
const FILE = 'shanghai/2025-07.yaml';
const files = readRules();
export const earlier = YamlRuleBook.from({
  ...files,
  [FILE]: (files[FILE] ?? '').replace("employer: '0.5'", "employer: '0.4'"),
});

/** What comes with time: a month that is declared late, rules that are published late, a year's interest. */
export const grow = async (app: TestApp, clock: FixedClock): Promise<void> => {
  clock.set('2025-09-10T02:00:00.000Z');
  const employers = `/v1/employers/${EMPLOYER}`;
  const estimated = await app.post(`${employers}/estimates`, { month: '2025-08' }, key('estimate'));
  const declared = await app.post(
    `${employers}/submissions`,
    { month: '2025-08', rows: ROWS },
    key('august'),
  );
  await app.judged(declared.body.id);
  const notice = { region: 'shanghai', monthFrom: '2025-07', monthTo: '2025-07', publication: 'late notice' };
  const adjusted = await app.post('/v1/adjustments', notice);
  clock.set('2026-02-01T02:00:00.000Z');
  const run = await app.post('/v1/interest-runs', { year: 2025 }, key('interest'));
  const answers = [estimated, declared, adjusted, run];
  expect(answers.map(({ status, text }) => (status < 300 ? 'done' : text))).toEqual(
    answers.map(() => 'done'),
  );
  await until(async () => {
    const { body } = await app.get(`/v1/interest-runs/${run.body.id}`);
    return body.state === 'finished' || undefined;
  });
};
