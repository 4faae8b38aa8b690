import type { Day } from '../kernel/calendar.js';
import type { Coverage } from './identity.messages.js';
import type { CoverageTable } from './identity.projection.js';

/**
 * Who covers (参保状态): of each insurance the cover that counts today: the last to have begun, which took over from those before it. One that lies
 * ahead only where there is no other.
 */
export const coverageOn = (today: Day, rows: readonly CoverageTable[]): readonly Coverage[] => {
  const byInsurance = new Map<string, Coverage>();
  for (const { insurance, state, employer, since, until } of rows) {
    if (since > today && byInsurance.has(insurance)) continue;
    const isAhead = until !== null && until >= today;
    byInsurance.set(insurance, { insurance, state: isAhead ? 'paying' : state, employer, since, until });
  }
  return [...byInsurance.values()];
};
