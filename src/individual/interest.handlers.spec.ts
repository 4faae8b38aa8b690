import { type CommandBus, type QueryBus } from '@nestjs/cqrs';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FixedClock } from '../../test/support/app.js';
import { chainFaults } from '../../test/support/submission-process.js';
import { DyingStore } from '../../test/support/submissions.js';
import {
  claim,
  failureOf,
  row,
  setUp,
  valueOf,
  walkChain,
  type Harness,
} from '../../test/support/individual.js';
import { contextOf } from '../../test/support/log.js';
import { until } from '../../test/support/until.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { NO_STREAM, seal } from '../event-store/chain.js';
import type { EventStore } from '../event-store/event-store.js';
import { ListIndividuals, type CountIndividuals } from '../identity/identity.messages.js';
import { registered, assessed, line, paid } from '../../test/support/life.js';
import { toMonth, type Instant } from '../kernel/calendar.js';
import { fen, ppm } from '../kernel/money.js';
import { ok } from '../kernel/result.js';
import type { ReadModels } from '../projection/read-models.js';
import { YamlRuleBook } from '../rules/rules.loader.js';
import { streamOf } from './individual.js';
import { CreditYear, type Origin } from './individual.messages.js';
import { CreditYearHandler } from './interest.handlers.js';
import { InterestRunProcess } from './interest-run.process.js';
import { INTEREST_RUNS } from './interest-run.js';
import type { CreditInterest } from './interest.js';

const terms: CreditInterest = {
  type: 'CreditInterest',
  run: 'run-1',
  year: 2025,
  rate: ppm(15_000n),
  method: 'month-product',
  factor: { text: '1.083', numerator: 1083n, denominator: 1000n },
  rounding: 'fen-half-up',
  source: 'published',
  provisional: false,
  earnsFrom: 'paid',
};
const origin: Origin = contextOf();

describe('once the year of everything is closed', () => {
  let app: Harness;
  let settlementId: string;
  beforeEach(async () => {
    app = setUp();
    await app.assess([row()]);
    await app.pay();
    settlementId = valueOf(await app.settle(claim())).value.settlementId;
    const run = new CreditYearHandler(app.store).execute(new CreditYear(terms, [app.id, 'nobody'], origin));
    // 800.00 of July: 800 x 6 x 1.5 % / 12
    expect(await run).toEqual({ credited: 1, unchanged: 0, failed: 1, amount: 600n });
  });

  it('the run again posts nothing more, and counts the same', async () => {
    const again = await new CreditYearHandler(app.store).execute(new CreditYear(terms, [app.id], origin));
    expect(again).toEqual({ credited: 1, unchanged: 0, failed: 0, amount: 600n });
    expect((await app.typesOf()).filter((type) => type === 'InterestCredited')).toHaveLength(1);
    await walkChain(app);
  });
  it('a settlement of before is found by its route and answered as the first time', async () => {
    expect(valueOf(await app.settle(claim()))).toMatchObject({
      replayed: true,
      value: { balanceBefore: 20_000n, balanceAfter: 15_000n },
    });
    expect(valueOf(await app.quote(claim())).balanceAfter).toBe(15_000n);
    expect(valueOf(await app.settle(claim({ institutionSerial: '2' }))).value).toMatchObject({
      balanceBefore: 15_000n,
    });
  });
  it('a settlement of before is taken back once', async () => {
    expect(valueOf(await app.reverseSettlement(settlementId)).value).toMatchObject({ balanceAfter: 20_000n });
    expect(valueOf(await app.reverseSettlement(settlementId)).replayed).toBe(true);
  });
  it('a row for a month that is closed is judged on the whole life', async () => {
    const { verdicts } = await app.assessAfterRestart([row()], { submission: 's2' });
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['duplicate']);
    const other = await app.assessAfterRestart([row({ wage: fen(2_000_000n) })], {
      submission: 's3',
    });
    expect(other.verdicts.map(({ problem }) => problem)).toEqual(['needs-base-change']);
  });
  it('a row for a later month is judged on the close', async () => {
    const january = { submission: 's2', month: toMonth('2026-01') };
    const { verdicts } = await app.assessAfterRestart([row()], january);
    expect(verdicts.map(({ outcome, registered: isNew }) => [outcome, isNew])).toEqual([['accepted', false]]);
    await walkChain(app);
  });
  it('a closed month is taken back, once', async () => {
    expect(valueOf(await app.reverse('k1')).replayed).toBe(false);
    expect(valueOf(await app.reverse('k1')).replayed).toBe(true);
    expect(failureOf(await app.reverse('k2'))).toMatchObject({ type: 'NothingToReverse' });
  });
});

