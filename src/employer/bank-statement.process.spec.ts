import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  august,
  employerOver,
  july,
  registerEmployer,
  typesOf,
  type EmployerSetUp,
} from '../../test/support/employer-account.js';
import { expectBookAgrees } from '../../test/support/employer-book.js';
import { STORES_FROM_ANYWHERE, type StoreUnderTest } from '../../test/support/event-stores.js';
import { readLog } from '../../test/support/log.js';
import { EMPLOYER } from '../../test/support/roster.js';
import { chainFaults } from '../../test/support/submission-process.js';
import { DyingStore } from '../../test/support/submissions.js';
import { until } from '../../test/support/until.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { ProjectionRunner } from '../projection/projection.runner.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { accountProjection } from './account.projection.js';
import type { BankRow } from './bank-line.js';
import type { BankStatementFile } from './bank-statement.file.js';
import { bankStatementProjection } from './bank-statement.projection.js';
import { bankStatementStreamOf, isMatchedWhole } from './bank-statement.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['error']));

const OTHER = '91350100M000100Y43';
const UNREGISTERED = '91310000717854505W';
type Line = Readonly<{ amount: string; reference?: string; uscc?: string; remark?: string; date?: string }>;
const fileOf = (lines: readonly Line[]): BankStatementFile => {
  const rows = lines.map(
    ({ amount, reference, uscc = EMPLOYER, remark = '', date = '2025-08-09' }, i): BankRow => [
      i + 2,
      date,
      amount,
      reference ?? `r${i}`,
      uscc,
      '某厂',
      remark,
    ],
  );
  const format = { kind: 'csv', encoding: 'utf-8', delimiter: ',' } as const;
  return { fileSha256: Buffer.from(JSON.stringify(rows)).toString('hex').slice(0, 64), format, rows };
};
const handIn = async (app: EmployerSetUp, lines: readonly Line[], key = 'file') => {
  const received = await app.bank.receive(fileOf(lines), key, app.originOf());
  if (!received.ok) throw new Error(received.error.type);
  const id = received.value.value;
  await app.bank.work(id);
  return { id, replayed: received.value.replayed, lines: await app.bank.linesOf(id) };
};

const NAMED = STORES_FROM_ANYWHERE.filter(([name]) => name !== 'EventStoreDB');

describe.each(NAMED)('over %s', (_, open) => {
  let under: StoreUnderTest;
  let app: EmployerSetUp;
  beforeEach(async () => {
    under = await open();
    app = employerOver(under.store);
    for (const uscc of [EMPLOYER, OTHER]) await registerEmployer(under.store, uscc);
  });
  afterEach(async () => {
    await app.stop();
    await under.dispose();
  });
  const briefly = (lines: Awaited<ReturnType<typeof handIn>>['lines']): readonly string[] =>
    lines.map(({ verdict, problems = [], note }) =>
      [verdict, ...problems.map(({ code }) => code), ...(note ? [note.code] : [])].join(' '),
    );

  it('each line goes where it says: to a submission, a month, or what is oldest', async () => {
    const first = await app.declare(1);
    const second = await app.declare(1, { key: 'august', month: august });
    const { lines } = await handIn(app, [
      { amount: '800.00', remark: `社保 ${second}` },
      { amount: '800.00', remark: '2025年7月社保' },
      { amount: '200.00' },
      { amount: '50.00', remark: '2025-07 2025-08' },
      { amount: '1.00', uscc: '', remark: first },
    ]);
    expect(briefly(lines)).toEqual(['matched', 'matched', 'matched', 'matched months-several', 'matched']);
    expect(lines.flatMap(({ allocations = [] }) => allocations)).toEqual([
      { bill: second, month: august, principal: '800.00', lateFee: '0.00' },
      ...['800.00', '200.00', '50.00', '1.00'].map((principal) => ({
        bill: first,
        month: july,
        principal,
        lateFee: '0.00',
      })),
    ]);
    await expectBookAgrees(under.store, EMPLOYER, OTHER);
  });

  it('what is not sure is booked nowhere, and does not keep the others back', async () => {
    const id = await app.declare(1);
    const { lines } = await handIn(app, [
      { amount: '1.00', uscc: UNREGISTERED },
      { amount: '1.00', uscc: '' },
      { amount: '1.00', uscc: '91310000MA1FL0000A' },
      { amount: '1.00', uscc: OTHER, remark: id },
      { amount: '1.00', remark: id.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) },
      { amount: '1,000.00', date: 'yesterday' },
      { amount: '-5.00' },
      { amount: '3626.00' },
    ]);
    expect(briefly(lines)).toEqual([
      'unmatched payer-unknown',
      'unmatched payer-missing',
      'unmatched payer-invalid',
      'unmatched payer-differs',
      'unmatched bill-unknown',
      'unmatched date-invalid amount-separator',
      'unmatched amount-not-positive',
      'matched',
    ]);
    expect((await app.stateOf()).payments.size).toBe(1);
    await expectBookAgrees(under.store, EMPLOYER, OTHER);
  });

  it('money whose bill takes none stands in the account, with the reason', async () => {
    const id = await app.declare(1);
    await app.pay(id, '3626.00');
    const gone = await app.declare(1, { key: 'other', from: 7 });
    await app.withdraw(gone);
    const { lines } = await handIn(app, [
      { amount: '1.00', remark: id },
      { amount: '2.00', remark: gone },
      { amount: '3.00', remark: '2025-06' },
      { amount: '4.00' },
    ]);
    expect(briefly(lines)).toEqual([
      'credit bill-already-paid',
      'credit bill-withdrawn',
      'credit month-not-open',
      'credit',
    ]);
    expect((await app.stateOf()).credit).toBe(1_000n);
    await expectBookAgrees(under.store, EMPLOYER, OTHER);
  });

  it('the same line of the bank is once: in a file, in two files, and sent by hand before', async () => {
    const id = await app.declare(1);
    await app.pay(id, '10.00', { reference: 'by hand', paidOn: '2025-08-09' });
    const twice = [
      { amount: '800.00', reference: 'a' },
      { amount: '800.00', reference: 'a' },
      { amount: '10.00', reference: 'by hand' },
    ];
    const first = await handIn(app, twice);
    expect(briefly(first.lines)).toEqual(['matched', 'duplicate', 'duplicate']);
    expect(first.lines[1]?.payment).toBe(first.lines[0]?.payment);
    const second = await handIn(app, [...twice, { amount: '1.00', reference: 'a' }], 'again');
    expect(briefly(second.lines)).toEqual(['duplicate', 'duplicate', 'duplicate', 'matched']);
    expect((await typesOf(under.store)).filter((type) => type === 'MoneyReceived')).toHaveLength(3);
    await expectBookAgrees(under.store, EMPLOYER, OTHER);
  });

  it('the same file under its key is the same statement; another file is refused', async () => {
    const lines = [{ amount: '5.00' }];
    const first = await handIn(app, lines);
    const head = await under.store.head();
    expect(await handIn(app, lines)).toEqual({ ...first, replayed: true });
    expect(await under.store.head()).toBe(head);
    expect(await app.bank.receive(fileOf([{ amount: '6.00' }]), 'file', app.originOf())).toMatchObject({
      error: { type: 'IdempotencyKeyReused', differs: ['file'] },
    });
  });

  it('payers and remarks are stored sealed', async () => {
    const { id } = await handIn(app, [{ amount: '5.00', remark: 'account 6222000000000000' }]);
    const stored = (await under.store.read(bankStatementStreamOf(id))).map(({ data }) => data).join();
    expect(stored).not.toMatch(/某厂|6222/);
    expect((await app.bank.rowsOf(id))[0]?.[6]).toBe('account 6222000000000000');
  });
});

