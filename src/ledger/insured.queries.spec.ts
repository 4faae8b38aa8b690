import { describe, expect, it } from '@jest/globals';
import * as life from '../../test/support/life.js';
import { logOf } from '../../test/support/log.js';
import { toMonth } from '../kernel/calendar.js';
import { ProjectionRunner } from '../projection/projection.runner.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { contributionMonthProjection } from './contribution-month.projection.js';
import type { Insured } from './insured.messages.js';
import { countInsured } from './insured.queries.js';

/** Two persons pay pension and medical; one of them is taken out of medical; one is of another employer. */
const insuredIn = async (employer: string, month: string): Promise<Insured> => {
  const store = await logOf(
    ['individual-a', [life.registered(), life.covered(), life.assessed(), life.paid()]],
    [
      'individual-b',
      [life.registered(), life.covered(), life.assessed(), life.reversed({ lines: [life.medical()] })],
    ],
    ['individual-c', [life.registered(), life.assessed({ employer: 'other' })]],
    ['individual-d', [life.registered(), life.assessed({ month: '2025-08' })]],
    [
      'individual-e',
      [life.registered(), life.assessed(), life.reversed({ lines: [life.line(), life.medical()] })],
    ],
  );
  const generations = new MemoryGenerations();
  const runner = await ProjectionRunner.open(store, generations, [contributionMonthProjection]);
  runner.start();
  await runner.readModels.waitForHead();
  const insured = await countInsured(runner.readModels.db(), employer, toMonth(month));
  await runner.stop();
  await generations.close();
  return insured;
};

describe('who is insured by an employer in a month', () => {
  it('is counted once by each insurance that stands, paid or not', async () =>
    expect(await insuredIn(life.USCC, '2025-07')).toEqual({
      persons: 2,
      insurances: [
        { insurance: 'medical', persons: 1, base: 1_000_000n },
        { insurance: 'pension', persons: 2, base: 2_000_000n },
      ],
    }));

  it('is nobody in another month', async () =>
    expect(await insuredIn(life.USCC, '2025-06')).toEqual({ persons: 0, insurances: [] }));
});
