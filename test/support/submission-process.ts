import { expect } from '@jest/globals';
import { NO_STREAM, tipOf } from '../../src/event-store/chain.js';
import type { EventStore, StoredEvent } from '../../src/event-store/event-store.js';
import { MemoryEventStore } from '../../src/event-store/memory.adapter.js';
import { MemoryKeyring } from '../../src/event-store/keyring.adapter.js';
import type { Origin } from '../../src/individual/individual.messages.js';
import { toDay, toMonth, type Instant } from '../../src/kernel/calendar.js';
import { fromYuan, ppm } from '../../src/kernel/money.js';
import { parseUscc } from '../../src/kernel/uscc.js';
import type { ReadModels } from '../../src/projection/read-models.js';
import { YamlRuleBook } from '../../src/rules/rules.loader.js';
import { PaySubmissionHandler } from '../../src/employer/account.handlers.js';
import { EmployerAccounts } from '../../src/employer/account.log.js';
import { AccountPayments } from '../../src/employer/account.payments.js';
import { AccountProcess } from '../../src/employer/account.process.js';
import { BillPersons } from '../../src/employer/bill.persons.js';
import {
  RehearseRosterHandler,
  submissionIdOf,
  SubmitRosterHandler,
} from '../../src/employer/employer.handlers.js';
import {
  PaySubmission,
  SubmitRoster,
  WithdrawSubmission,
  type Terms,
} from '../../src/employer/employer.messages.js';
import type { SubmissionRowsJudged } from '../../src/employer/events.js';
import type { RosterFile } from '../../src/employer/roster.file.js';
import type { RosterRow } from '../../src/employer/roster.js';
import { RosterVerdicts } from '../../src/employer/roster.verdicts.js';
import { Posting } from '../../src/employer/posting.process.js';
import { RowByRow } from '../../src/employer/row-by-row.process.js';
import { WithdrawSubmissionHandler } from '../../src/employer/submission.handlers.js';
import { SubmissionOrigins } from '../../src/employer/submission.origins.js';
import { SubmissionProcess } from '../../src/employer/submission.process.js';
import { submissionStreamOf } from '../../src/employer/submission.js';
import { SubmissionTerms } from '../../src/employer/submission.terms.js';
import { Withdrawals } from '../../src/employer/withdrawal.process.js';
import { Metrics } from '../../src/http/metrics.js';
import { faultOf } from './chain.js';
import { FixedClock } from './app.js';
import { contextOf, readLog, record } from './log.js';
import { EMPLOYER, personOf } from './roster.js';
import { Persons } from './submissions.js';

const uscc = parseUscc(EMPLOYER);
if (!uscc.ok) throw new Error('the employer of the tests has a good code');
export const ID = submissionIdOf(EMPLOYER, 'july');
const rules = YamlRuleBook.load();
const clock = new FixedClock('2025-08-10T02:00:00.000Z' as Instant);
export const origin: Origin = contextOf({ bookedOn: toDay('2025-08-10') });
export const terms: Terms = {
  uscc: uscc.value,
  region: 'shanghai',
  month: toMonth('2025-07'),
  kind: 'normal',
  injuryRate: ppm(2_600n),
  dueOn: toDay('2025-08-15'),
  insurances: new Set(['pension', 'medical', 'unemployment', 'injury']),
};
export const format = { kind: 'csv', encoding: 'utf-8', header: ['ssn', 'name', 'wage'] } as const;

export const rosterRow = (line: number, ssn: string, name: string, wage = '1000.00'): RosterRow => [
  line,
  ssn,
  name,
  wage,
  '',
  '',
  '',
  '',
  '',
];
/** Three runs and several chunks, yet few persons: each person of wage 1000 owes 200. */
const ROWS = 1_200;
const PERSONS = [0, 499, 500, 700, 1_199];
const padding = '名'.repeat(100);
const rows = Array.from({ length: ROWS }, (_unused, i): RosterRow => {
  const ssn = PERSONS.includes(i) ? personOf(i).ssn : i === 900 ? personOf(0).ssn : '';
  return rosterRow(i + 2, ssn, padding);
});
export const file: RosterFile = { fileSha256: 'a'.repeat(64), format, rows };
/** So many persons, each of wage 1000. */
export const fileOf = (count: number, changes: Partial<RosterFile> = {}, from = 0): RosterFile => ({
  fileSha256: 'c'.repeat(64),
  format,
  rows: Array.from({ length: count }, (_unused, i) => rosterRow(i + 2, personOf(from + i).ssn, '某')),
  ...changes,
});

