import { beforeEach, describe, expect, it } from '@jest/globals';
import { faultOf, NO_STREAM, tipOf } from '../event-store/chain.js';
import type { AppendResult, StoredEvent, StreamAppend } from '../event-store/event-store.js';
import { MemoryKeyring } from '../event-store/keyring.adapter.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { toDay, toMonth, type Day, type Instant, type Month } from '../kernel/calendar.js';
import { fen, ppm, type Ppm } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { checkCharacter, parseSsn, type Identifier } from '../kernel/ssn.js';
import { RuleBook, type InsuranceRule, type NoPolicy, type Policy } from '../rules/policy.js';
import {
  AssessContributionsHandler,
  PayContributionsHandler,
  ReverseContributionHandler,
} from './contribution.handlers.js';
import type { Failure } from './failures.js';
import { IndividualBatch, type KnownIndividual } from './individual.batch.js';
import {
  AssessContributions,
  PayContributions,
  QuoteSettlement,
  RegisterIndividual,
  ReverseContribution,
  ReverseMessage,
  ReverseSettlement,
  SettleCard,
  StartCoverage,
  type AssessRow,
  type Origin,
  type Person,
  type Settlement,
} from './individual.messages.js';
import { streamOf } from './individual.js';
import { RegisterIndividualHandler, StartCoverageHandler } from './registration.handlers.js';
import {
  QuoteSettlementHandler,
  ReverseMessageHandler,
  ReverseSettlementHandler,
  SettleCardHandler,
} from './settlement.handlers.js';
import { StateCache } from './state-cache.js';

const july = toMonth('2025-07');
const origin: Origin = {
  recordedAt: '2025-08-05T01:00:00.000Z' as Instant,
  bookedOn: toDay('2025-08-05'),
  actor: { role: 'agency', id: 'local' },
  channel: 'agency',
  correlationId: 'c',
  causationId: 'c',
};

const rule = (insurance: string, toAccount: bigint): InsuranceRule => ({
  insurance,
  floor: fen(500_000n),
  ceiling: fen(3_000_000n),
  employer: ppm(160_000n),
  employee: ppm(80_000n),
  toAccount: ppm(toAccount),
  employerFixed: fen(0n),
  employeeFixed: fen(0n),
  employerRounding: 'fen-half-up',
  employeeRounding: 'fen-half-up',
  employerOwnRate: false,
  source: { text: 'a test', mark: 'sure' },
});

/** One region, from 2020 on. Nobody born before 1960 works after 2020. */
class FakeRuleBook extends RuleBook {
  asked = 0;
  regions(): readonly string[] {
    return ['shanghai'];
  }
  inForce(region: string, month: Month, employment: 'employee' | 'flexible'): Result<Policy, NoPolicy> {
    this.asked++;
    if (region !== 'shanghai') return err({ type: 'NoPolicy', region, month, known: false });
    const insurances = [rule('pension', 80_000n), rule('medical', 20_000n)];
    return ok({ region, month, employment, table: 'shanghai/test', insurances });
  }
  injuryRate(): Result<Ppm, NoPolicy> {
    return ok(ppm(2_000n));
  }
  dueOn(_: string, month: Month): Result<Day, NoPolicy> {
    return ok(toDay(`${month}-15`));
  }
  lastWorkingMonth(birthDate: Day): Month {
    return toMonth(birthDate < '1960' ? '2020-12' : '2050-12');
  }
  lateFeeDaily(): Ppm {
    return ppm(500n);
  }
}

/** Counts reads, and lets a test slip something in before an append. */
class WatchedStore {
  reads = 0;
  readManyStreams = 0;
  beforeAppend: () => Promise<void> = () => Promise.resolve();
  readonly store = MemoryEventStore.open();

