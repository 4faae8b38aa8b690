import { describe, expect, it } from '@jest/globals';
import { toDay } from '../kernel/calendar.js';
import { coverageOn } from './coverage.js';
import type { CoverageTable } from './identity.projection.js';

const row = (given: Partial<CoverageTable> = {}): CoverageTable => ({
  id: 'a',
  insurance: 'pension',
  position: 1n,
  employer: 'E1',
  since: '2025-07-01',
  until: null,
  state: 'paying',
  ...given,
});
const ending = { until: '2025-08-31', state: 'ended' } as const;
const next = { employer: 'E2', since: '2025-09-01', position: 2n };

describe('the cover of a day', () => {
  it.each<[string, string, readonly CoverageTable[], readonly string[]]>([
    ['is paid while it is open', '2025-09-01', [row()], ['pension paying E1 2025-07-01 null']],
    ['is paid on its last day', '2025-08-31', [row(ending)], ['pension paying E1 2025-07-01 2025-08-31']],
    ['is over the day after', '2025-09-01', [row(ending)], ['pension ended E1 2025-07-01 2025-08-31']],
    [
      'goes over to the next on its first day',
      '2025-09-01',
      [row(ending), row(next)],
      ['pension paying E2 2025-09-01 null'],
    ],
    [
      'is not yet that of the next',
      '2025-08-31',
      [row(ending), row(next)],
      ['pension paying E1 2025-07-01 2025-08-31'],
    ],
    [
      'that lies ahead is shown where there is no other',
      '2025-06-30',
      [row()],
      ['pension paying E1 2025-07-01 null'],
    ],
    [
      'that was taken over does not come back when the other ends',
      '2025-10-01',
      [row(), row({ ...next, until: '2025-09-30', state: 'ended' })],
      ['pension ended E2 2025-09-01 2025-09-30'],
    ],
    [
      'is told for each insurance',
      '2025-09-01',
      [row({ insurance: 'medical' }), row(ending)],
      ['medical paying E1 2025-07-01 null', 'pension ended E1 2025-07-01 2025-08-31'],
    ],
    ['may be paused', '2025-09-01', [row({ state: 'paused' })], ['pension paused E1 2025-07-01 null']],
  ])('%s', (_, today, rows, told) =>
    expect(
      coverageOn(toDay(today), rows).map(
        ({ insurance, state, employer, since, until }) =>
          `${insurance} ${state} ${employer} ${since} ${until}`,
      ),
    ).toEqual(told),
  );
});