const PEOPLE = ['a', 'b', 'c', 'd', 'e'];
const start = {
  type: 'Start',
  run: 'run-9',
  year: 2025,
  rate: '1.5',
  method: 'month-product',
  source: 'published',
  provisional: false,
  earnsFrom: 'paid',
} as const;

describe('a run whose process dies', () => {
  beforeAll(() => Logger.overrideLogger(false));
  const rules = YamlRuleBook.load();
  const clock = new FixedClock('2026-02-01T02:00:00.000Z' as Instant);
  const readModels = { waitForHead: () => Promise.resolve(ok(undefined)) } as unknown as ReadModels;
  /** Pages of two, so that there are several. */
  const processOver = (store: EventStore): InterestRunProcess => {
    const handler = new CreditYearHandler(store);
    const commands = { execute: (command: CreditYear) => handler.execute(command) } as unknown as CommandBus;
    const queries = {
      execute: (query: CountIndividuals | ListIndividuals) =>
        Promise.resolve(
          query instanceof ListIndividuals
            ? PEOPLE.filter((id) => id > (query.after ?? '')).slice(0, 2)
            : PEOPLE.length,
        ),
    } as unknown as QueryBus;
    return new InterestRunProcess(store, clock, rules, readModels, commands, queries);
  };
  const seed = async (store: EventStore): Promise<void> => {
    const lines = [line()];
    for (const id of PEOPLE)
      await store.append(
        streamOf(id),
        'no-stream',
        seal(streamOf(id), NO_STREAM, [registered(), assessed({ lines }), paid({ lines })], contextOf()),
      );
  };

  /** Start, three pages with their progress, finish; the last write that is named never comes. */
  const WRITES = 8;
  const places = Array.from({ length: WRITES + 1 }, (_, i) => i + 1).flatMap((at) =>
    (['before', 'after'] as const).map((when) => [at, when] as const),
  );
  let deaths = 0;
  afterAll(() => {
    expect(deaths).toBe(2 * WRITES);
  });

  it.each(places)('at write %i, %s it, goes on with the next and credits each once', async (at, when) => {
    const store = MemoryEventStore.open();
    await seed(store);
    const dying = new DyingStore(store, at, when);
    const first = processOver(dying);
    const began = first.execute(start, origin).then(() => void first.work());
    await began.catch(() => undefined);
    const isFinished = async (): Promise<boolean> => (await store.read(INTEREST_RUNS)).length === 2;
    await until(async () => dying.died || (await isFinished()) || undefined);
    deaths += dying.died ? 1 : 0;
    await first.beforeApplicationShutdown();
    const next = processOver(store);
    expect((await next.execute(start, origin)).ok).toBe(true);
    await next.work();
    const found = await next.find(start.run);
    expect(found?.run.isFinished).toBe(true);
    // 800.00 of July: 6.00 for each
    expect(found?.progress).toMatchObject({
      through: 'e',
      total: 5,
      credited: 5,
      unchanged: 0,
      amount: '30.00',
    });
    for (const id of PEOPLE)
      expect((await store.read(streamOf(id))).map(({ type }) => type).slice(3)).toEqual([
        'InterestCredited',
        'YearClosed',
      ]);
    expect((await store.read(INTEREST_RUNS)).map(({ type }) => type)).toEqual([
      'InterestRunStarted',
      'InterestRunFinished',
    ]);
    expect(chainFaults(await store.readAll({ max: 1_000 }))).toEqual([]);
  });
});