  constructor() {
    const { store } = this;
    const [read, readMany, appendMany] = [
      store.read.bind(store),
      store.readMany.bind(store),
      store.appendMany.bind(store),
    ];
    store.read = (...args): Promise<readonly StoredEvent[]> => {
      this.reads++;
      return read(...args);
    };
    store.readMany = (streams): ReturnType<typeof readMany> => {
      this.readManyStreams += streams.length;
      return readMany(streams);
    };
    store.appendMany = async (appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> => {
      const first = this.beforeAppend;
      this.beforeAppend = () => Promise.resolve();
      await first();
      return appendMany(appends);
    };
  }
}

const numbers = ['11010519491231002', '31010119900101001', '31010119900101003'].map(
  (first17) => first17 + checkCharacter(first17),
);
const identifierOf = (n: number): Identifier => {
  const parsed = parseSsn(numbers[n] ?? '', origin.bookedOn);
  if (!parsed.ok) throw new Error(`number ${n} of this test: ${parsed.error.join()}`);
  return parsed.value;
};
const person = (other: Partial<Person> = {}): Person => ({
  identifier: identifierOf(1),
  name: '张三',
  region: 'shanghai',
  ...other,
});
const row = (other: Partial<AssessRow> = {}): AssessRow => ({
  line: 2,
  identifier: identifierOf(1),
  name: '张三',
  wage: fen(1_000_000n),
  employment: 'employee',
  ...other,
});

const setUp = () => {
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
    pay: (payment = 'p1', individuals = [id]) =>
      new PayContributionsHandler(batch).execute(
        new PayContributions('s1', july, payment, toDay('2025-07-20'), individuals, origin),
      ),
    reverse: (key?: string, reason = 'wrong') =>
      new ReverseContributionHandler(store).execute(
        new ReverseContribution(id, july, undefined, reason, 'file', key, origin),
      ),
    register: (who: Person) =>
      new RegisterIndividualHandler(store, keyring).execute(new RegisterIndividual(who, origin)),
    cover: (insurances: readonly string[]) =>
      new StartCoverageHandler(store).execute(
        new StartCoverage(id, insurances, 'E1', toDay('2025-07-01'), origin),
      ),
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
    typesOf: async (stream = streamOf(id)) => (await store.read(stream)).map(({ type }) => type),
    logged: async () => store.readAll({ max: 10_000 }),
  };
};
type MoreOfAssess = Readonly<{
  submission?: string;
  employer?: string;
  region?: string;
  month?: Month;
  dryRun?: boolean;
}>;
type Harness = ReturnType<typeof setUp>;

