import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  ALL_CELLS,
  failureOf,
  identifierOf,
  july,
  person,
  row,
  setUp,
  valueOf,
  walkChain,
  type Harness,
} from '../../test/support/individual.js';
import { DyingStore } from '../../test/support/submissions.js';
import { toMonth } from '../kernel/calendar.js';
import { fen } from '../kernel/money.js';
import { streamOf } from './individual.js';

let app: Harness;
let right: string;
const other = { identifier: identifierOf(2), name: '李四' };
beforeEach(async () => {
  app = setUp();
  right = app.keyring.streamKeyOf(other.identifier.ssn);
  await app.assess([row()]);
});

const employees = ALL_CELLS.filter(({ side }) => side === 'employee');
const slipOf = async (who: string) => (await app.stateOf(who)).months.get(july);
/** Both persons' streams: what they hold, and whether their chains are whole. */
const typesOfBoth = async () => {
  await walkChain(app);
  await walkChain({ ...app, id: right });
  return [await app.typesOf(), await app.typesOf(streamOf(right))];
};

describe('moving a month to the right person', () => {
  beforeEach(async () => {
    await app.register(person(other));
  });

  it('takes back and gives the same, with what was paid of it', async () => {
    await app.pay('p1', [app.id], { cover: employees });
    const stood = await slipOf(app.id);
    const { value, replayed } = valueOf(await app.move(right));
    expect(replayed).toBe(false);
    expect(value).toEqual({
      employer: 'E1',
      month: july,
      submission: 's1',
      line: 2,
      lines: stood?.lines,
      credited: '1600.00',
    });
    expect((await app.stateOf()).balances).toEqual({ pension: 0n, medical: 0n });
    expect((await app.stateOf(right)).balances).toEqual({ pension: 80_000n, medical: 20_000n });
    expect(await slipOf(right)).toMatchObject({ charges: stood?.charges, payments: stood?.payments });
    // What is paid later of it is credited to the right one, and to nobody else.
    await app.pay('p2', [app.id, right]);
    expect((await app.stateOf()).monthsPaid.get('pension') ?? 0).toBe(0);
    expect((await app.stateOf(right)).monthsPaid.get('pension')).toBe(1);
  });

  it('says the same in a dry run and writes nothing', async () => {
    await app.pay();
    const before = await app.logged();
    const dry = valueOf(await app.move(right, { dryRun: true }));
    expect(await app.logged()).toEqual(before);
    expect(valueOf(await app.move(right)).value).toEqual(dry.value);
    expect(valueOf(await app.move(right, { dryRun: true }))).toMatchObject({
      value: dry.value,
      replayed: true,
    });
  });

  it('answers a repeat as the first time, also when both months have changed since', async () => {
    await app.pay();
    const first = valueOf(await app.move(right));
    const log = await app.logged();
    expect(valueOf(await app.move(right))).toEqual({ ...first, replayed: true });
    expect(await app.logged()).toEqual(log);
    await app.assess([row({ wage: fen(2_000_000n) })], { submission: 's5' });
    await app.assess([row({ ...other, line: 2, wage: fen(1_200_000n) })], {
      submission: 's6',
      kind: 'base-change',
    });
    expect(valueOf(await app.move(right)).value).toEqual(first.value);
  });

  it.each([
    [1, 'before'],
    [1, 'after'],
    [2, 'before'],
    [2, 'after'],
  ] as const)('goes on when it died at write %i, %s it', async (at, when) => {
    await app.pay();
    const dying = new DyingStore(app.store, at, when);
    await expect(app.move(right, { on: dying })).rejects.toThrow();
    expect(dying.died).toBe(true);
    // Meanwhile the wrong person's month is declared anew: what was taken is given all the same.
    if (at === 2) await app.assess([row({ wage: fen(2_000_000n) })], { submission: 's5' });
    const { value } = valueOf(await app.move(right));
    expect(value).toMatchObject({ credited: '4800.00', submission: 's1' });
    const [wrong, given] = await typesOfBoth();
    expect(wrong?.filter((type) => type === 'ContributionReversed')).toHaveLength(1);
    expect(given).toEqual([
      'IndividualRegistered',
      'CoverageStarted',
      'ContributionAssessed',
      'ContributionPaid',
    ]);
    expect((await slipOf(right))?.wage).toBe('10000.00');
  });

  it('gives what was paid between the look and the write', async () => {
    app.watched.beforeAppendTo.set(streamOf(app.id), () => app.pay());
    expect(valueOf(await app.move(right)).value.credited).toBe('4800.00');
    expect((await app.stateOf(right)).balances).toEqual({ pension: 80_000n, medical: 20_000n });
    await typesOfBoth();
  });

  it('takes nothing back when the right person has the month', async () => {
    await app.assess([row({ ...other, line: 3 })], { submission: 's2' });
    expect(failureOf(await app.move(right))).toEqual({ type: 'MonthTaken' });
    expect(failureOf(await app.move(app.id))).toEqual({ type: 'MonthTaken' });
    expect(await app.typesOf()).not.toContain('ContributionReversed');
  });

  it('tells what it took back when the month came to the right person meanwhile', async () => {
    await app.pay();
    app.watched.beforeAppendTo.set(streamOf(app.id), () =>
      app.assessAfterRestart([row({ ...other, line: 3 })], { submission: 's2' }),
    );
    const first = await app.move(right);
    expect(first).toMatchObject({
      ok: false,
      error: {
        type: 'MonthTaken',
        takenBack: {
          id: app.id,
          month: july,
          employer: 'E1',
          bills: [
            { bill: 's1', insurance: 'pension', returned: { employeePart: '800.00' } },
            { bill: 's1', insurance: 'medical', returned: { employeePart: '800.00' } },
          ],
        },
      },
    });
    expect(await app.move(right)).toEqual(first);
    expect(await app.move(right, { dryRun: true })).toEqual(first);
  });

  it('finds nothing where nothing stands', async () => {
    valueOf(await app.reverse('k1'));
    expect(failureOf(await app.move(right))).toEqual({ type: 'NothingToReverse', month: july });
  });
});

describe('moving to somebody', () => {
  it('who is not registered is refused, and nothing is taken back', async () => {
    expect(failureOf(await app.move(right))).toEqual({ type: 'ReceiverNotFound' });
    expect(await app.typesOf()).not.toContain('ContributionReversed');
  });

  it('leaves later months of both alone', async () => {
    await app.assess([row({ ...other, line: 3 }), row()], {
      submission: 's2',
      month: toMonth('2025-08'),
    });
    valueOf(await app.move(right));
    const { months } = await app.stateOf(right);
    expect([...months.keys()].sort()).toEqual(['2025-07', '2025-08']);
    expect((await app.stateOf()).months.get('2025-08')?.reversed).toEqual([]);
  });
});
