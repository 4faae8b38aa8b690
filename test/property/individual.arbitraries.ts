import fc from 'fast-check';
import { toMonth } from '../../src/kernel/calendar.js';
import { fen, toYuan } from '../../src/kernel/money.js';
import { toAssessed, type Adjust } from '../../src/individual/adjustment.js';
import type { Assess, Pay, Reverse } from '../../src/individual/contribution.js';
import type { ContributionLine } from '../../src/individual/events.js';
import type { IndividualCommand } from '../../src/individual/individual.js';
import type { ReverseSettlement, Settle } from '../../src/individual/payout.js';
import type { Identity, RegistrationCommand } from '../../src/individual/registration.js';

/** Few keys of each kind, so that commands meet: repeats, conflicts and reversals are common. */
const month = fc.constantFrom(toMonth('2025-06'), toMonth('2025-07'), toMonth('2025-08'));
const submission = fc.constantFrom('s1', 's2');
const employer = fc.constantFrom('E1', 'E2');
const nameDigest = fc.constantFrom('name-1', 'name-1', 'name-1', 'name-2');
const insurance = fc.constantFrom('pension', 'medical', 'unemployment', 'injury');
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
const assess: fc.Arbitrary<Assess> = fc
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
  })
  .map(({ identity: given, lastWorkingMonth, ...command }) => ({
    ...command,
    ...(given && { identity: given }),
    ...(lastWorkingMonth && { lastWorkingMonth }),
  }));
const pay: fc.Arbitrary<Pay> = fc.record({
  type: fc.constant('Pay' as const),
  submission,
  month,
  payment: fc.constantFrom('p1', 'p2'),
  paidOn: fc.constant('2025-09-01'),
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
    month,
    submission,
    line: fc.constantFrom(2, 3),
    wage: fc.constantFrom('5000.00', '6000.00'),
    after: lines,
  })
  .map(({ publication, month: owed, after, ...slip }) => ({
    type: 'Adjust',
    publication,
    reason: 'published late',
    months: [
      {
        adjustment: `${publication}/${owed}`,
        month: owed,
        ...slip,
        table: 'shanghai/late',
        lines: after.map(toAssessed),
      },
    ],
  }));

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

/** Any command on one person, sensible or not. */
export const command: fc.Arbitrary<IndividualCommand> = fc.oneof(
  { weight: 1, arbitrary: registration },
  { weight: 4, arbitrary: assess },
  { weight: 4, arbitrary: pay },
  { weight: 2, arbitrary: reverse },
  { weight: 2, arbitrary: adjust },
  { weight: 3, arbitrary: claim(amount) },
  { weight: 1, arbitrary: claim(wildAmount) },
  { weight: 2, arbitrary: reverseSettlement },
);
export const commands = fc.array(command, { maxLength: 40 });
