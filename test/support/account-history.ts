import type { EmployerEvent } from '../../src/employer/events.js';
import {
  allocation,
  billChanged,
  billExtended,
  billIssued,
  billWithdrawn,
  creditMoved,
  creditRefunded,
  creditUsed,
  estimateSettled,
  moneyReceived,
  monthEstimated,
  personsCredited,
} from './account-life.js';

const august = billIssued({ bill: 's3', month: '2025-08', dueOn: '2025-08-15', issuedOn: '2025-08-09' });
/** Every event of an account, in an order in which they can happen. */
export const ACCOUNT_HISTORY: readonly EmployerEvent[] = [
  billIssued(),
  billIssued({ bill: 'd1', kind: 'difference', lines: [], dueOn: '2025-12-15', issuedOn: '2025-07-11' }),
  billExtended(),
  billIssued({ bill: 's2', issuedOn: '2025-07-11' }),
  billWithdrawn(),
  billWithdrawn({ bill: 'before-its-bill' }),
  // Ten days late: 0.05 % a day of 2400.00 is 12.00.
  moneyReceived({
    amount: '2507.00',
    paidOn: '2025-07-25',
    allocations: [allocation({ lateFee: '12.00' })],
  }),
  personsCredited(),
  august,
  creditUsed(),
  billChanged({
    bills: [
      {
        bill: 's1',
        month: '2025-07',
        cells: [
          { insurance: 'pension', side: 'employee', less: '80.00', given: '80.00', released: '0.00' },
          { insurance: 'pension', side: 'employer', less: '160.00', given: '130.00', released: '30.00' },
        ],
        covered: [{ insurance: 'pension', side: 'employer' }],
        payment: { payment: 'p1', paidOn: '2025-07-25' },
      },
    ],
    credit: '240.00',
  }),
  creditRefunded({ amount: '40.00' }),
  creditMoved(),
  monthEstimated({ month: '2025-06' }),
  monthEstimated(),
  estimateSettled(),
];
