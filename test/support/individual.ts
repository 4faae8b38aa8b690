import { NO_STREAM, tipOf, type Tip } from '../../src/event-store/chain.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { MemoryKeyring } from '../../src/event-store/keyring.adapter.js';
import { toDay, toMonth, type Instant, type Month } from '../../src/kernel/calendar.js';
import { fen, ppm } from '../../src/kernel/money.js';
import type { Result } from '../../src/kernel/result.js';
import { checkCharacter, parseSsn, type Identifier } from '../../src/kernel/ssn.js';
import { AssessContributionsHandler } from '../../src/individual/contribution.handlers.js';
import type { Failure } from '../../src/individual/failures.js';
import { IndividualBatch, type KnownIndividual } from '../../src/individual/individual.batch.js';
import {
  AssessContributions,
  MoveContribution,
  PayContributions,
  RegisterIndividual,
  ReverseContribution,
  StartCoverage,
  StopCoverage,
  WithdrawContributions,
  type AssessRow,
  type BillCell,
  type Origin,
  type Person,
  type SubmissionKind,
} from '../../src/individual/individual.messages.js';
import {
  QuoteSettlement,
  ReverseMessage,
  ReverseSettlement,
  SettleCard,
  type Settlement,
} from '../../src/individual/settlement.messages.js';
import { streamOf } from '../../src/individual/individual.js';
import { readWhole } from '../../src/individual/individual.reading.js';
import { MoveContributionHandler } from '../../src/individual/moving.handlers.js';
import { PayContributionsHandler } from '../../src/individual/payment.handlers.js';
import {
  RegisterIndividualHandler,
  StartCoverageHandler,
  StopCoverageHandler,
} from '../../src/individual/registration.handlers.js';
import {
  ReverseContributionHandler,
  WithdrawContributionsHandler,
} from '../../src/individual/reversal.handlers.js';
import {
  QuoteSettlementHandler,
  ReverseMessageHandler,
  ReverseSettlementHandler,
  SettleCardHandler,
} from '../../src/individual/settlement.handlers.js';
import { StateCache } from '../../src/individual/state-cache.js';
import { faultOf } from './chain.js';
import { ALL_CELLS, FakeRuleBook, WatchedStore } from './individual-fakes.js';
import type { Keyring } from '../../src/event-store/keyring.js';

export { ALL_CELLS } from './individual-fakes.js';

export const july = toMonth('2025-07');
const origin: Origin = {
  recordedAt: '2025-08-05T01:00:00.000Z' as Instant,
  bookedOn: toDay('2025-08-05'),
  actor: { role: 'agency', id: 'local' },
  channel: 'agency',
  correlationId: 'c',
  causationId: 'c',
};

const numbers = ['11010519491231002', '31010119900101001', '31010119900101003'].map(
  (first17) => first17 + checkCharacter(first17),
);
export const identifierOf = (n: number): Identifier => {
  const parsed = parseSsn(numbers[n] ?? '', origin.bookedOn);
  if (!parsed.ok) throw new Error(`number ${n} of this test: ${parsed.error.join()}`);
  return parsed.value;
};
export const person = (other: Partial<Person> = {}): Person => ({
  identifier: identifierOf(1),
  name: '张三',
  region: 'shanghai',
  ...other,
});
export const row = (other: Partial<AssessRow> = {}): AssessRow => ({
  line: 2,
  identifier: identifierOf(1),
  name: '张三',
  wage: fen(1_000_000n),
  employment: 'employee',
  ...other,
});

/** Who a person is, and who covers them. */
const registersOf = (store: EventStore, keyring: Keyring, id: string) => ({
  register: (who: Person) =>
    new RegisterIndividualHandler(store, keyring).execute(new RegisterIndividual(who, origin)),
  cover: (insurances: readonly string[]) =>
    new StartCoverageHandler(store).execute(
      new StartCoverage(id, insurances, 'E1', toDay('2025-07-01'), origin),
    ),
  uncover: (insurances: readonly string[], until = '2025-07-15') =>
    new StopCoverageHandler(store).execute(
      new StopCoverage(id, insurances, 'E1', toDay(until), 'left', origin),
    ),
});
/** Settlements of a person's card. */
const cardsOf = (store: EventStore, keyring: Keyring, id: string) => ({
  settle: (claim: Settlement, payer: SettleCard['payer'] = { id }) =>
    new SettleCardHandler(store, keyring).execute(new SettleCard(payer, claim, origin)),
  quote: (claim: Settlement, payer: SettleCard['payer'] = { id }) =>
    new QuoteSettlementHandler(store, keyring).execute(new QuoteSettlement(payer, claim)),
  reverseSettlement: (settlementId: string, serial = 'r1') =>
    new ReverseSettlementHandler(store).execute(
      new ReverseSettlement(settlementId, 'I1', serial, 'returned', origin),
    ),
  reverseMessage: (serial: string) =>
    new ReverseMessageHandler(store).execute(new ReverseMessage('I1', serial, origin)),
});

