import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  claim,
  failureOf,
  identifierOf,
  row,
  setUp,
  valueOf,
  type Harness,
} from '../../test/support/individual.js';
import { fen } from '../kernel/money.js';
import { streamOf } from './individual.js';

let app: Harness;
beforeEach(() => {
  app = setUp();
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
  it('reverses itself when its message is taken back while it is being settled', async () => {
    app.watched.beforeAppendTo.set(streamOf(app.id), async () => {
      expect(valueOf(await app.reverseMessage('1'))).toMatchObject({ value: { outcome: 'voided' } });
    });
    expect(failureOf(await app.settle(claim()))).toEqual({ type: 'SettlementVoided' });
    expect((await app.typesOf()).slice(-2)).toEqual(['CardSettled', 'CardSettlementReversed']);
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
