import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SubmissionAnswer } from '../../src/employer/submission.dto.js';
import { startApp, type Answer, type TestApp } from '../support/app.js';
import { EMPLOYER, peopleOf, toCsv } from '../support/roster.js';
import { until } from '../support/until.js';

const ROWS = 600;
const TIMES = 6;
const ROWS_MAX = 100_000;

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  await app.post('/v1/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' });
});
afterAll(() => app.close());

const submit = (csv: string, key: string): Promise<Answer> =>
  app.post(`/v1/employers/${EMPLOYER}/submissions?month=2025-07`, csv, { 'idempotency-key': key });
const assessed = (id: string): Promise<SubmissionAnswer> =>
  until(async () => {
    const submission = (await app.get(`/v1/submissions/${id}`)).body as SubmissionAnswer;
    return submission.state === 'assessed' ? submission : undefined;
  });
const head = async (): Promise<string> => {
  const { body } = await app.get('/v1/audit/trial-balance');
  return (body.freshness as { position: string }).position;
};

describe('the same submission sent many times at once', () => {
  it('has one answer: one wins, the others are told that it was there', async () => {
    const csv = toCsv(peopleOf(ROWS));
    const answers = await Promise.all(Array.from({ length: TIMES }, () => submit(csv, 'july')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: TIMES }, () => 202));
    const ids = new Set(answers.map(({ body }) => body.id as string));
    expect(ids.size).toBe(1);
    const firsts = answers.filter(({ headers }) => headers.get('idempotency-replayed') === null);
    expect(firsts).toHaveLength(1);
    const { rows } = await assessed([...ids][0] ?? '');
    expect(rows).toEqual({ total: ROWS, accepted: ROWS, duplicate: 0, rejected: 0, pending: 0 });
  });

  it('posts each person once when the same people come under two keys at once', async () => {
    const csv = toCsv(peopleOf(ROWS, ROWS));
    const answers = await Promise.all([submit(csv, 'left'), submit(csv, 'right')]);
    const [left, right] = await Promise.all(answers.map(({ body }) => assessed(body.id as string)));
    expect((left?.rows.accepted ?? 0) + (right?.rows.accepted ?? 0)).toBe(ROWS);
    expect((left?.rows.duplicate ?? 0) + (right?.rows.duplicate ?? 0)).toBe(ROWS);
  });
});

describe('a file of one row too many', () => {
  it('is refused whole and writes nothing', async () => {
    const before = await head();
    const answer = await submit(toCsv(peopleOf(ROWS_MAX + 1)), 'huge');
    expect([answer.status, answer.body.code]).toEqual([422, 'too-many-rows']);
    expect(await head()).toBe(before);
  });
});
