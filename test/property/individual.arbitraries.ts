import fc from 'fast-check';
import { toMonth } from '../../src/kernel/calendar.js';
import { fen, toYuan } from '../../src/kernel/money.js';
import type { Adjust } from '../../src/individual/adjustment.js';
import type { Rebase } from '../../src/individual/base-change.js';
import { standingLines, type Assess, type Slip } from '../../src/individual/contribution.js';
import type { BillCell, ContributionLine, RowChange } from '../../src/individual/events.js';
import { individual, type IndividualCommand } from '../../src/individual/individual.js';
import type { Leave, StopCoverage } from '../../src/individual/leaving.js';
import type { MoveIn } from '../../src/individual/moving.js';
import type { Pay } from '../../src/individual/payment.js';
import type { ReverseSettlement, Settle } from '../../src/individual/payout.js';
import type { Identity, RegistrationCommand } from '../../src/individual/registration.js';
import type { Reverse, TakeBack } from '../../src/individual/reversal.js';
import { toAssessed } from '../../src/individual/slip-change.js';

/** Few keys of each kind, so that commands meet: repeats, conflicts and reversals are common. */
const month = fc.constantFrom(toMonth('2025-06'), toMonth('2025-07'), toMonth('2025-08'));
const submission = fc.constantFrom('s1', 's2');
const employer = fc.constantFrom('E1', 'E2');
const nameDigest = fc.constantFrom('name-1', 'name-1', 'name-1', 'name-2');
const INSURANCES = ['pension', 'medical', 'unemployment', 'injury'] as const;
const SIDES = ['employee', 'employer'] as const;
const ALL_CELLS: readonly BillCell[] = INSURANCES.flatMap((name) =>
  SIDES.map((side) => ({ insurance: name, side })),
);
/** Cells of a bill that are paid whole: often all of them. */
const cover: fc.Arbitrary<readonly BillCell[]> = fc.oneof(
  fc.constant(ALL_CELLS),
  fc.subarray([...ALL_CELLS]),
);
const insurance = fc.constantFrom(...INSURANCES);
const day = fc.constantFrom('2025-06-15', '2025-06-30', '2025-07-01', '2025-07-20', '2025-08-31');
const serial = fc.constantFrom('1', '2', '3');
const amount = fc.bigInt({ min: 0n, max: 50_000n }).map(fen);
/** Also what no sender of good will would send. */
const wildAmount = fc.oneof(amount, fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }).map(fen));

export const lines: fc.Arbitrary<readonly ContributionLine[]> = fc
  .uniqueArray(fc.tuple(insurance, amount, amount, amount), { selector: ([name]) => name, minLength: 1 })
  .map((parts) =>
    parts.map(([name, employerPart, toAccount, rest]) => {
      const credited = name === 'pension' || name === 'medical' ? toAccount : fen(0n);
      return {
        insurance: name,
        base: toYuan(fen(1_000_000n)),
        employerPart: toYuan(employerPart),
        employeePart: toYuan(fen(credited + rest)),
        toAccount: toYuan(credited),
      };
    }),
  );

const identity: fc.Arbitrary<Identity> = fc.record({
  sealed: fc.constant('k1.sealed'),
  nameDigest,
  contentDigest: fc.constantFrom('content-1', 'content-2'),
  kind: fc.constant('citizen'),
  region: fc.constantFrom('shanghai', 'beijing'),
});

const registration: fc.Arbitrary<RegistrationCommand> = fc.oneof(
  fc.record({ type: fc.constant('Register' as const), identity }),
  fc.record({
    type: fc.constant('StartCoverage' as const),
    insurances: fc.uniqueArray(insurance),
    employer,
    from: month.map((from) => `${from}-01`),
  }),
);
const leaving: fc.Arbitrary<Leave | StopCoverage> = fc.oneof(
  fc.record({
    type: fc.constant('Leave' as const),
    submission,
    line: fc.constantFrom(2, 3),
    employer,
    until: day,
    reason: fc.constant('left'),
    nameDigest,
  }),
  fc.record({
    type: fc.constant('StopCoverage' as const),
    insurances: fc.uniqueArray(insurance),
    employer,
    until: day,
    reason: fc.constant('left'),
  }),
);
const change: fc.Arbitrary<RowChange> = fc.record({
  kind: fc.constantFrom('join', 'leave'),
  on: day,
  reason: fc.constant('as told'),
});
export const assess: fc.Arbitrary<Assess> = fc
  .record({
    type: fc.constant('Assess' as const),
    submission,
    line: fc.constantFrom(2, 3),
    employer,
    region: fc.constant('shanghai'),
    month,
    wage: fc.constantFrom('5000.00', '6000.00'),
    employment: fc.constant('employee'),
    table: fc.constant('shanghai/2025-07'),
    lines,
    nameDigest,
    identity: fc.option(identity, { nil: undefined }),
    lastWorkingMonth: fc.option(month, { nil: undefined }),
    change: fc.option(change, { nil: undefined, freq: 1 }),
  })
  .map(({ identity: given, lastWorkingMonth, change: moved, ...command }) => ({
    ...command,
    ...(given && { identity: given }),
    ...(moved && { change: moved }),
    ...(lastWorkingMonth && { lastWorkingMonth }),
  }));
