import type { Command, CommandBus } from '@nestjs/cqrs';
import {
  ChangeEmployerBillsHandler,
  MoveRowHandler,
  PayEmployerHandler,
  PaySubmissionHandler,
  RefundCreditHandler,
  UseCreditHandler,
} from '../../src/employer/account.handlers.js';
import type { AccountState } from '../../src/employer/account.js';
import { EmployerAccounts } from '../../src/employer/account.log.js';
import { AccountPayments } from '../../src/employer/account.payments.js';
import { AccountProcess } from '../../src/employer/account.process.js';
import { BankMatcher } from '../../src/employer/bank-statement.matching.js';
import { BankStatementProcess } from '../../src/employer/bank-statement.process.js';
import { BillPersons } from '../../src/employer/bill.persons.js';
import { employerStreamOf } from '../../src/employer/employer.js';
import { submissionIdOf, SubmitRosterHandler } from '../../src/employer/employer.handlers.js';
import {
  ChangeEmployerBills,
  MoveRow,
  PayEmployer,
  PaySubmission,
  RefundCredit,
  SubmitRoster,
  UseCredit,
  WithdrawSubmission,
  type Terms,
} from '../../src/employer/employer.messages.js';
import { Posting } from '../../src/employer/posting.process.js';
import { RosterVerdicts } from '../../src/employer/roster.verdicts.js';
import { RowByRow } from '../../src/employer/row-by-row.process.js';
import { WithdrawSubmissionHandler } from '../../src/employer/submission.handlers.js';
import { SubmissionOrigins } from '../../src/employer/submission.origins.js';
import { SubmissionProcess } from '../../src/employer/submission.process.js';
import { SubmissionTerms } from '../../src/employer/submission.terms.js';
import { Withdrawals } from '../../src/employer/withdrawal.process.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { MemoryKeyring } from '../../src/event-store/keyring.adapter.js';
import { Metrics } from '../../src/http/metrics.js';
import { AssessContributionsHandler } from '../../src/individual/contribution.handlers.js';
import type { BillEffect } from '../../src/individual/events.js';
import { IndividualBatch, type KnownIndividual } from '../../src/individual/individual.batch.js';
import {
  AssessContributions,
  MoveContribution,
  PayContributions,
  ReverseContribution,
  WithdrawContributions,
  type Origin,
} from '../../src/individual/individual.messages.js';
import { MoveContributionHandler } from '../../src/individual/moving.handlers.js';
import { PayContributionsHandler } from '../../src/individual/payment.handlers.js';
import {
  ReverseContributionHandler,
  WithdrawContributionsHandler,
} from '../../src/individual/reversal.handlers.js';
import { StateCache } from '../../src/individual/state-cache.js';
import { toDay, toMonth, type Instant, type Month } from '../../src/kernel/calendar.js';
import { fromYuan, ppm } from '../../src/kernel/money.js';
import type { Uscc } from '../../src/kernel/uscc.js';
import type { ReadModels } from '../../src/projection/read-models.js';
import { YamlRuleBook } from '../../src/rules/rules.loader.js';
import { FixedClock } from './app.js';
import { contextOf, record } from './log.js';
import { EMPLOYER, personOf } from './roster.js';
import { format, rosterRow } from './submission-process.js';

/** All wages here are 10,000 yuan in Shanghai: what one person's month asks for, worked out by hand. */
export const PER_PERSON = {
  pension: { employer: '1600.00', employee: '800.00' },
  medical: { employer: '900.00', employee: '200.00' },
  unemployment: { employer: '50.00', employee: '50.00' },
  injury: { employer: '26.00', employee: '0.00' },
} as const;
export const ONE_MONTH = '3626.00';
/** The cells of a bill in the order in which money reaches them (rules/national/payment.yaml). */
export const IN_ORDER = [
  ['pension', 'employee', '800.00'],
  ['medical', 'employee', '200.00'],
  ['unemployment', 'employee', '50.00'],
  ['pension', 'employer', '1600.00'],
  ['medical', 'employer', '900.00'],
  ['unemployment', 'employer', '50.00'],
  ['injury', 'employer', '26.00'],
] as const;

export const july = toMonth('2025-07');
export const august = toMonth('2025-08');
const INSURANCES = new Set(Object.keys(PER_PERSON));
const termsOf = (month: Month, uscc: string, kind: Terms['kind']): Terms => ({
  uscc: uscc as Uscc,
  region: 'shanghai',
  month,
  kind,
  injuryRate: ppm(2_600n),
  dueOn: toDay(month === july ? '2025-08-15' : '2025-09-15'),
  insurances: INSURANCES,
});

