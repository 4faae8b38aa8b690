import type { PaymentReceived } from '../../src/employer/events.js';
import type {
  CardSettled,
  CardSettlementReversed,
  ContributionAdjusted,
  ContributionAssessed,
  ContributionLine,
  ContributionPaid,
  ContributionReversed,
  CoverageStarted,
  IndividualRegistered,
} from '../../src/individual/events.js';

/** Events of an ordinary life, one of each type; every part can be given otherwise. */
export const USCC = '91310000717854505W';

export const line = (given: Partial<ContributionLine> = {}): ContributionLine => ({
  insurance: 'pension',
  base: '10000.00',
  employerPart: '1600.00',
  employeePart: '800.00',
  toAccount: '800.00',
  ...given,
});
export const medical = (given: Partial<ContributionLine> = {}): ContributionLine =>
  line({
    insurance: 'medical',
    employerPart: '900.00',
    employeePart: '200.00',
    toAccount: '200.00',
    ...given,
  });

export const registered = (given: Partial<IndividualRegistered['data']> = {}): IndividualRegistered => ({
  type: 'IndividualRegistered',
  data: {
    sealed: 'k1.sealed',
    nameDigest: 'name',
    contentDigest: 'content',
    kind: 'citizen',
    region: 'shanghai',
    birthDate: '1990-01-01',
    sex: 'female',
    ...given,
  },
});
export const covered = (given: Partial<CoverageStarted['data']> = {}): CoverageStarted => ({
  type: 'CoverageStarted',
  data: { employer: USCC, insurances: ['pension', 'medical'], from: '2025-07-01', ...given },
});
export const assessed = (given: Partial<ContributionAssessed['data']> = {}): ContributionAssessed => ({
  type: 'ContributionAssessed',
  data: {
    submission: 's1',
    line: 2,
    employer: USCC,
    region: 'shanghai',
    month: '2025-07',
    wage: '10000.00',
    employment: 'employee',
    table: 'shanghai/2025-07',
    lines: [line(), medical()],
    ...given,
  },
});
export const paid = (given: Partial<ContributionPaid['data']> = {}): ContributionPaid => ({
  type: 'ContributionPaid',
  data: {
    submission: 's1',
    employer: USCC,
    month: '2025-07',
    paidOn: '2025-07-15',
    payment: 'p1',
    lines: [line(), medical()],
    ...given,
  },
});
export const reversed = (given: Partial<ContributionReversed['data']> = {}): ContributionReversed => ({
  type: 'ContributionReversed',
  data: {
    reversal: 'r1',
    submission: 's1',
    employer: USCC,
    month: '2025-07',
    reason: 'handed in by mistake',
    evidence: 'letter',
    paid: true,
    valueOn: '2025-08-01',
    lines: [line(), medical()],
    ...given,
  },
});
/** The pension's base fell by 1000.00 after it was paid: the whole of it goes back. */
export const adjusted = (given: Partial<ContributionAdjusted['data']> = {}): ContributionAdjusted => ({
  type: 'ContributionAdjusted',
  data: {
    adjustment: 'a1',
    publication: 'notice 8',
    submission: 's1',
    line: 2,
    employer: USCC,
    region: 'shanghai',
    month: '2025-07',
    tableBefore: 'shanghai/2024-07',
    table: 'shanghai/2025-07',
    lines: [
      {
        insurance: 'pension',
        baseBefore: '10000.00',
        baseAfter: '9000.00',
        employerPart: '-160.00',
        employeePart: '-80.00',
        toAccount: '-80.00',
        returned: { employerPart: '160.00', employeePart: '80.00', toAccount: '80.00' },
      },
    ],
    after: [line({ base: '9000.00', employerPart: '1440.00', employeePart: '720.00', toAccount: '720.00' })],
    valueOn: '2025-07-01',
    paid: true,
    reason: 'published late',
    ...given,
  },
});

export const settled = (given: Partial<CardSettled['data']> = {}): CardSettled => ({
  type: 'CardSettled',
  data: {
    settlement: 'c1',
    institution: 'P001',
    institutionSerial: '1',
    kind: 'pharmacy',
    occurredAt: '2025-07-20T02:00:00.000Z',
    valueOn: '2025-07-20',
    total: '100.00',
    ownExpense: '20.00',
    inScope: '80.00',
    fundPaid: '30.00',
    accountPaid: '50.00',
    cashPaid: '20.00',
    ...given,
  },
});
export const settlementReversed = (
  given: Partial<CardSettlementReversed['data']> = {},
): CardSettlementReversed => ({
  type: 'CardSettlementReversed',
  data: {
    settlement: 'c1',
    institution: 'P001',
    institutionSerial: '2',
    reason: 'returned',
    valueOn: '2025-07-21',
    fundPaid: '30.00',
    accountPaid: '50.00',
    ...given,
  },
});
export const paymentReceived = (given: Partial<PaymentReceived['data']> = {}): PaymentReceived => ({
  type: 'PaymentReceived',
  data: {
    submission: 's1',
    payment: 'p1',
    uscc: USCC,
    month: '2025-07',
    amount: '3505.00',
    principal: '3500.00',
    lateFee: '5.00',
    paidOn: '2025-07-15',
    reference: 'bank-1',
    ...given,
  },
});
