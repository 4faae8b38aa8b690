import { describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '../event-store/chain.js';
import type { Instant } from '../kernel/calendar.js';
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
          base_fen: 900_000n,
          employer_part_fen: 144_000n,
          employee_part_fen: 72_000n,
          to_account_fen: 72_000n,
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

  it.each([
    ['IndividualRegistered', life.registered()],
    ['CoverageStarted', life.covered()],
    ['CardSettled', life.settled()],
    ['CardSettlementReversed', life.settlementReversed()],
    ['PaymentReceived', life.paymentReceived()],
  ])('stay as they are under %s', async (_, event) =>
    expect(await rowsAfter([life.assessed({ lines: [life.line()] }), event], batchMax)).toEqual([pension]),
  );

  it('refuse a payment of what was never assessed', async () => {
    await expect(rowsAfter([life.paid()], batchMax)).rejects.toThrow('1 events were parked');
  });
});
