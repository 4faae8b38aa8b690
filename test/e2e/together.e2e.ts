import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SubmissionAnswer } from '../../src/employer/submission.dto.js';
import { startApp, type Answer, type TestApp } from '../support/app.js';
import { ENGINES, type EngineName } from '../support/engines.js';
import { EMPLOYER, peopleOf, toCsv } from '../support/roster.js';

const TIMES = 6;

/** More than one run, or less on the engine to which every row is a call. */
const ROWS_BY: Readonly<Record<EngineName, number>> = { sqlite: 600, eventstoredb: 200 };

describe.each(ENGINES)('on %s', (engine) => {
  const ROWS = ROWS_BY[engine];
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ engine });
    await app.post('/v1/employers', { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai' });
  });
  afterAll(() => app.close());

  const submit = (csv: string, key: string): Promise<Answer> =>
    app.post(`/v1/employers/${EMPLOYER}/submissions?month=2025-07`, csv, { 'idempotency-key': key });
  const assessed = async (id: string): Promise<SubmissionAnswer> => {
    await app.judged(id);
    return (await app.get(`/v1/submissions/${id}`)).body as SubmissionAnswer;
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
});
