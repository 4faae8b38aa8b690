import type { QueryBus } from '@nestjs/cqrs';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { FixedClock } from '../../test/support/app.js';
import { readLog } from '../../test/support/log.js';
import { EMPLOYER } from '../../test/support/roster.js';
import { assemble, fileOf, openLog, origin, terms } from '../../test/support/submission-process.js';
import { DyingStore } from '../../test/support/submissions.js';
import type { AppendResult, EventStore, ExpectedRevision, NewEvent } from '../event-store/event-store.js';
import type { GetStandingContributions } from '../individual/standing.messages.js';
import { toDay, toMonth, type Instant } from '../kernel/calendar.js';
import { ProjectionRunner } from '../projection/projection.runner.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { YamlRuleBook } from '../rules/rules.loader.js';
import { accountProjection } from './account.projection.js';
import { submissionIdOf } from './employer.handlers.js';
import { SubmitRoster } from './employer.messages.js';
import { EstimateMonthHandler } from './estimate.handlers.js';
import { EstimateMonth } from './estimate.messages.js';
import { submissionProjection } from './submission.projection.js';
import { SubmissionTerms } from './submission.terms.js';

/** A store that lets something happen just before an event of a type is stored, once. */
class Overtaken extends DyingStore {
  private isOvertaken = false;

  constructor(
    store: EventStore,
    private readonly type: string,
    private readonly first: () => Promise<void>,
  ) {
    super(store, Infinity, 'after');
  }

  override async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult> {
    if (!this.isOvertaken && events.some(({ type }) => type === this.type)) {
      this.isOvertaken = true;
      await this.first();
    }
    return super.append(stream, expected, events);
  }
}

const rules = YamlRuleBook.load();
const clock = new FixedClock('2025-09-20T02:00:00.000Z' as Instant);
const august = toMonth('2025-08');
const LINE = {
  insurance: 'pension',
  base: '1000.00',
  employerPart: '100.00',
  employeePart: '100.00',
  toAccount: '100.00',
};
/** Of everybody who was declared a line stands. */
const queries = {
  execute: async ({ individuals }: GetStandingContributions) => individuals.map(() => [LINE]),
} as unknown as QueryBus;

let store: Awaited<ReturnType<typeof openLog>>;
let runner: ProjectionRunner;
beforeEach(async () => {
  store = await openLog();
  runner = await ProjectionRunner.open(store, new MemoryGenerations(), [
    submissionProjection,
    accountProjection,
  ]);
  runner.start();
});
afterEach(async () => {
  await runner.beforeApplicationShutdown();
  await runner.onApplicationShutdown();
});

const submit = async (month: string): Promise<void> => {
  const assembly = assemble(store, { readModels: runner.readModels });
  await assembly.submit.execute(
    new SubmitRoster({ ...terms, month: toMonth(month) }, fileOf(2), month, origin),
  );
  await assembly.process.work(submissionIdOf(EMPLOYER, month));
};
const estimate = (on: EventStore) => {
  const found = new SubmissionTerms(on, rules, clock);
  const handler = new EstimateMonthHandler(on, rules, rules, found, runner.readModels, queries);
  return handler.execute(new EstimateMonth(EMPLOYER, august, { ...origin, bookedOn: toDay('2025-09-20') }));
};
const typesOfEstimates = async (): Promise<readonly string[]> =>
  (await readLog(store))
    .map(({ type }) => type)
    .filter((type) => type.startsWith('MonthE') || type.startsWith('EstimateS'));

it('an estimate that a declaration overtook is settled by it at once', async () => {
  await submit('2025-07');
  const overtaken = new Overtaken(store, 'MonthEstimated', () => submit('2025-08'));
  expect(await estimate(overtaken)).toMatchObject({
    ok: true,
    value: { value: { persons: 2 }, replayed: false },
  });
  expect(await typesOfEstimates()).toEqual(['MonthEstimated', 'EstimateSettled']);
  const [settled] = (await readLog(store)).filter(({ type }) => type === 'EstimateSettled');
  expect(JSON.parse(settled?.data ?? '')).toMatchObject({
    submission: submissionIdOf(EMPLOYER, '2025-08'),
    declared: { total: '400.00' },
  });
  expect(await estimate(store)).toEqual({ ok: false, error: { type: 'MonthDeclared' } });
});

it('one that comes before the declaration is settled by the declaration', async () => {
  await submit('2025-07');
  await estimate(store);
  expect(await estimate(store)).toMatchObject({ ok: true, value: { replayed: true } });
  expect(await typesOfEstimates()).toEqual(['MonthEstimated']);
  await submit('2025-08');
  expect(await typesOfEstimates()).toEqual(['MonthEstimated', 'EstimateSettled']);
});