const rules = YamlRuleBook.load();
const noReadModels = {} as ReadModels;
/** Without a key the amount names the payment; without a reference its key does. */
type Paying = Readonly<{ key?: string; paidOn?: string; reference?: string }>;
type Declared = Readonly<{
  key?: string;
  month?: Month;
  uscc?: string;
  from?: number;
  /** A base change doubles the wage, and so every amount. */
  kind?: Terms['kind'];
}>;
type Made = Readonly<{
  store: EventStore;
  keyring: MemoryKeyring;
  clock: FixedClock;
  readModels: ReadModels;
}>;
/** The persons' side, and the commands that go to it over the bus. */
const personsOver = ({ store, keyring }: Made) => {
  const batch = new IndividualBatch(store, new StateCache<KnownIndividual>());
  const assess = new AssessContributionsHandler(batch, keyring, rules);
  const pay = new PayContributionsHandler(batch);
  const withdraw = new WithdrawContributionsHandler(store, batch);
  const execute = (command: Command<unknown>): Promise<unknown> => {
    if (command instanceof AssessContributions) return assess.execute(command);
    if (command instanceof PayContributions) return pay.execute(command);
    if (command instanceof WithdrawContributions) return withdraw.execute(command);
    throw new Error('no other command goes over the bus here');
  };
  const bus = { execute } as unknown as CommandBus;
  return { bus, reverse: new ReverseContributionHandler(store), move: new MoveContributionHandler(store) };
};

/** The employers' side over it. */
const accountsOver = ({ store, keyring, clock, readModels }: Made, persons: CommandBus) => {
  const accounts = new EmployerAccounts(store);
  const account = new AccountProcess(store, clock, readModels, persons, accounts, new BillPersons(store));
  const change = new ChangeEmployerBillsHandler(store, accounts, account);
  const execute = (command: Command<unknown>): Promise<unknown> =>
    command instanceof ChangeEmployerBills ? change.execute(command) : persons.execute(command);
  const bus = { execute } as unknown as CommandBus;
  const payments = new AccountPayments(store, rules, accounts, account);
  const terms = new SubmissionTerms(store, rules, clock);
  const rowByRow = new RowByRow(new RosterVerdicts(bus, keyring), bus, new Metrics());
  const origins = new SubmissionOrigins(clock);
  const withdrawals = new Withdrawals(store, keyring, bus, accounts, terms, origins);
  const posting = new Posting(store, keyring, rules, bus, rowByRow, accounts, withdrawals, terms, origins);
  const process = new SubmissionProcess(store, readModels, posting, withdrawals, account);
  const matcher = new BankMatcher(store, accounts, payments);
  const bank = new BankStatementProcess(store, keyring, clock, readModels, matcher, account);
  return {
    accounts,
    account,
    payments,
    process,
    bank,
    submit: new SubmitRosterHandler(store, keyring, rowByRow, process),
    withdrawing: new WithdrawSubmissionHandler(store, withdrawals, process),
    change: new ChangeEmployerBillsHandler(store, accounts, account),
    moveRow: new MoveRowHandler(store, accounts, account),
    refunding: new RefundCreditHandler(accounts),
  };
};
type AccountsSide = ReturnType<typeof accountsOver>;

/** What an employer does with money. */
const payingOver = (
  { store, clock }: Made,
  { payments, refunding }: AccountsSide,
  originOf: () => Origin,
) => {
  const dayOf = (paidOn: string | undefined) => toDay(paidOn ?? clock.today());
  return {
    pay: (id: string, amount: string, { key = amount, paidOn, reference = key }: Paying = {}) =>
      new PaySubmissionHandler(store, payments).execute(
        new PaySubmission(id, fromYuan(amount), dayOf(paidOn), reference, key, originOf()),
      ),
    payEmployer: (amount: string, given: Paying & Readonly<{ month?: Month; uscc?: string }> = {}) => {
      const { key = amount, paidOn, reference = key, month, uscc = EMPLOYER } = given;
      return new PayEmployerHandler(payments).execute(
        new PayEmployer(uscc as Uscc, month, fromYuan(amount), dayOf(paidOn), reference, key, originOf()),
      );
    },
    useCredit: (key = 'use') =>
      new UseCreditHandler(payments).execute(new UseCredit(EMPLOYER as Uscc, key, originOf())),
    refund: (amount: string, name = 'refund') =>
      refunding.execute(
        new RefundCredit(EMPLOYER, name, fromYuan(amount), clock.today(), 'back', originOf()),
      ),
  };
};

