import { expect } from '@jest/globals';
import { NO_STREAM, tipOf } from '../../src/event-store/chain.js';
import type { EventStore, StoredEvent } from '../../src/event-store/event-store.js';
import { MemoryKeyring } from '../../src/event-store/keyring.adapter.js';
import type { Origin } from '../../src/individual/individual.messages.js';
import { toDay, toMonth, type Instant } from '../../src/kernel/calendar.js';
import { fromYuan, ppm } from '../../src/kernel/money.js';
import { parseUscc } from '../../src/kernel/uscc.js';
import type { ReadModels } from '../../src/projection/read-models.js';
import { YamlRuleBook } from '../../src/rules/rules.loader.js';
import {
  PaySubmissionHandler,
  RehearseRosterHandler,
  submissionIdOf,
  SubmitRosterHandler,
} from '../../src/employer/employer.handlers.js';
import { PaySubmission, SubmitRoster, type Terms } from '../../src/employer/employer.messages.js';
import type { SubmissionRowsJudged } from '../../src/employer/events.js';
import type { RosterFile } from '../../src/employer/roster.file.js';
import type { RosterRow } from '../../src/employer/roster.js';
import { RosterVerdicts } from '../../src/employer/roster.verdicts.js';
import { SubmissionProcess } from '../../src/employer/submission.process.js';
import { submissionStreamOf } from '../../src/employer/submission.js';
import { SubmissionTerms } from '../../src/employer/submission.terms.js';
import { faultOf } from './chain.js';
import { FixedClock } from './app.js';
import { contextOf, readLog } from './log.js';
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
  injuryRate: ppm(2_600n),
  dueOn: toDay('2025-08-15'),
  insurances: new Set(['pension', 'medical', 'unemployment', 'injury']),
};
export const format = { kind: 'csv', encoding: 'utf-8', header: ['ssn', 'name', 'wage'] } as const;

/** Three runs and several chunks, yet few persons: each person of wage 1000 owes 200. */
const ROWS = 1_200;
const PERSONS = [0, 499, 500, 700, 1_199];
const padding = '名'.repeat(100);
const rows = Array.from({ length: ROWS }, (_unused, i): RosterRow => {
  const ssn = PERSONS.includes(i) ? personOf(i).ssn : i === 900 ? personOf(0).ssn : '';
  return [i + 2, ssn, padding, '1000.00', '', ''];
});
export const file: RosterFile = { fileSha256: 'a'.repeat(64), format, rows };

const keyring = MemoryKeyring.fresh();
const noReadModels = {} as ReadModels;
export const assemble = (store: EventStore, readModels: ReadModels = noReadModels) => {
  const { bus } = new Persons(store, keyring);
  const verdicts = new RosterVerdicts(bus, keyring);
  const terms = new SubmissionTerms(store, rules, clock);
  const process = new SubmissionProcess(store, keyring, clock, readModels, bus, verdicts, terms);
  const submit = new SubmitRosterHandler(store, keyring, process);
  const pay = new PaySubmissionHandler(store, rules, clock, process);
  return { process, submit, pay, rehearse: new RehearseRosterHandler(verdicts) };
};
type Assembly = ReturnType<typeof assemble>;

export const submitTo = ({ submit }: Assembly, changes: Partial<RosterFile> = {}) =>
  submit.execute(new SubmitRoster(terms, { ...file, ...changes }, 'july', origin));
export const payTo = ({ pay }: Assembly, amount = '1000.00', key = 'payment') =>
  pay.execute(new PaySubmission(ID, fromYuan(amount), toDay('2025-08-10'), 'bank-1', key, origin));
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
  expect(submission.slice(-3).map(({ type }) => type)).toEqual([
    'SubmissionAssessed',
    'PaymentReceived',
    'SubmissionPaid',
  ]);
  expect(chainFaults(log)).toEqual([]);
};