describe('killed at any write of a statement', () => {
  const lines = [
    { amount: '3626.00' },
    { amount: '5.00', uscc: OTHER },
    { amount: '3626.00', reference: 'r0' },
    { amount: '1.00', uscc: UNREGISTERED },
  ];
  it.each(['before', 'after'] as const)('%s it: sent again, each line counts once', async (when) => {
    let writes = 0;
    for (let diesAt = 1; ; diesAt++) {
      const store = MemoryEventStore.open();
      for (const uscc of [EMPLOYER, OTHER]) await registerEmployer(store, uscc);
      const before = employerOver(store);
      await before.declare(1);
      const { keyring } = before;
      const dying = new DyingStore(store, diesAt, when);
      const first = employerOver(dying, { keyring });
      await handIn(first, lines).catch(() => undefined);
      await first.stop();
      if (!dying.died) break;
      writes += 1;
      const second = employerOver(store, { keyring });
      const { id, lines: told } = await handIn(second, lines);
      expect(told.map(({ line, verdict }) => `${line} ${verdict}`)).toEqual([
        '2 matched',
        '3 credit',
        '4 duplicate',
        '5 unmatched',
      ]);
      expect(await second.bank.find(id)).toMatchObject({
        counts: { matched: 1, credit: 1, duplicate: 1, unmatched: 1 },
      });
      expect((await typesOf(store)).filter((type) => type === 'MoneyReceived')).toHaveLength(1);
      await second.account.work(EMPLOYER);
      await expectBookAgrees(store, EMPLOYER, OTHER);
      expect(chainFaults(await readLog(store))).toEqual([]);
      await Promise.all([before.stop(), second.stop()]);
    }
    // Receipt, lines, two accounts, the persons and the end of them, the verdicts.
    expect(writes).toBe(7);
  });

  it('on a start it goes on unasked', async () => {
    const store = MemoryEventStore.open();
    for (const uscc of [EMPLOYER, OTHER]) await registerEmployer(store, uscc);
    const dying = new DyingStore(store, 3, 'after');
    const first = employerOver(dying);
    const received = await first.bank.receive(fileOf(lines), 'file', first.originOf());
    const id = received.ok ? received.value.value : '';
    await first.bank.work(id);
    await first.stop();
    const projections = [accountProjection, bankStatementProjection];
    const runner = await ProjectionRunner.open(store, new MemoryGenerations(), projections);
    runner.start();
    const second = employerOver(store, { keyring: first.keyring, readModels: runner.readModels });
    second.bank.onApplicationBootstrap();
    await until(async () => {
      const state = await second.bank.find(id);
      return state && isMatchedWhole(state) ? true : undefined;
    });
    await second.stop();
    await runner.beforeApplicationShutdown();
    await runner.onApplicationShutdown();
    await expectBookAgrees(store, EMPLOYER, OTHER);
  });
});
