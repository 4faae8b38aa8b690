import { describe, expect, it } from '@jest/globals';
import { employerOver, registerEmployer } from '../../test/support/employer-account.js';
import { expectBookAgrees } from '../../test/support/employer-book.js';
import { until } from '../../test/support/until.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import { ZERO } from '../kernel/money.js';
import { outstandingOf } from './account.js';

describe('a file that is withdrawn after other bills claimed more of its months', () => {
  it('leaves nothing owed on them either', async () => {
    const store = MemoryEventStore.open();
    await registerEmployer(store);
    const app = employerOver(store);
    const file = await app.declare(2);
    const change = await app.declare(2, { key: 'change', kind: 'base-change' });
    const owed = async (bill: string) => {
      const known = (await app.stateOf()).bills.get(bill);
      return known && outstandingOf(known).total;
    };
    expect(await owed(change)).toBeGreaterThan(ZERO);
    expect(await app.withdraw(file)).toMatchObject({ ok: true });
    await until(async () => ((await owed(change)) === ZERO ? true : undefined));
    await app.stop();
    expect((await app.stateOf()).credit).toBe(ZERO);
    await expectBookAgrees(store);
  });
});
