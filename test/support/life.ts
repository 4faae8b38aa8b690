import type {
  BillEffect,
  CardSettled,
  CardSettlementReversed,
  ContributionAdjusted,
  ContributionAssessed,
  ContributionLine,
  ContributionPaid,
  ContributionReversed,
  CoverageStarted,
  CoverageStopped,
  IndividualEvent,
  IndividualRegistered,
  InterestCredited,
  YearClosed,
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
/** The last day of cover of both insurances. */
export const stopped = (given: Partial<CoverageStopped['data']> = {}): CoverageStopped => ({
  type: 'CoverageStopped',
  data: {
    employer: USCC,
    insurances: ['pension', 'medical'],
    until: '2025-08-31',
    reason: 'contract ended',
    ...given,
  },
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
/** By default whole: the month counts for every insurance it credits. */
export const paid = (given: Partial<ContributionPaid['data']> = {}): ContributionPaid => {
  const { lines = [line(), medical()] } = given;
  return {
    type: 'ContributionPaid',
    data: {
      submission: 's1',
      bill: 's1',
      employer: USCC,
      month: '2025-07',
      paidOn: '2025-07-15',
      payment: 'p1',
      lines,
      complete: lines.map(({ insurance }) => insurance),
      ...given,
    },
  };
};
/** One side of an insurance; the account's share comes with the employee's part. */
export const employeeSide = (whole: ContributionLine): ContributionLine => ({
  ...whole,
  employerPart: '0.00',
});
export const employerSide = (whole: ContributionLine): ContributionLine => ({
  ...whole,
  employeePart: '0.00',
  toAccount: '0.00',
});
/** The employee sides alone are paid: no month counts yet. */
export const partPaid = (given: Partial<ContributionPaid['data']> = {}): ContributionPaid =>
  paid({ lines: [line(), medical()].map(employeeSide), complete: [], ...given });

const less = (amount: string): string => (amount === '0.00' ? amount : `-${amount}`);
const takenBack = (whole: ContributionLine, isPaid: boolean): BillEffect => {
  const { insurance, employerPart, employeePart, toAccount } = whole;
  return {
    bill: 's1',
    insurance,
    employerPart: less(employerPart),
    employeePart: less(employeePart),
    toAccount: less(toAccount),
    ...(isPaid && { returned: { employerPart, employeePart, toAccount } }),
  };
};
export const reversed = (given: Partial<ContributionReversed['data']> = {}): ContributionReversed => {
  const { lines = [line(), medical()], paid: isPaid = true } = given;
  return {
    type: 'ContributionReversed',
    data: {
      reversal: 'r1',
      submission: 's1',
      employer: USCC,
      month: '2025-07',
      reason: 'handed in by mistake',
      evidence: 'letter',
      paid: isPaid,
      valueOn: '2025-08-01',
      lines,
      ...(isPaid && { counted: lines.map(({ insurance }) => insurance) }),
      bills: lines.map((each) => takenBack(each, isPaid)),
      ...given,
    },
  };
};
/** The pension's base fell by 1000.00 after it was paid: the whole of it goes back. */
export const adjusted = (given: Partial<ContributionAdjusted['data']> = {}): ContributionAdjusted => ({
  type: 'ContributionAdjusted',
  data: {
    adjustment: 'a1',
    publication: 'notice 8',
    bill: 'd1',
    submission: 's1',
    line: 2,
    employer: USCC,
    region: 'shanghai',
    month: '2025-07',
    wageBefore: '10000.00',
    wage: '10000.00',
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
    bills: [takenBack(line({ employerPart: '160.00', employeePart: '80.00', toAccount: '80.00' }), true)],
    ...given,
  },
});
/** A base change (基数调整): the wage is 12000.00, and what the pension costs more is owed on a bill of its own. */
export const declared = (given: Partial<ContributionAdjusted['data']> = {}): ContributionAdjusted => {
  const { publication: _, ...data } = adjusted().data;
  const more = { employerPart: '320.00', employeePart: '160.00', toAccount: '160.00' };
  return {
    type: 'ContributionAdjusted',
    data: {
      ...data,
      adjustment: 'b1/3',
      declared: { submission: 'b1', line: 3 },
      bill: 'b1',
      wage: '12000.00',
      tableBefore: 'shanghai/2025-07',
      lines: [{ insurance: 'pension', baseBefore: '10000.00', baseAfter: '12000.00', ...more }],
      after: [
        line({ base: '12000.00', employerPart: '1920.00', employeePart: '960.00', toAccount: '960.00' }),
      ],
      reason: 'base of the new year',
      bills: [{ bill: 'b1', insurance: 'pension', ...more }],
      ...given,
    },
  };
};
export const interestCredited = (given: Partial<InterestCredited['data']> = {}): InterestCredited => ({
  type: 'InterestCredited',
  data: {
    run: 'i1',
    account: 'pension',
    year: 2025,
    rate: '1.5',
    method: 'month-product',
    source: 'announced',
    provisional: false,
    earnsFrom: 'paid',
    opening: '1000.00',
    onOpening: '15.00',
    onCredits: '5.00',
    amount: '20.00',
    valueOn: '2025-12-31',
    ...given,
  },
});

/** The books of the year 2025, of a life with nothing in it. */
export const yearClosed = (): YearClosed => ({
  type: 'YearClosed',
  data: {
    run: 'i1',
    year: 2025,
    through: '2025-12',
    carried: {
      registration: registered().data,
      coverage: {},
      balances: { pension: '0.00', medical: '0.00' },
      opening: '0.00',
      openingNext: '0.00',
      credits: [],
      interest: [],
      slips: [],
      monthsPaid: {},
    },
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

/** Events of a person, one of each type, in an order in which they can come. */
export const ofEachType = (): readonly IndividualEvent[] => [
  registered(),
  covered(),
  assessed(),
  partPaid(),
  paid({ lines: [line(), medical()].map(employerSide), payment: 'p2', paidOn: '2025-07-31' }),
  settled(),
  settlementReversed(),
  declared(),
  adjusted(),
  stopped(),
  interestCredited(),
  yearClosed(),
  reversed({ insurance: 'medical', lines: [medical()] }),
];