const keyring = MemoryKeyring.fresh();
const noReadModels = {} as ReadModels;
type Made = Readonly<{ readModels?: ReadModels; hooks?: ConstructorParameters<typeof Persons>[2] }>;
export const assemble = (store: EventStore, { readModels = noReadModels, hooks = {} }: Made = {}) => {
  const persons = new Persons(store, keyring, hooks);
  const { bus } = persons;
  const verdicts = new RosterVerdicts(bus, keyring);
  const terms = new SubmissionTerms(store, rules, clock);
  const metrics = new Metrics();
  const rowByRow = new RowByRow(verdicts, bus, metrics);
  const origins = new SubmissionOrigins(clock);
  const accounts = new EmployerAccounts(store);
  const billPersons = new BillPersons(store);
  const account = new AccountProcess(store, clock, readModels, bus, accounts, billPersons);
  const withdrawals = new Withdrawals(store, keyring, bus, accounts, terms, origins);
  const posting = new Posting(store, keyring, rules, bus, rowByRow, accounts, withdrawals, terms, origins);
  const process = new SubmissionProcess(store, readModels, posting, withdrawals, account);
  return {
    process,
    account,
    persons,
    metrics,
    submit: new SubmitRosterHandler(store, keyring, rowByRow, process),
    pay: new PaySubmissionHandler(store, new AccountPayments(store, rules, accounts, account)),
    withdraw: new WithdrawSubmissionHandler(store, withdrawals, process),
    rehearse: new RehearseRosterHandler(rowByRow),
    stop: async () => {
      await Promise.all([process.beforeApplicationShutdown(), account.beforeApplicationShutdown()]);
    },
  };
};
export type Assembly = ReturnType<typeof assemble>;

/** A log in which the employers are registered. */
export const openLog = async (...codes: readonly string[]): Promise<MemoryEventStore> => {
  const store = MemoryEventStore.open();
  for (const code of codes.length > 0 ? codes : [EMPLOYER]) {
    const data = { uscc: code, name: '厂', region: 'shanghai', injuryRate: '0.26' };
    await record(store, `employer-${code}`, [{ type: 'EmployerRegistered', data }]);
  }
  return store;
};

export const submitTo = ({ submit }: Assembly, changes: Partial<RosterFile> = {}) =>
  submit.execute(new SubmitRoster(terms, { ...file, ...changes }, 'july', origin));
export const payTo = ({ pay }: Assembly, amount = '1000.00', key = 'payment') =>
  pay.execute(new PaySubmission(ID, fromYuan(amount), toDay('2025-08-10'), 'bank-1', key, origin));
export const withdrawFrom = ({ withdraw }: Assembly, id = ID, reason = 'wrong month') =>
  withdraw.execute(new WithdrawSubmission(id, reason, origin));
/** What a client does: hands the file in, waits, pays. */
export const wholeWay = async (assembly: Assembly) => {
  await submitTo(assembly);
  await assembly.process.work(ID);
  return payTo(assembly);
};

const byStream = (log: readonly StoredEvent[]): ReadonlyMap<string, readonly StoredEvent[]> => {
  const streams = new Map<string, StoredEvent[]>();
  for (const event of log) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  return streams;
};
export const chainFaults = (log: readonly StoredEvent[]) => {
  return [...byStream(log).values()].flatMap((events) =>
    events.flatMap((event, i) => faultOf(event, i === 0 ? NO_STREAM : tipOf(events.slice(0, i))) ?? []),
  );
};
/** What must be so at the end, whatever happened on the way. */
export const expectAllDoneOnce = async (store: EventStore): Promise<void> => {
  const log = await readLog(store);
  const submission = log.filter(({ stream }) => stream === submissionStreamOf(ID));
  const judged = submission
    .filter(({ type }) => type === 'SubmissionRowsJudged')
    .map(({ data }) => JSON.parse(data) as SubmissionRowsJudged['data']);
  expect(judged.flatMap((run) => run.rows.map(({ line }) => line))).toEqual(rows.map(([line]) => line));
  const accepted = judged.flatMap((run) => run.rows.filter(({ verdict }) => verdict === 'accepted'));
  expect(accepted.map(({ line }) => line - 2)).toEqual(PERSONS);
  for (const [stream, events] of byStream(log))
    if (stream.startsWith('individual-'))
      expect(events.map(({ type }) => type)).toEqual(['ContributionAssessed', 'ContributionPaid']);
  expect(submission.at(-1)?.type).toBe('SubmissionAssessed');
  const account = log.filter(({ stream }) => stream === `employer-${EMPLOYER}`).map(({ type }) => type);
  expect(account).toEqual(['EmployerRegistered', 'BillIssued', 'MoneyReceived', 'PersonsCredited']);
  expect(chainFaults(log)).toEqual([]);
};

/** What must be so of a withdrawn submission at the end: every person has what was taken back, or never had anything. */
export const expectAllTakenBack = async (store: EventStore, id = ID): Promise<void> => {
  const log = await readLog(store);
  const submission = log.filter(({ stream }) => stream === submissionStreamOf(id)).map(({ type }) => type);
  expect(submission.slice(-2)).toEqual(['SubmissionWithdrawn', 'SubmissionClosed']);
  for (const [stream, events] of byStream(log)) {
    if (!stream.startsWith('individual-')) continue;
    const own = events.filter(({ data }) => (JSON.parse(data) as { submission: string }).submission === id);
    const types = own.map(({ type }) => type);
    expect([[], ['ContributionAssessed', 'ContributionReversed']]).toContainEqual(types);
  }
  const account = log.filter(({ stream }) => stream === `employer-${EMPLOYER}`).map(({ type }) => type);
  expect(account.filter((type) => type === 'BillWithdrawn')).toHaveLength(1);
  expect(chainFaults(log)).toEqual([]);
};