/** What corrections do: persons first, then the account is told. */
const correctingOver = (
  { keyring }: Made,
  persons: ReturnType<typeof personsOver>,
  { change, moveRow, refunding }: AccountsSide,
  originOf: () => Origin,
) => {
  const idOf = (n: number): string => keyring.streamKeyOf(personOf(n).ssn);
  const tell = (uscc: string, name: string, effects: readonly BillEffect[]) =>
    change.execute(new ChangeEmployerBills(uscc, name, 'reversal', july, effects, originOf()));
  return {
    idOf,
    tell,
    reverse: async (n: number, name = `reversal-${n}`, insurance?: string) => {
      const reversed = await persons.reverse.execute(
        new ReverseContribution(idOf(n), july, insurance, 'wrong', 'file', name, originOf()),
      );
      if (!reversed.ok) return reversed;
      return tell(EMPLOYER, name, reversed.value.value.bills);
    },
    move: async (from: number, to: number, name = 'move-1') => {
      const [a, b, origin] = [idOf(from), idOf(to), originOf()];
      const moved = await persons.move.execute(
        new MoveContribution(name, a, b, july, 'wrong person', 'file', origin),
      );
      if (!moved.ok) return moved;
      const { submission, line, credited } = moved.value.value;
      return moveRow.execute(
        new MoveRow(EMPLOYER, name, submission, line, july, a, b, fromYuan(credited), origin),
      );
    },
    /** What a correction asks of persons and accounts. */
    correct: (command: Command<unknown>): Promise<unknown> => {
      if (command instanceof ReverseContribution) return persons.reverse.execute(command);
      if (command instanceof MoveContribution) return persons.move.execute(command);
      if (command instanceof ChangeEmployerBills) return change.execute(command);
      if (command instanceof MoveRow) return moveRow.execute(command);
      if (command instanceof RefundCredit) return refunding.execute(command);
      throw new Error('a correction asks for nothing else');
    },
  };
};

type Options = Readonly<{ keyring?: MemoryKeyring; today?: string; readModels?: ReadModels }>;
/** The whole way of an employer's money over one log: files with real persons, bills, payments, corrections. */
export const employerOver = (
  store: EventStore,
  { keyring = MemoryKeyring.fresh(), today = '2025-08-10', readModels = noReadModels }: Options = {},
) => {
  const clock = new FixedClock(`${today}T02:00:00.000Z` as Instant);
  const originOf = (): Origin => contextOf({ bookedOn: clock.today(), recordedAt: clock.now() });
  const made = { store, keyring, clock, readModels };
  const persons = personsOver(made);
  const side = accountsOver(made, persons.bus);
  const { accounts, account, process, bank, submit, withdrawing } = side;
  return {
    clock,
    account,
    accounts,
    bank,
    keyring,
    originOf,
    ...payingOver(made, side, originOf),
    ...correctingOver(made, persons, side, originOf),
    /** Hands in a month of so many persons and waits until it has its bill; gives its id. */
    declare: async (count: number, given: Declared = {}) => {
      const { key = 'july', month = july, uscc = EMPLOYER, from = 0, kind = 'normal' } = given;
      const wage = kind === 'base-change' ? '20000.00' : '10000.00';
      const rows = Array.from({ length: count }, (_unused, i) =>
        rosterRow(i + 2, personOf(from + i).ssn, personOf(from + i).name, wage),
      );
      const file = { fileSha256: 'c'.repeat(64), format, rows };
      await submit.execute(new SubmitRoster(termsOf(month, uscc, kind), file, key, originOf()));
      const id = submissionIdOf(uscc, key);
      await process.work(id);
      await account.work(uscc);
      return id;
    },
    withdraw: (id: string) => withdrawing.execute(new WithdrawSubmission(id, 'wrong month', originOf())),
    stateOf: async (uscc = EMPLOYER): Promise<AccountState> => (await accounts.read(uscc)).state,
    stop: async () => {
      await Promise.all([
        process.beforeApplicationShutdown(),
        account.beforeApplicationShutdown(),
        bank.beforeApplicationShutdown(),
      ]);
    },
  };
};
export type EmployerSetUp = ReturnType<typeof employerOver>;

export const registerEmployer = async (store: EventStore, uscc = EMPLOYER): Promise<void> => {
  const data = { uscc, name: '厂', region: 'shanghai', injuryRate: '0.26' };
  await record(store, employerStreamOf(uscc), [{ type: 'EmployerRegistered', data }]);
};

export const typesOf = async (store: EventStore, stream = employerStreamOf(EMPLOYER)) =>
  (await store.read(stream)).map(({ type }) => type);
