import type {
  AccountEvent,
  Allocation,
  BillChanged,
  BillExtended,
  BillIssued,
  BillWithdrawn,
  CreditMoved,
  CreditRefunded,
  CreditUsed,
  EstimateSettled,
  MoneyReceived,
  MonthEstimated,
  PersonsCredited,
} from '../../src/employer/events.js';
import { USCC } from './life.js';

/** Events of the account of an ordinary employer, one of each type; every part can be given otherwise. */
const cell = (insurance: string, side: 'employer' | 'employee') => ({ insurance, side });
export const allocation = (given: Partial<Allocation> = {}): Allocation => ({
  bill: 's1',
  month: '2025-07',
  cells: [
    { ...cell('pension', 'employee'), amount: '800.00' },
    { ...cell('pension', 'employer'), amount: '1600.00' },
  ],
  covered: [cell('pension', 'employee'), cell('pension', 'employer')],
  lateFee: '5.00',
  lateFeeDaily: '0.05',
  ...given,
});
export const billIssued = (given: Partial<BillIssued['data']> = {}): BillIssued => ({
  type: 'BillIssued',
  data: {
    uscc: USCC,
    bill: 's1',
    kind: 'normal',
    region: 'shanghai',
    month: '2025-07',
    dueOn: '2025-07-15',
    issuedOn: '2025-07-10',
    lines: [{ insurance: 'pension', employer: '1600.00', employee: '800.00' }],
    ...given,
  },
});
export const billExtended = (given: Partial<BillExtended['data']> = {}): BillExtended => ({
  type: 'BillExtended',
  data: {
    uscc: USCC,
    bill: 'd1',
    extension: 'e1',
    lines: [{ insurance: 'pension', employer: '20.00', employee: '10.00' }],
    ...given,
  },
});
export const billWithdrawn = (given: Partial<BillWithdrawn['data']> = {}): BillWithdrawn => ({
  type: 'BillWithdrawn',
  data: { uscc: USCC, bill: 's2', month: '2025-07', reason: 'wrong file', valueOn: '2025-07-12', ...given },
});
/** What is too much is the employer's credit. */
export const moneyReceived = (given: Partial<MoneyReceived['data']> = {}): MoneyReceived => ({
  type: 'MoneyReceived',
  data: {
    uscc: USCC,
    payment: 'p1',
    amount: '2500.00',
    paidOn: '2025-07-15',
    reference: 'bank-1',
    target: { kind: 'bill', bill: 's1' },
    allocations: [allocation()],
    unapplied: '95.00',
    ...given,
  },
});
export const creditUsed = (given: Partial<CreditUsed['data']> = {}): CreditUsed => ({
  type: 'CreditUsed',
  data: {
    uscc: USCC,
    payment: 'u1',
    amount: '95.00',
    paidOn: '2025-08-10',
    allocations: [
      allocation({
        bill: 's3',
        month: '2025-08',
        cells: [{ ...cell('pension', 'employee'), amount: '95.00' }],
        covered: [],
        lateFee: '0.00',
      }),
    ],
    ...given,
  },
});
/** A person was taken out of a bill of which one side waited for the rest. */
export const billChanged = (given: Partial<BillChanged['data']> = {}): BillChanged => ({
  type: 'BillChanged',
  data: {
    uscc: USCC,
    change: 'r1',
    cause: 'reversal',
    valueOn: '2025-08-01',
    bills: [
      {
        bill: 's1',
        month: '2025-07',
        cells: [
          { ...cell('pension', 'employee'), less: '800.00', given: '800.00', released: '0.00' },
          { ...cell('pension', 'employer'), less: '1600.00', given: '0.00', released: '30.00' },
        ],
        covered: [],
      },
    ],
    credit: '830.00',
    ...given,
  },
});
export const creditRefunded = (given: Partial<CreditRefunded['data']> = {}): CreditRefunded => ({
  type: 'CreditRefunded',
  data: {
    uscc: USCC,
    refund: 'f1',
    amount: '830.00',
    paidOn: '2025-08-20',
    reference: 'bank-9',
    ...given,
  },
});
export const creditMoved = (given: Partial<CreditMoved['data']> = {}): CreditMoved => ({
  type: 'CreditMoved',
  data: {
    uscc: USCC,
    correction: 'm1',
    month: '2025-07',
    amount: '2400.00',
    valueOn: '2025-08-02',
    ...given,
  },
});
export const personsCredited = (given: Partial<PersonsCredited['data']> = {}): PersonsCredited => ({
  type: 'PersonsCredited',
  data: { uscc: USCC, covering: 'p1', persons: 1, ...given },
});
const amounts = {
  employer: '1760.00',
  employee: '880.00',
  total: '2640.00',
  byInsurance: { pension: '2640.00' },
  lines: [{ insurance: 'pension', employer: '1760.00', employee: '880.00' }],
};
/** 110 % of the month before. */
export const monthEstimated = (given: Partial<MonthEstimated['data']> = {}): MonthEstimated => ({
  type: 'MonthEstimated',
  data: {
    uscc: USCC,
    month: '2025-08',
    of: ['s1'],
    lastMonth: '2025-07',
    factor: '110',
    source: 'SIL 62',
    rounding: 'fen-half-up',
    persons: 1,
    lines: [{ insurance: 'pension', employerPart: '1760.00', employeePart: '880.00' }],
    amounts,
    valueOn: '2025-08-01',
    ...given,
  },
});
export const estimateSettled = (given: Partial<EstimateSettled['data']> = {}): EstimateSettled => ({
  type: 'EstimateSettled',
  data: {
    uscc: USCC,
    month: '2025-08',
    submission: 's3',
    lines: [{ insurance: 'pension', employerPart: '1760.00', employeePart: '880.00' }],
    declared: amounts,
    difference: amounts,
    valueOn: '2025-08-01',
    ...given,
  },
});

export const ofEachType = (): readonly (MonthEstimated | EstimateSettled | AccountEvent)[] => [
  billIssued(),
  billExtended(),
  billWithdrawn(),
  moneyReceived(),
  personsCredited(),
  creditUsed(),
  billChanged(),
  creditRefunded(),
  creditMoved(),
  monthEstimated(),
  estimateSettled(),
];
