import { describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '../event-store/chain.js';
import type { Instant } from '../kernel/calendar.js';
import * as account from '../../test/support/account-life.js';
import * as life from '../../test/support/life.js';
import { logOf } from '../../test/support/log.js';
import { project } from '../../test/support/projecting.js';
import { contributionMonthProjection } from './contribution-month.projection.js';

const recordedAt = '2025-07-15T02:00:00.000Z';
const pension = {
  id: 'a',
  month: '2025-07',
  insurance: 'pension',
  submission: 's1',
  employer: life.USCC,
  wage_fen: 1_000_000n,
  base_fen: 1_000_000n,
  employer_part_fen: 160_000n,
  employee_part_fen: 80_000n,
  to_account_fen: 80_000n,
  state: 'assessed',
  assessed_position: 1n,
  paid_on: null,
  paid_recorded_at: null,
  reversed_on: null,
  reversed_recorded_at: null,
};
const medical = {
  ...pension,
  insurance: 'medical',
  employer_part_fen: 90_000n,
  employee_part_fen: 20_000n,
  to_account_fen: 20_000n,
};
const wasPaid = { state: 'paid', paid_on: '2025-07-15', paid_recorded_at: recordedAt };
const sides = {
  employee: [life.line(), life.medical()].map(life.employeeSide),
  employer: [life.line(), life.medical()].map(life.employerSide),
};
const later = { payment: 'p2', paidOn: '2025-07-31' };
const cheaper = {
  base_fen: 900_000n,
  employer_part_fen: 144_000n,
  employee_part_fen: 72_000n,
  to_account_fen: 72_000n,
};
const dearer = {
  base_fen: 1_200_000n,
  employer_part_fen: 192_000n,
  employee_part_fen: 96_000n,
  to_account_fen: 96_000n,
};
const wasReversed = { state: 'reversed', reversed_on: '2025-08-01', reversed_recorded_at: recordedAt };

const rowsAfter = async (events: readonly DomainEvent[], batchMax?: number) => {
  const log = await logOf(['individual-a', events, { recordedAt: recordedAt as Instant }]);
  return (await project(log, [contributionMonthProjection], batchMax))['contribution_month'];
};

describe.each([
  ['in one batch', 1_000],
  ['event by event', 1],
])('the month lines, %s', (_, batchMax) => {
  it.each([
    ['assessed', [life.assessed()], [medical, pension]],
    [
      'paid',
      [life.assessed(), life.paid()],
      [
        { ...medical, ...wasPaid },
        { ...pension, ...wasPaid },
      ],
    ],
    [
      'paid on the employee side',
      [life.assessed(), life.partPaid()],
      [
        { ...medical, state: 'part-paid' },
        { ...pension, state: 'part-paid' },
      ],
    ],
    [
      'paid on one side and then on the other: from that day on they count',
      [
        life.assessed(),
        life.partPaid(),
        life.paid({ ...later, lines: sides.employer, complete: ['pension', 'medical'] }),
      ],
      [
        { ...medical, ...wasPaid, paid_on: '2025-07-31' },
        { ...pension, ...wasPaid, paid_on: '2025-07-31' },
      ],
    ],
    [
      'paid whole for one insurance, and on one side for the other',
      [
        life.assessed(),
        life.paid({ lines: [life.line(), life.employeeSide(life.medical())], complete: ['pension'] }),
      ],
      [
        { ...medical, state: 'part-paid' },
        { ...pension, ...wasPaid },
      ],
    ],
    [
      'paid, and a difference of them on one side',
      [
        life.assessed(),
        life.paid(),
        life.declared(),
        life.partPaid({
          ...later,
          bill: 'b1',
          lines: [life.line({ employerPart: '0.00', employeePart: '160.00' })],
        }),
      ],
      [
        { ...medical, ...wasPaid, wage_fen: 1_200_000n },
        { ...pension, ...wasPaid, ...dearer, wage_fen: 1_200_000n },
      ],
    ],
    [
      'paid on one side, and reversed',
      [
        life.assessed(),
        life.partPaid(),
        life.reversed({ insurance: 'pension', lines: [life.line()], owed: [life.employerSide(life.line())] }),
      ],
      [
        { ...medical, state: 'part-paid' },
        { ...pension, ...wasReversed },
      ],
    ],
    [
      'paid on one side, of which the other is no longer asked: they count, since the money came',
      [
        life.assessed(),
        life.partPaid(),
        life.adjusted({
          lines: [
            {
              insurance: 'medical',
              baseBefore: '10000.00',
              baseAfter: '10000.00',
              employerPart: '-900.00',
              employeePart: '0.00',
              toAccount: '0.00',
            },
          ],
          after: [life.medical({ employerPart: '0.00' })],
          complete: ['medical'],
          paidOn: '2025-07-15',
        }),
      ],
      [
        { ...medical, ...wasPaid, employer_part_fen: 0n },
        { ...pension, state: 'part-paid' },
      ],
    ],
    [
      'reckoned anew for a wage declared anew, unpaid',
      [life.assessed(), life.declared()],
      [
        { ...medical, wage_fen: 1_200_000n },
        { ...pension, ...dearer, wage_fen: 1_200_000n },
      ],
    ],
    [
      'of an insurance reversed before a wage is declared anew: it keeps the wage it had',
      [
        life.assessed(),
        life.reversed({ paid: false, insurance: 'medical', lines: [life.medical()] }),
        life.declared(),
      ],
      [
        { ...medical, ...wasReversed },
        { ...pension, ...dearer, wage_fen: 1_200_000n },
      ],
    ],
    [
      'of an insurance reversed after a wage was declared anew',
      [
        life.assessed(),
        life.declared(),
        life.reversed({ paid: false, insurance: 'medical', lines: [life.medical()] }),
      ],
      [
        { ...medical, ...wasReversed, wage_fen: 1_200_000n },
        { ...pension, ...dearer, wage_fen: 1_200_000n },
      ],
    ],
    [
      'handed in anew by the same submission after a wage declared anew was reversed: with the wage of that row',
      [
        life.assessed({ lines: [life.line()] }),
        life.declared(),
        life.reversed({ paid: false, lines: [life.line()] }),
        life.assessed({ line: 3, wage: '11000.00', lines: [life.line()] }),
      ],
      [{ ...pension, wage_fen: 1_100_000n, assessed_position: 4n }],
    ],
    [
      'reversed unpaid',
      [life.assessed(), life.reversed({ paid: false })],
      [
        { ...medical, ...wasReversed },
        { ...pension, ...wasReversed },
      ],
    ],
    [
      'paid, and one insurance reversed',
      [life.assessed(), life.paid(), life.reversed({ insurance: 'medical', lines: [life.medical()] })],
      [
        { ...medical, ...wasPaid, ...wasReversed },
        { ...pension, ...wasPaid },
      ],
    ],
    [
      'paid, reckoned anew by a table published late, and one insurance reversed',
      [
        life.assessed(),
        life.paid(),
        life.adjusted(),
        life.reversed({ insurance: 'medical', lines: [life.medical()] }),
      ],
      [
        { ...medical, ...wasPaid, ...wasReversed },
        {
          ...pension,
          ...wasPaid,
          ...cheaper,
        },
      ],
    ],
    [
      'handed in anew after a reversal, by another submission',
      [
        life.assessed({ lines: [life.line()] }),
        life.reversed({ paid: false, lines: [life.line()] }),
        life.assessed({ submission: 's2', wage: '12000.00', lines: [life.line()] }),
      ],
      [
        { ...pension, ...wasReversed },
        { ...pension, submission: 's2', wage_fen: 1_200_000n, assessed_position: 3n },
      ],
    ],
    [
      'handed in anew after a reversal, by a later line of the same submission',
      [
        life.assessed({ lines: [life.line()] }),
        life.paid({ lines: [life.line()] }),
        life.reversed({ lines: [life.line()] }),
        life.assessed({ line: 3, lines: [life.line()] }),
      ],
      [{ ...pension, assessed_position: 4n }],
    ],
  ])('%s', async (_, events, rows) => expect(await rowsAfter(events, batchMax)).toEqual(rows));

  it.each(
    [...life.ofEachType(), ...account.ofEachType()]
      .filter(({ type }) => !contributionMonthProjection.types.includes(type))
      .map((event) => [event.type, event] as const),
  )('stay as they are under %s', async (_, event) =>
    expect(await rowsAfter([life.assessed({ lines: [life.line()] }), event], batchMax)).toEqual([pension]),
  );

  it.each([
    ['a payment', life.paid()],
    ['a payment of a part', life.partPaid()],
    ['a payment that makes a month whole', life.paid({ lines: [], complete: ['pension'] })],
    ['a reversal', life.reversed()],
    ['a change', life.adjusted()],
  ])('refuse %s of what was never assessed', async (_, event) => {
    await expect(rowsAfter([event], batchMax)).rejects.toThrow('1 events were parked');
  });
});
