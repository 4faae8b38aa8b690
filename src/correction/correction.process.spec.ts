import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Command, CommandBus, QueryBus } from '@nestjs/cqrs';
import { employerOver, registerEmployer, type EmployerSetUp } from '../../test/support/employer-account.js';
import { expectBookAgrees } from '../../test/support/employer-book.js';
import { chainFaults } from '../../test/support/submission-process.js';
import { readLog } from '../../test/support/log.js';
import { EMPLOYER } from '../../test/support/roster.js';
import { DyingStore } from '../../test/support/submissions.js';
import { AreBilledHandler, GetCreditHandler } from '../employer/credit.handlers.js';
import { AreBilled, type GetCredit } from '../employer/employer.messages.js';
import type { EventStore, StoredEvent } from '../event-store/event-store.js';
import { MemoryEventStore } from '../event-store/memory.adapter.js';
import type { Origin } from '../individual/individual.messages.js';
import type { ReadModels } from '../projection/read-models.js';
import { CorrectionActs } from './correction.acts.js';
import { ApproveCorrectionHandler, RequestCorrectionHandler } from './correction.handlers.js';
import { ApproveCorrection, RequestCorrection } from './correction.messages.js';
import { CorrectionProcess } from './correction.process.js';
import type { CorrectionRequest } from './events.js';

const noReadModels = {} as ReadModels;

/** Corrections over one log, with the persons and the account that they change. */
const correctingOver = (store: EventStore, keyring?: EmployerSetUp['keyring']) => {
  const app = employerOver(store, keyring && { keyring });
  const commands = { execute: (command: Command<unknown>) => app.correct(command) } as unknown as CommandBus;
  const credit = new GetCreditHandler(store);
  const billed = new AreBilledHandler(store);
  const execute = (query: GetCredit | AreBilled) =>
    query instanceof AreBilled ? billed.execute(query) : credit.execute(query);
  const queries = { execute } as unknown as QueryBus;
  const acts = new CorrectionActs(commands, queries);
  const process = new CorrectionProcess(store, app.clock, noReadModels, acts);
  const by = (id: string): Origin => ({ ...app.originOf(), actor: { role: 'agency', id } });
  return {
    ...app,
    ask: (request: CorrectionRequest, key: string) =>
      new RequestCorrectionHandler(store, acts, process).execute(
        new RequestCorrection(request, 'wrong', 'file 1', key, by('zhang')),
      ),
    approve: (id: string) =>
      new ApproveCorrectionHandler(store, process).execute(new ApproveCorrection(id, by('li'))),
    end: async () => {
      await process.beforeApplicationShutdown();
      await app.stop();
    },
  };
};
type Correcting = ReturnType<typeof correctingOver>;

/** Two persons whose July is paid, one who is to get a month, and credit from an overpayment. */

const OVERPAID = '7452.00';
const kinds = [
  ['reversal', (app: Correcting) => ({ kind: 'reversal', individual: app.idOf(0), month: '2025-07' })],
  ['move', (app: Correcting) => ({ kind: 'move', from: app.idOf(0), to: app.idOf(7), month: '2025-07' })],
  ['refund', () => ({ kind: 'refund', uscc: EMPLOYER, amount: '100.00', reference: 'order 1' })],
] as const satisfies readonly (readonly [string, (app: Correcting) => CorrectionRequest])[];

describe('a correction that is killed', () => {
  let keyring: EmployerSetUp['keyring'];
  let before: readonly StoredEvent[];
  beforeAll(async () => {
    const store = MemoryEventStore.open();
    await registerEmployer(store);
    const app = correctingOver(store);
    const id = await app.declare(2);
    await app.declare(1, { key: 'august', from: 7, month: app.clock.today().slice(0, 7) as never });
    await app.pay(id, OVERPAID, { key: 'k' });
    keyring = app.keyring;
    await app.end();
    before = await readLog(store);
  });
  const opened = async (): Promise<MemoryEventStore> => {
    const store = MemoryEventStore.open();
    await store.appendMany(
      before.map((event) => ({ stream: event.stream, expected: 'any', events: [event] })),
    );
    return store;
  };
  const ended = async (store: EventStore) => {
    const log = await readLog(store);
    expect(chainFaults(log)).toEqual([]);
    await expectBookAgrees(store);
    return log.slice(before.length).map(({ type, stream }) => `${stream.split('-')[0]} ${type}`);
  };

  it.each(kinds)('at any write, a %s ends as one that was not', async (_, requestOf) => {
    const whole = await opened();
    const calm = correctingOver(whole, keyring);
    const asked = await calm.ask(requestOf(calm), 'c');
    if (!asked.ok) throw new Error(asked.error.type);
    const { id } = asked.value.value;
    expect(await calm.approve(id)).toMatchObject({
      ok: true,
      value: { value: { correction: { state: 'done' } } },
    });
    await calm.end();
    const expected = await ended(whole);
    for (const when of ['before', 'after'] as const)
      for (let diesAt = 1; diesAt <= expected.length + 1; diesAt++) {
        const store = await opened();
        const dying = new DyingStore(store, diesAt, when);
        const first = correctingOver(dying, keyring);
        await first.ask(requestOf(first), 'c').catch(() => undefined);
        await Promise.race([first.approve(id).catch(() => undefined), dying.died && first.end()]);
        await first.end();
        const second = correctingOver(store, keyring);
        expect(await second.ask(requestOf(second), 'c')).toMatchObject({ ok: true });
        expect(await second.approve(id)).toMatchObject({
          ok: true,
          value: { value: { correction: { state: 'done' } } },
        });
        await second.end();
        expect((await ended(store)).sort()).toEqual([...expected].sort());
      }
  });
});
