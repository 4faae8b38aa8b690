import { describe, expect, it } from '@jest/globals';
import * as life from '../../test/support/life.js';
import { logOf } from '../../test/support/log.js';
import { projectInBatches } from '../../test/support/projecting.js';
import { contributionMonthProjection } from './contribution-month.projection.js';

/** What a batch does to rows from before it is the same as event by event, wherever the log is cut. */
describe.each([
  ['of each type', life.ofEachType()],
  [
    'of a month that is handed in anew by the same submission',
    [
      life.assessed(),
      life.declared(),
      life.reversed({ paid: false }),
      life.assessed({ line: 9, wage: '11000.00' }),
      life.partPaid(),
      life.paid({ lines: [life.line(), life.medical()].map(life.employerSide) }),
    ],
  ],
  [
    'of an insurance reversed, then a wage declared, then the other reversed',
    [
      life.assessed(),
      life.reversed({ paid: false, insurance: 'medical', lines: [life.medical()] }),
      life.declared(),
      life.reversed({ paid: false, reversal: 'r2', insurance: 'pension', lines: [life.line()] }),
    ],
  ],
])('the month lines of events %s', (_, events) => {
  it('are the same however the log is cut', async () => {
    const log = await logOf(['individual-a', events]);
    const known = events.filter(({ type }) => contributionMonthProjection.types.includes(type)).length;
    const each = Array.from({ length: known - 1 }, (__, index) => index + 1);
    const rows = await projectInBatches(log, contributionMonthProjection, each);
    for (const end of [0, ...each])
      expect(await projectInBatches(log, contributionMonthProjection, [end])).toEqual(rows);
  });
});
