import { beforeEach, describe, expect, it } from '@jest/globals';
import { july, row, setUp, valueOf, walkChain, type Harness } from '../../test/support/individual.js';
import { toMonth } from '../kernel/calendar.js';
import { fen } from '../kernel/money.js';
import { toDomain } from '../event-store/transact.js';
import type { ContributionPaid, IndividualEvent } from './events.js';
import { streamOf } from './individual.js';
import type { BillCell } from './individual.messages.js';

let app: Harness;
beforeEach(async () => {
  app = setUp();
  await app.assess([row()]);
});

const employees: readonly BillCell[] = [
  { insurance: 'pension', side: 'employee' },
  { insurance: 'medical', side: 'employee' },
];
const rest: readonly BillCell[] = [
  { insurance: 'pension', side: 'employer' },
  { insurance: 'medical', side: 'employer' },
];
const paidTo = async (person = app.id): Promise<readonly ContributionPaid['data'][]> =>
  (await app.store.read(streamOf(person)))
    .map(toDomain<IndividualEvent>)
    .flatMap((event) => (event.type === 'ContributionPaid' ? [event.data] : []));

describe('crediting a payment', () => {
  it('is done once, however often it comes and whomever it names', async () => {
    const first = await app.pay();
    expect(first.position).toBe(4n);
    expect(await app.pay('p1', [app.id, app.id])).toEqual(first);
    await app.pay('p2', [app.id, 'nobody']);
    expect(await paidTo()).toHaveLength(1);
  });

  it('credits the cells that are covered, and the rest when it comes', async () => {
    await app.pay('p1', [app.id], { cover: employees });
    const [part] = await paidTo();
    expect(part).toMatchObject({ payment: 'p1', bill: 's1', complete: [] });
    expect(
      part?.lines.map(({ employerPart, employeePart, toAccount }) => [employerPart, employeePart, toAccount]),
    ).toEqual([
      ['0.00', '800.00', '800.00'],
      ['0.00', '800.00', '200.00'],
    ]);
    expect((await app.stateOf()).monthsPaid.size).toBe(0);

    // Named again beside the rest, what was credited is not credited once more.
    await app.pay('p2', [app.id], { cover: [...employees, ...rest] });
    const [, second] = await paidTo();
    expect(second?.lines.map(({ employerPart, employeePart }) => [employerPart, employeePart])).toEqual([
      ['1600.00', '0.00'],
      ['1600.00', '0.00'],
    ]);
    expect(second?.complete).toEqual(['pension', 'medical']);
    const { balances, monthsPaid } = await app.stateOf();
    expect(balances).toEqual({ pension: 80_000n, medical: 20_000n });
    expect(Object.fromEntries(monthsPaid)).toEqual({ pension: 1, medical: 1 });
  });

  it('tells apart two coverings of one payment, by their events too', async () => {
    await app.pay('p1', [app.id], { cover: employees });
    await app.pay('p1', [app.id], { cover: rest });
    await app.pay('p1', [app.id], { cover: rest });
    expect(await paidTo()).toHaveLength(2);
    const ids = (await app.logged()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    await walkChain(app);
  });

  it('finds on a cached state what another process credited, and reads on', async () => {
    await app.pay('p1', [app.id], { cover: employees, by: app.restarted() });
    await app.pay('p2', [app.id], { cover: [...employees, ...rest] });
    expect((await paidTo()).map(({ payment, lines }) => [payment, lines[0]?.employeePart])).toEqual([
      ['p1', '800.00'],
      ['p2', '0.00'],
    ]);
    await walkChain(app);
  });

  it('credits each cell once when two cover the same at the same time', async () => {
    app.watched.beforeAppend = async () => {
      await app.pay('p1', [app.id], { by: app.restarted() });
    };
    await app.pay('p2');
    expect((await paidTo()).map(({ payment }) => payment)).toEqual(['p1']);
    expect((await app.stateOf()).balances.pension).toBe(80_000n);
  });

  it('passes over a bill that claims nothing of the person', async () => {
    await app.pay('p1', [app.id], { bill: 's9' });
    expect(await paidTo()).toEqual([]);
  });

  it('credits what a base change claims by the bill of the base change alone', async () => {
    await app.pay();
    await app.assess([row({ wage: fen(1_200_000n) })], { submission: 's2', kind: 'base-change' });
    await app.pay('p2', [app.id], { bill: 's2' });
    const [, more] = await paidTo();
    expect(more).toMatchObject({ bill: 's2', submission: 's1', month: july });
    expect(more?.lines.map(({ employerPart, employeePart }) => [employerPart, employeePart])).toEqual([
      ['320.00', '160.00'],
      ['320.00', '160.00'],
    ]);
    expect((await app.stateOf()).monthsPaid.get('pension')).toBe(1);
  });

  it('credits nothing of a month that was taken back', async () => {
    valueOf(await app.reverse('k1'));
    await app.pay();
    expect(await paidTo()).toEqual([]);
    await app.assess([row()], { submission: 's2', month: toMonth('2025-08') });
    await walkChain(app);
  });
});