const pay: fc.Arbitrary<Pay> = fc.record({
  type: fc.constant('Pay' as const),
  bill: fc.constantFrom('s1', 's1', 's2', 'b1', 'b2', 'd1'),
  month,
  payment: fc.constantFrom('p1', 'p2', 'p3'),
  paidOn: fc.constant('2025-09-01'),
  cover,
});
const takeBack: fc.Arbitrary<TakeBack> = fc.record({
  type: fc.constant('TakeBack' as const),
  submission,
  month,
  reason: fc.constant('sent by mistake'),
  valueOn: fc.constant('2025-09-02'),
});
const reverse: fc.Arbitrary<Reverse> = fc.record({
  type: fc.constant('Reverse' as const),
  key: fc.constantFrom(undefined, 'k1', 'k2'),
  month,
  insurance: fc.option(insurance, { nil: undefined }),
  reason: fc.constantFrom('wrong', 'twice'),
  evidence: fc.constant('file'),
  valueOn: fc.constant('2025-09-02'),
});
/** What a month costs by a table published late; each publication says one thing of a month. */
const adjust: fc.Arbitrary<Adjust> = fc
  .record({
    publication: fc.constantFrom('n1', 'n2'),
    bill: fc.constantFrom('d1', 'd2'),
    month,
    submission,
    line: fc.constantFrom(2, 3),
    wage: fc.constantFrom('5000.00', '6000.00'),
    after: lines,
  })
  .map(({ publication, bill, month: owed, after, ...slip }) => ({
    type: 'Adjust',
    publication,
    reason: 'published late',
    months: [
      {
        adjustment: `${publication}/${owed}`,
        bill,
        month: owed,
        ...slip,
        table: 'shanghai/late',
        lines: after.map(toAssessed),
      },
    ],
  }));

const rebase: fc.Arbitrary<Rebase> = fc
  .record({
    type: fc.constant('Rebase' as const),
    submission: fc.constantFrom('b1', 'b2'),
    line: fc.constantFrom(2, 3),
    employer,
    month,
    wage: fc.constantFrom('5000.00', '6000.00', '7000.00'),
    table: fc.constant('shanghai/2025-07'),
    lines,
    nameDigest,
    reason: fc.constant('new year'),
  })
  .map((row) => ({ ...row, adjustment: `${row.submission}/${row.line}/${row.month}` }));

/** What stood of a month of another person: assessed, and then whatever happened to it. */
const otherSlip: fc.Arbitrary<Slip> = fc
  .tuple(identity, assess, fc.array(fc.oneof(pay, pay, adjust, rebase, reverse), { maxLength: 10 }))
  .map(([who, first, others]) => {
    const { lastWorkingMonth: _, ...row } = first;
    let state = individual.initial;
    let slip: Slip | undefined;
    for (const each of [{ ...row, identity: { ...who, nameDigest: row.nameDigest } }, ...others]) {
      const on = 'month' in each ? { ...each, month: row.month } : each;
      const decision = individual.decide(on, state);
      state = individual.replay(decision.ok ? decision.value : [], state);
      const now = state.months.get(row.month);
      if (now && standingLines(now).length > 0) slip = now;
    }
    if (!slip) throw new Error('what was assessed stands');
    return slip;
  });
const moveIn: fc.Arbitrary<MoveIn> = fc.record({
  type: fc.constant('MoveIn' as const),
  correction: fc.constantFrom('m1', 'm2'),
  month,
  slip: otherSlip,
});

const claim = (money: fc.Arbitrary<ReturnType<typeof fen>>): fc.Arbitrary<Settle> =>
  fc
    .record({
      serial,
      kind: fc.constantFrom('pharmacy', 'outpatient'),
      ownExpense: money,
      inScope: money,
      excess: fc.constantFrom(0n, 0n, 0n, 0n, 1n),
      fundPaid: money,
      accountMax: fc.option(money, { nil: undefined }),
    })
    .map(({ serial: institutionSerial, kind, ownExpense, inScope, excess, fundPaid, accountMax }) => ({
      type: 'Settle',
      settlement: `c${institutionSerial}`,
      institution: 'I1',
      institutionSerial,
      kind,
      occurredAt: '2025-09-03T01:00:00.000Z',
      valueOn: '2025-09-03',
      total: fen(ownExpense + inScope + excess),
      ownExpense,
      inScope,
      fundPaid: fundPaid > inScope && excess === 0n ? inScope : fundPaid,
      ...(accountMax !== undefined && { accountMax }),
    }));
const reverseSettlement: fc.Arbitrary<ReverseSettlement> = fc.record({
  type: fc.constant('ReverseSettlement' as const),
  settlement: serial.map((one) => `c${one}`),
  institution: fc.constantFrom('I1', 'I1', 'I1', 'I2'),
  institutionSerial: fc.constantFrom('9', '10'),
  reason: fc.constant('returned'),
  valueOn: fc.constant('2025-09-04'),
});

/** What concerns the months of one person and who covers them, sensible or not. */
export const contribution: fc.Arbitrary<IndividualCommand> = fc.oneof(
  { weight: 4, arbitrary: assess },
  { weight: 6, arbitrary: pay },
  { weight: 2, arbitrary: reverse },
  { weight: 1, arbitrary: takeBack },
  { weight: 2, arbitrary: adjust },
  { weight: 3, arbitrary: rebase },
  { weight: 1, arbitrary: moveIn },
);
/** Any command on one person, sensible or not. */
export const command: fc.Arbitrary<IndividualCommand> = fc.oneof(
  { weight: 1, arbitrary: registration },
  { weight: 1, arbitrary: leaving },
  { weight: 16, arbitrary: contribution },
  { weight: 3, arbitrary: claim(amount) },
  { weight: 1, arbitrary: claim(wildAmount) },
  { weight: 2, arbitrary: reverseSettlement },
);
export const commands = fc.array(command, { maxLength: 40 });
