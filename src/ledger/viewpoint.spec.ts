import { afterEach, describe, expect, it } from '@jest/globals';
import * as life from '../../test/support/life.js';
import { logOf, readLog, record } from '../../test/support/log.js';
import { toDay, type Day, type Instant } from '../kernel/calendar.js';
import { toYuan } from '../kernel/money.js';
import { Projector } from '../projection/projector.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import type { Viewpoint } from '../projection/viewpoint.js';
import { contributionMonthProjection } from './contribution-month.projection.js';
import { readBalances, readBalancesAsOf, readPaidMonths } from './ledger.queries.js';
import { postingsProjection } from './postings.projection.js';

/** July is paid on the employee side on the 15th and whole on the 31st, told of on the 16th and on 1 August; then reversed. */
const at = (day: string) => ({ recordedAt: `${day}T02:00:00.000Z` as Instant, bookedOn: toDay(day) });
const lines = [life.line()];
const rest = { lines: lines.map(life.employerSide), payment: 'p2', paidOn: '2025-07-31' };
const lived = async () => {
  const log = await logOf(['individual-a', [life.assessed({ lines })], at('2025-07-10')]);
  const person = 'individual-a';
  await record(log, person, [life.partPaid({ lines: lines.map(life.employeeSide) })], at('2025-07-16'));
  await record(log, person, [life.paid(rest)], at('2025-08-01'));
  await record(log, person, [life.reversed({ lines, valueOn: '2025-09-05' })], at('2025-09-06'));
  return log;
};

describe('a month that is paid in parts', () => {
  const generations = new MemoryGenerations();
  afterEach(() => generations.close());

  it('counts, and has what it brought, by the day of value and the day of knowledge', async () => {
    const projector = await Projector.open(await generations.live(), [
      contributionMonthProjection,
      postingsProjection,
    ]);
    await projector.apply(await readLog(await lived()));
    const db = projector.generation.reader;
    const seen = async (asOf?: string, knownAt?: string) => {
      const viewpoint: Viewpoint = {
        ...(asOf === undefined ? {} : { asOf: asOf as Day }),
        ...(knownAt === undefined ? {} : { knownAt: knownAt as Instant }),
      };
      const isNow = asOf === undefined && knownAt === undefined;
      const balances = isNow ? await readBalances(db, 'a') : await readBalancesAsOf(db, 'a', viewpoint);
      const months = await readPaidMonths(db, 'a', viewpoint);
      const pension = balances.get('pension');
      return `${pension === undefined ? 'none' : toYuan(pension)}, ${months.length} months`;
    };
    expect(await seen()).toBe('0.00, 0 months');
    expect(await seen('2025-07-14')).toBe('none, 0 months');
    expect(await seen('2025-07-15')).toBe('800.00, 0 months');
    expect(await seen('2025-07-30')).toBe('800.00, 0 months');
    expect(await seen('2025-07-31')).toBe('800.00, 1 months');
    expect(await seen('2025-09-04')).toBe('800.00, 1 months');
    expect(await seen('2025-09-05')).toBe('0.00, 0 months');
    expect(await seen('2025-07-31', '2025-07-31T16:00:00.000Z')).toBe('800.00, 0 months');
    expect(await seen('2025-07-31', '2025-08-01T02:00:00.000Z')).toBe('800.00, 1 months');
    expect(await seen(undefined, '2025-07-15T16:00:00.000Z')).toBe('none, 0 months');
    expect(await seen(undefined, '2025-09-06T01:59:59.999Z')).toBe('800.00, 1 months');
    expect(await seen('2025-09-05', '2025-09-06T01:59:59.999Z')).toBe('800.00, 1 months');
  });
});