const claim = (other: Partial<Settlement> = {}): Settlement => ({
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
const failureOf = <T>(outcome: Result<T, Failure>): Failure | undefined =>
  outcome.ok ? undefined : outcome.error;
const valueOf = <T, E>(outcome: Result<T, E>): T => {
  if (!outcome.ok) throw new Error(`refused: ${JSON.stringify(outcome.error)}`);
  return outcome.value;
};

let app: Harness;
beforeEach(() => {
  app = setUp();
});

describe('registering over the bus', () => {
  it('seals what is personal and answers a repeat as the first time', async () => {
    const first = valueOf(await app.register(person({ phone: '13800000000' })));
    const second = valueOf(await app.register(person({ phone: '13800000000', name: ' 张三　' })));
    expect(first).toMatchObject({ replayed: false, value: { id: app.id, region: 'shanghai', revision: 0n } });
    expect(second).toEqual({ ...first, replayed: true });
    const [event] = await app.logged();
    expect(`${event?.data}${event?.metadata}`).not.toMatch(/张三|13800000000|310101/);
    const sealed = (JSON.parse(event?.data ?? '') as { sealed: string }).sealed;
    expect(JSON.parse(app.keyring.open(sealed, streamOf(app.id)))).toEqual({
      ssn: identifierOf(1).ssn,
      name: '张三',
      phone: '13800000000',
    });
  });
  it.each([
    [{ name: '李四' }, ['name']],
    [{ phone: '13900000000' }, ['phone']],
    [{ documentType: 'passport', phone: '13900000000' }, ['documentType', 'phone']],
    [{ region: 'beijing' }, ['region']],
  ])('says what differs: %p', async (other, differs) => {
    await app.register(person());
    expect(failureOf(await app.register(person(other)))).toEqual({ type: 'IndividualConflict', differs });
  });
  it('starts coverage once', async () => {
    expect(failureOf(await app.cover(['pension']))).toEqual({ type: 'IndividualNotFound' });
    await app.register(person());
    expect(valueOf(await app.cover(['pension', 'medical', 'pension']))).toMatchObject({ replayed: false });
    expect(valueOf(await app.cover(['medical', 'pension']))).toMatchObject({ replayed: true });
    expect(await app.typesOf()).toEqual(['IndividualRegistered', 'CoverageStarted']);
  });
});

describe('assessing rows', () => {
  it('registers, covers and assesses who is new; then only assesses', async () => {
    const { verdicts, position } = await app.assess([row()]);
    expect(verdicts).toMatchObject([{ line: 2, id: app.id, outcome: 'accepted', registered: true }]);
    expect(verdicts[0]?.lines?.map(({ insurance, employeePart }) => [insurance, employeePart])).toEqual([
      ['pension', '800.00'],
      ['medical', '800.00'],
    ]);
    expect(position).toBe(3n);
    await app.assess([row()], { month: toMonth('2025-08'), submission: 's2' });
    expect(await app.typesOf()).toEqual([
      'IndividualRegistered',
      'CoverageStarted',
      'ContributionAssessed',
      'ContributionAssessed',
    ]);
  });

  it('gives the same verdicts again, from the cache and after a restart, and stores nothing', async () => {
    const rows = [row(), row({ line: 3, identifier: identifierOf(2), name: '李四' })];
    const first = await app.assess(rows);
    const before = await app.logged();
    expect(await app.assess(rows)).toEqual(first);
    expect(await app.assessAfterRestart(rows)).toEqual(first);
    expect(await app.logged()).toEqual(before);
  });

  it('gives the same verdicts in a dry run and leaves no trace', async () => {
    const rows = [
      row(),
      row({ line: 3, identifier: identifierOf(0), name: '王五' }),
      row({ line: 4, identifier: identifierOf(2), insurances: ['housing'] }),
    ];
    const dry = await app.assess(rows, { dryRun: true });
    expect([await app.logged(), app.cache.size]).toEqual([[], 0]);
    expect((await app.assess(rows)).verdicts).toEqual(dry.verdicts);
    expect(dry.verdicts.map(({ outcome, problem }) => [outcome, problem])).toEqual([
      ['accepted', undefined],
      ['rejected', 'over-retirement-age'],
      ['rejected', 'insurance-unknown'],
    ]);
  });

  it('tells a duplicate from a month that is taken and from another name', async () => {
    await app.assess([row()]);
    const of = async (other: Partial<AssessRow>, more: MoreOfAssess = {}) =>
      (await app.assess([row(other)], { submission: 's2', ...more })).verdicts[0];
    expect(await of({})).toMatchObject({ outcome: 'duplicate', registered: false, lines: [{}, {}] });
    expect(await of({ wage: fen(1_000_001n) })).toMatchObject({
      outcome: 'rejected',
      problem: 'already-submitted',
    });
    expect(await of({}, { employer: 'E2' })).toMatchObject({
      outcome: 'rejected',
      problem: 'already-submitted',
    });
    expect(await of({ name: '李四' })).toMatchObject({ outcome: 'rejected', problem: 'name-mismatch' });
    expect(await of({}, { region: 'chengdu' })).toMatchObject({
      outcome: 'rejected',
      problem: 'policy-missing',
    });
  });

  it('asks the rules once a batch, however many rows', async () => {
    await app.assess([row(), row({ line: 3, identifier: identifierOf(2) })]);
    expect(app.rules.asked).toBe(1);
  });

  it('reads a warm person not at all', async () => {
    await app.assess([row()]);
    app.watched.reads = app.watched.readManyStreams = 0;
    await app.assess([row()], { month: toMonth('2025-08'), submission: 's2' });
    expect([app.watched.reads, app.watched.readManyStreams]).toEqual([0, 0]);
  });

  it('checks a refusal decided on a cached state against the store', async () => {
    await app.assess([row()]);
    expect((await app.reverse('k1')).ok).toBe(true); // behind the back of the cache
    const { verdicts } = await app.assess([row()], { submission: 's2' });
    expect(verdicts).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('judges an older month than the cache holds on the whole life', async () => {
    await app.assess([row()]);
    await app.assess([row({ wage: fen(600_000n) })], { month: toMonth('2022-01'), submission: 's0' });
    const { verdicts } = await app.assess([row()], { month: toMonth('2022-01'), submission: 's2' });
    expect(verdicts).toMatchObject([{ outcome: 'rejected', problem: 'already-submitted' }]);
  });

  it('decides again when another writer was first, and keeps the chain whole', async () => {
    await app.assess([row()]);
    app.watched.beforeAppend = async () => {
      await app.settle(claim());
    };
    const { verdicts } = await app.assess([row()], { month: toMonth('2025-08'), submission: 's2' });
    expect(verdicts).toMatchObject([{ outcome: 'accepted' }]);
    let tip = NO_STREAM;
    for (const event of await app.store.read(streamOf(app.id))) {
      expect(faultOf(event, tip)).toBeUndefined();
      tip = tipOf([event]);
    }
    expect(tip.revision).toBe(4n);
  });

  it('gives the loser of a race the verdict that the winner left it', async () => {
    app.watched.beforeAppend = async () => {
      await app.assessAfterRestart([row()], { submission: 's0', employer: 'E9' });
    };
    const { verdicts } = await app.assess([row()]);
    expect(verdicts).toMatchObject([
      { outcome: 'rejected', problem: 'already-submitted', registered: false },
    ]);
  });

  it('reads the tip anew after a batch that stood there already', async () => {
    await app.assess([row()]);
    // The same call again on a state from before it, as after an unknown outcome: acknowledged, not stored.
    app.watched.beforeAppend = async () => {
      await app.assessAfterRestart([row()], { month: toMonth('2025-08'), submission: 's2' });
    };
    const { verdicts } = await app.assess([row()], { month: toMonth('2025-08'), submission: 's2' });
    expect(verdicts).toMatchObject([{ outcome: 'accepted', registered: false }]);
    expect(app.cache.find(app.id)).toBeUndefined();
    await app.assess([row()], { month: toMonth('2025-09'), submission: 's3' });
    let tip = NO_STREAM;
    for (const event of await app.store.read(streamOf(app.id))) {
      expect(faultOf(event, tip)).toBeUndefined();
      tip = tipOf([event]);
    }
    expect(tip.revision).toBe(4n);
  });
});

describe('paying and reversing', () => {
  it('credits a payment once, however often it comes and whomever it names', async () => {
    await app.assess([row()]);
    const first = await app.pay();
    expect(first.position).toBe(4n);
    expect(await app.pay('p1', [app.id, app.id])).toEqual(first);
    await app.pay('p2', [app.id, 'nobody']);
    expect((await app.typesOf()).filter((type) => type === 'ContributionPaid')).toHaveLength(1);
  });
  it('reverses what stands and answers a repeat as the first time', async () => {
    await app.assess([row()]);
    await app.pay();
    const first = valueOf(await app.reverse());
    expect(first).toMatchObject({ replayed: false, value: { id: app.id, month: july } });
    expect(first.value.lines).toHaveLength(2);
    expect(valueOf(await app.reverse())).toEqual({ ...first, replayed: true });
    expect(failureOf(await app.reverse(undefined, 'other'))).toEqual({
      type: 'NothingToReverse',
      month: july,
    });
  });
  it('gives each reversal of a month an id of its own', async () => {
    await app.assess([row()]);
    await app.reverse();
    await app.assess([row()], { submission: 's2' });
    await app.reverse();
    const ids = (await app.logged()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('settling', () => {
  beforeEach(async () => {
    await app.assess([row()]);
    await app.pay();
  });

  it('quotes what it then settles, and answers a repeat as the first time', async () => {
    const quoted = valueOf(await app.quote(claim()));
    const first = valueOf(await app.settle(claim()));
    expect(quoted).toEqual(first.value);
    expect(first).toMatchObject({
      replayed: false,
      value: { accountPaid: 5_000n, cashPaid: 0n, balanceBefore: 20_000n, balanceAfter: 15_000n },
    });
    await app.settle(claim({ institutionSerial: '2' }));
    const again = valueOf(await app.settle(claim()));
    expect(again).toMatchObject({ replayed: true, value: first.value });
    expect(valueOf(await app.settle(claim(), { identifier: identifierOf(1) })).replayed).toBe(true);
  });
  it('writes nothing for a quote', async () => {
    const before = await app.logged();
    await app.quote(claim());
    expect(await app.logged()).toEqual(before);
  });
  it('lets a refused message use its serial again, for another person too', async () => {
    const stranger = { identifier: identifierOf(2) };
    expect(failureOf(await app.settle(claim(), stranger))).toEqual({ type: 'IndividualNotFound' });
    expect(failureOf(await app.settle(claim({ total: fen(1n) })))).toMatchObject({
      type: 'AmountsDoNotAddUp',
    });
    expect((await app.settle(claim())).ok).toBe(true);
  });
  it('refuses a serial that was settled for another person', async () => {
    await app.assess([row({ line: 3, identifier: identifierOf(2) })]);
    await app.settle(claim());
    const other = { identifier: identifierOf(2) };
    const failure = { type: 'SettlementConflict', differs: ['individual'] };
    expect(failureOf(await app.settle(claim(), other))).toEqual(failure);
    expect(failureOf(await app.quote(claim(), other))).toEqual(failure);
  });
  it('reverses by the settlement id alone, once', async () => {
    const { settlementId } = valueOf(await app.settle(claim())).value;
    const first = valueOf(await app.reverseSettlement(settlementId));
    expect(first.value).toEqual({
      settlementId,
      accountReturned: 5_000n,
      fundReturned: 0n,
      balanceAfter: 20_000n,
    });
    expect(valueOf(await app.reverseSettlement(settlementId))).toEqual({ ...first, replayed: true });
    expect(failureOf(await app.reverseSettlement(settlementId, 'r2'))).toEqual({
      type: 'SettlementAlreadyReversed',
    });
    expect(failureOf(await app.reverseSettlement('nothing'))).toEqual({ type: 'SettlementNotFound' });
  });
  it('takes back a message that it settled', async () => {
    await app.settle(claim());
    expect(valueOf(await app.reverseMessage('1'))).toMatchObject({
      replayed: false,
      value: { outcome: 'reversed' },
    });
    expect(valueOf(await app.reverseMessage('1'))).toMatchObject({
      replayed: true,
      value: { outcome: 'reversed' },
    });
    expect(failureOf(await app.settle(claim()))).toEqual({ type: 'SettlementVoided' });
  });
  it('takes back a message that never came, which then can no longer be settled', async () => {
    expect(valueOf(await app.reverseMessage('1'))).toMatchObject({
      replayed: false,
      value: { outcome: 'voided' },
    });
    expect(valueOf(await app.reverseMessage('1'))).toMatchObject({
      replayed: true,
      value: { outcome: 'voided' },
    });
    expect(failureOf(await app.settle(claim()))).toEqual({ type: 'SettlementVoided' });
    expect(failureOf(await app.quote(claim()))).toEqual({ type: 'SettlementVoided' });
    expect((await app.settle(claim({ institutionSerial: '2' }))).ok).toBe(true);
  });
  it('never leaves a message both taken back and settled, whichever comes first', async () => {
    for (let n = 0; n < 50; n++) {
      const serial = `race-${n}`;
      const [settled, taken] = await Promise.all([
        app.settle(claim({ institutionSerial: serial, total: fen(10n), inScope: fen(10n) })),
        app.reverseMessage(serial),
      ]);
      expect(valueOf(taken).position).toBeDefined();
      if (!settled.ok) expect(settled.error).toEqual({ type: 'SettlementVoided' });
    }
    const events = await app.store.read(streamOf(app.id));
    const count = (type: string): number => events.filter((event) => event.type === type).length;
    expect(count('CardSettled')).toBe(count('CardSettlementReversed'));
  });
});
