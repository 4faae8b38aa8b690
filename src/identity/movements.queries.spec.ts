import { afterEach, describe, expect, it } from '@jest/globals';
import * as life from '../../test/support/life.js';
import { logOf } from '../../test/support/log.js';
import type { IndividualEvent } from '../individual/events.js';
import { toDay } from '../kernel/calendar.js';
import { ProjectionRunner } from '../projection/projection.runner.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { identityProjection } from './identity.projection.js';
import { countMovements } from './movements.queries.js';

const generations: MemoryGenerations[] = [];
afterEach(async () => {
  for (const each of generations.splice(0)) await each.close();
});

const BOTH = ['pension', 'medical'];
const from = (since: string, insurances = BOTH) => life.covered({ from: since, insurances });
const until = (last: string, insurances = BOTH) => life.stopped({ until: last, insurances });
/** Movements of July, of one person's life. */
const inJuly = async (...events: readonly IndividualEvent[]): Promise<readonly number[]> => {
  const made = new MemoryGenerations();
  generations.push(made);
  const store = await logOf(['individual-a', [life.registered(), ...events]]);
  const runner = await ProjectionRunner.open(store, made, [identityProjection]);
  runner.start();
  await runner.readModels.waitForHead();
  const db = runner.readModels.db();
  const { joined, left } = await countMovements(db, life.USCC, toDay('2025-07-01'), toDay('2025-07-31'));
  await runner.stop();
  return [joined, left];
};

describe('who joined and who left an employer in a month', () => {
  it.each<readonly [string, readonly IndividualEvent[], readonly number[]]>([
    ['on its first day', [from('2025-07-01')], [1, 0]],
    ['on its last day', [from('2025-07-31')], [1, 0]],
    ['before it', [from('2025-06-30')], [0, 0]],
    ['after it', [from('2025-08-01')], [0, 0]],
    ['before and left on its last day', [from('2025-01-01'), until('2025-07-31')], [0, 1]],
    ['before and left after it', [from('2025-01-01'), until('2025-08-01')], [0, 0]],
    ['and left in it', [from('2025-07-02'), until('2025-07-20')], [1, 1]],
    ['and came back in it', [from('2025-01-01'), until('2025-07-10'), from('2025-07-15')], [1, 1]],
    ['one insurance more', [from('2025-01-01', ['pension']), from('2025-07-01', ['medical'])], [0, 0]],
    ['one insurance less', [from('2025-01-01'), until('2025-07-10', ['medical'])], [0, 0]],
    ['another employer', [life.covered({ employer: 'other', from: '2025-07-01' })], [0, 0]],
  ])('is counted once: %s', async (_, events, movements) =>
    expect(await inJuly(...events)).toEqual(movements),
  );
});
