import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readLog } from '../../test/support/log.js';
import { assemble, fileOf, ID, openLog, origin, terms } from '../../test/support/submission-process.js';
import { until } from '../../test/support/until.js';
import type { AssessRow } from '../individual/individual.messages.js';
import { RehearseRoster, SubmitRoster } from './employer.messages.js';
import { SubmissionLog } from './submission.log.js';

const messages: string[] = [];
beforeAll(() => {
  const keep = (message: unknown): number => messages.push(String(message));
  Logger.overrideLogger({ log: () => undefined, warn: keep, error: keep });
});
afterAll(() => {
  Logger.overrideLogger(['error']);
});

class Odd extends Error {
  override readonly name = 'Odd';
}
type Hooks = NonNullable<NonNullable<Parameters<typeof assemble>[1]>['hooks']>;
const failing =
  (...lines: readonly number[]) =>
  ({ line }: AssessRow): void => {
    if (lines.includes(line)) throw new Odd('某 wanted 1000');
  };

const given = async (rows: number, hooks: Hooks) => {
  const store = await openLog();
  const assembly = assemble(store, { hooks });
  await assembly.submit.execute(new SubmitRoster(terms, fileOf(rows), 'july', origin));
  await assembly.process.work(ID);
  const log = await SubmissionLog.open(store, ID);
  const verdicts = [];
  for await (const run of log.judgedRuns()) verdicts.push(...run.rows);
  return { store, assembly, state: log.state, verdicts };
};

describe('a row that cannot be judged', () => {
  it('is parked by its line, and its neighbours are posted', async () => {
    const { assembly, state, verdicts } = await given(5, { onRow: failing(4) });
    expect(state).toMatchObject({ assessed: true, judged: { accepted: 4, duplicate: 0, rejected: 1 } });
    expect(state?.amounts.total).toBe('800.00');
    expect(verdicts.map(({ line, verdict }) => [line, verdict])).toEqual([
      [2, 'accepted'],
      [3, 'accepted'],
      [4, 'rejected'],
      [5, 'accepted'],
      [6, 'accepted'],
    ]);
    expect(verdicts[2]?.problems).toEqual([{ code: 'row-parked', field: 'ssn', reason: 'Odd' }]);
    expect(assembly.process.parked().size).toBe(0);
    expect(assembly.metrics.rowsParkedLast()).toEqual([`${ID} line 4 (Odd)`]);
    expect(await assembly.metrics.registry.metrics()).toContain('shebao_rows_parked_total 1');
    expect(messages).toContain(`submission ${ID}, line 4 is parked: Odd`);
    expect(messages.join()).not.toContain('某');
  });

  it('is a verdict of a rehearsal too, of which nothing is left', async () => {
    const store = await openLog();
    const assembly = assemble(store, { hooks: { onRow: failing(3) } });
    const head = await store.head();
    const rehearsal = await assembly.rehearse.execute(new RehearseRoster(terms, fileOf(3), 'july', origin));
    expect(rehearsal.rows).toEqual({ accepted: 2, duplicate: 0, rejected: 1 });
    expect([await store.head(), assembly.metrics.rowsParkedLast()]).toEqual([head, []]);
  });

  it('leaves nothing half: what it had posted goes back', async () => {
    const { store, state } = await given(3, { onDone: failing(3) });
    expect(state?.judged).toEqual({ accepted: 2, duplicate: 0, rejected: 1 });
    const types = (await readLog(store)).map(({ type }) => type);
    expect(types.filter((type) => type === 'ContributionAssessed')).toHaveLength(3);
    expect(types.filter((type) => type === 'ContributionReversed')).toHaveLength(1);
  });

  it('is no such row when it only failed once', async () => {
    let failed = 0;
    const { state, assembly } = await given(3, {
      onRow: ({ line }) => {
        if (line === 3 && (failed += 1) === 1) throw new Odd('passing');
      },
    });
    expect(state?.judged).toEqual({ accepted: 3, duplicate: 0, rejected: 0 });
    expect(assembly.metrics.rowsParkedLast()).toEqual([]);
  });

  it.each<[number, readonly number[], string]>([
    [3, [2, 3, 4], 'every row fails'],
    [60, Array.from({ length: 21 }, (_unused, i) => i + 2), 'very many fail'],
  ])('is not blamed when of %i rows %p fail: %s', async (rows, lines) => {
    const store = await openLog();
    const assembly = assemble(store, { hooks: { onRow: failing(...lines) } });
    await assembly.submit.execute(new SubmitRoster(terms, fileOf(rows), 'july', origin));
    await until(() => (assembly.process.parked().size > 0 ? true : undefined));
    expect([...assembly.process.parked()]).toEqual([[ID, 'Odd']]);
    expect((await SubmissionLog.open(store, ID)).state?.judged).toEqual({
      accepted: 0,
      duplicate: 0,
      rejected: 0,
    });
  });
});