/** What happens to a person's month after it was assessed. */
const monthActsOf = (store: EventStore, batch: IndividualBatch, id: string) => ({
  pay: (payment = 'p1', individuals = [id], { bill = 's1', cover = ALL_CELLS, by = batch }: MoreOfPay = {}) =>
    new PayContributionsHandler(by).execute(
      new PayContributions(bill, july, payment, toDay('2025-07-20'), cover, individuals, origin),
    ),
  withdraw: (individuals = [id], submission = 's1', by = batch) =>
    new WithdrawContributionsHandler(store, by).execute(
      new WithdrawContributions(submission, july, individuals, 'sent by mistake', origin),
    ),
  reverse: (key?: string, reason = 'wrong', { insurance, dryRun = false }: MoreOfReverse = {}) =>
    new ReverseContributionHandler(store).execute(
      new ReverseContribution(id, july, insurance, reason, 'file', key, origin, dryRun),
    ),
  move: (to: string, { dryRun = false, on = store }: MoreOfMove = {}) =>
    new MoveContributionHandler(on).execute(
      new MoveContribution('move-1', id, to, july, 'wrong person', 'file', origin, dryRun),
    ),
});

export const setUp = () => {
  const watched = new WatchedStore();
  const { store } = watched;
  const keyring = MemoryKeyring.fresh();
  const rules = new FakeRuleBook();
  const cache = new StateCache<KnownIndividual>();
  const restarted = () => new IndividualBatch(store, new StateCache<KnownIndividual>());
  const batch = new IndividualBatch(store, cache);
  const assessWith = (by: IndividualBatch, rows: readonly AssessRow[], more: MoreOfAssess = {}) =>
    new AssessContributionsHandler(by, keyring, rules).execute(
      new AssessContributions(
        more.submission ?? 's1',
        more.kind ?? 'normal',
        more.employer ?? 'E1',
        more.region ?? 'shanghai',
        more.month ?? july,
        ppm(2_000n),
        rows,
        more.dryRun ?? false,
        origin,
      ),
    );
  const id = keyring.streamKeyOf(identifierOf(1).ssn);
  return {
    watched,
    store,
    keyring,
    rules,
    cache,
    id,
    assess: (rows: readonly AssessRow[], more?: MoreOfAssess) => assessWith(batch, rows, more),
    assessAfterRestart: (rows: readonly AssessRow[], more?: MoreOfAssess) =>
      assessWith(restarted(), rows, more),
    ...monthActsOf(store, batch, id),
    restarted,
    ...registersOf(store, keyring, id),
    ...cardsOf(store, keyring, id),
    stateOf: async (person = id) => (await readWhole(store, person)).state,
    typesOf: async (stream = streamOf(id)) => (await store.read(stream)).map(({ type }) => type),
    logged: async () => store.readAll({ max: 10_000 }),
  };
};
type MoreOfPay = Readonly<{ bill?: string; cover?: readonly BillCell[]; by?: IndividualBatch }>;
type MoreOfReverse = Readonly<{ insurance?: string; dryRun?: boolean }>;
type MoreOfMove = Readonly<{ dryRun?: boolean; on?: EventStore }>;
export type MoreOfAssess = Readonly<{
  kind?: SubmissionKind;
  submission?: string;
  employer?: string;
  region?: string;
  month?: Month;
  dryRun?: boolean;
}>;
export type Harness = ReturnType<typeof setUp>;

export const claim = (other: Partial<Settlement> = {}): Settlement => ({
  institution: 'I1',
  institutionSerial: '1',
  kind: 'pharmacy',
  occurredAt: '2025-08-04T01:00:00.000Z' as Instant,
  total: fen(5_000n),
  ownExpense: fen(0n),
  inScope: fen(5_000n),
  fundPaid: fen(0n),
  ...other,
});
export const failureOf = <T, X = Failure>(outcome: Result<T, X>): X | undefined =>
  outcome.ok ? undefined : outcome.error;
export const valueOf = <T, E>(outcome: Result<T, E>): T => {
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.error)}`);
  return outcome.value;
};

/** Walks the chain of a stream; gives where it stands, or throws at the first event that does not fit. */
export const walkChain = async ({ store, id }: Harness): Promise<Tip> => {
  let tip = NO_STREAM;
  for (const event of await store.read(streamOf(id))) {
    const fault = faultOf(event, tip);
    if (fault) throw new Error(`${event.type} ${event.revision}: ${fault}`);
    tip = tipOf([event]);
  }
  return tip;
};
