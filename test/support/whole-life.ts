import { expect } from '@jest/globals';
import { readRules, YamlRuleBook } from '../../src/rules/rules.loader.js';
import type { Answer, FixedClock, TestApp } from './app.js';
import { corrected, reversed } from './corrections.js';
import { EMPLOYER, peopleOf, personOf } from './roster.js';
import { until } from './until.js';

export const ROWS = peopleOf(4);
/** Somebody whose month was declared under another number. */
const { ssn, name } = personOf(4);
const NEIGHBOUR = { ssn, name };
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
const by = (actor: string, text?: string) => ({ actor, ...(text && key(text)) });

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
  const settled = await app.post('/v1/settlements', claim(first, '1'), key('till'));
  const back = { institution: 'P001', institutionSerial: '2', reason: 'returned' };
  const cover = { insurance: ['pension'], employer: EMPLOYER };
  const answers = [
    await app.post(`/v1/individuals/${third}/coverage`, { ...cover, from: '2025-07-01' }),
    await app.post(`/v1/individuals/${third}/coverage`, { ...cover, until: '2025-07-31', reason: 'left' }),
    settled,
    await app.post('/v1/settlements', claim(second, '7'), key('other till')),
    await app.post(`/v1/settlements/${settled.body.settlementId}/reversals`, back),
    await app.post('/v1/settlements/message-reversals', { institution: 'P001', originalSerial: 'never' }),
    ...(await withdraw(app)),
    ...(await correct(app, ids)),
    await app.post('/v1/bank-statements', STATEMENT, key('statement')),
    await app.post('/v1/audit/checkpoints', {}),
  ];
  expect(answers.map(({ status, text }) => (status < 300 ? 'done' : text))).toEqual(
    answers.map(() => 'done'),
  );
  return ids;
};

/** One line that pays into the employer's account, one that nobody knows. */
const STATEMENT = [
  'date,amount,reference,uscc,remark',
  `2025-08-05,10.00,line-1,${EMPLOYER},`,
  '2025-08-05,11.00,line-2,,nobody',
].join('\n');

/** A file that is taken back again. */
const withdraw = async (app: TestApp): Promise<readonly Answer[]> => {
  const path = `/v1/employers/${EMPLOYER}/submissions`;
  const wrong = await app.post(path, { month: '2025-06', rows: ROWS }, key('june'));
  await app.judged(wrong.body.id);
  const withdrawn = await app.post(`/v1/submissions/${wrong.body.id}/withdrawals`, { reason: 'wrong month' });
  return [wrong, withdrawn];
};

/** Corrections of every kind and end: taken back, moved, paid out, rejected, and not possible any more. */
const correct = async (app: TestApp, ids: readonly string[]): Promise<readonly Answer[]> => {
  const [first = '', , third = '', fourth = ''] = ids;
  const papers = { reason: 'wrong', evidence: 'file 1' };
  const right = await app.post('/v1/individuals', { ...NEIGHBOUR, region: 'shanghai' });
  const month = (id: string): string => `/v1/individuals/${id}/contributions/2025-07`;
  const taken = await reversed(app, third, '2025-07');
  const moved = await corrected(app, `${month(fourth)}/moves`, { to: right.body.id, ...papers });
  const refunds = `/v1/employers/${EMPLOYER}/refunds`;
  const { credit } = (
    await app.get(`/v1/employers/${EMPLOYER}/account`, { 'ledger-min-position': moved.position ?? '0' })
  ).body;
  const [paidOut, tooMuch, refused] = [
    await app.post(refunds, { amount: '100.00', reference: 'order 1', ...papers }, by('clerk', 'r1')),
    await app.post(refunds, { amount: credit, reference: 'order 2', ...papers }, by('clerk', 'r2')),
    await app.post(`${month(first)}/reversals`, papers, by('clerk', 'r3')),
  ];
  const decided = (asked: Answer, how: string, body = {}): Promise<Answer> =>
    app.post(`/v1/corrections/${asked.body.id}/${how}`, body, by('approver'));
  return [
    right,
    taken,
    moved,
    paidOut,
    tooMuch,
    refused,
    await decided(paidOut, 'approvals'),
    await decided(tooMuch, 'approvals'),
    await decided(refused, 'rejections', { reason: 'no papers' }),
  ];
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
