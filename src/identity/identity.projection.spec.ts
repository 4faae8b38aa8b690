import { describe, expect, it } from '@jest/globals';
import * as account from '../../test/support/account-life.js';
import * as life from '../../test/support/life.js';
import { logOf, record } from '../../test/support/log.js';
import { project, projectInBatches } from '../../test/support/projecting.js';
import type { DomainEvent } from '../event-store/chain.js';
import type { Instant } from '../kernel/calendar.js';
import { identityProjection } from './identity.projection.js';

const at = { recordedAt: '2025-07-15T02:00:00.000Z' as Instant };
const identity = {
  id: 'a',
  sealed: 'k1.sealed',
  name_digest: 'name',
  kind: 'citizen',
  region: 'shanghai',
  sex: 'female',
  birth_date: '1990-01-01',
  submission: null,
  registered_position: 1n,
  registered_at: at.recordedAt,
};
const coverage = {
  id: 'a',
  employer: life.USCC,
  since: '2025-07-01',
  until: null,
  state: 'paying',
  position: 2n,
};
const ended = { until: '2025-08-31', state: 'ended' };

describe('the identity rows', () => {
  it('of one who is registered and covered', async () => {
    const log = await logOf(['individual-a', [life.registered(), life.covered()], at]);
    expect(await project(log, [identityProjection])).toEqual({
      identity: [identity],
      coverage: [
        { ...coverage, insurance: 'medical' },
        { ...coverage, insurance: 'pension' },
      ],
    });
  });

  it('of a foreigner whom a submission registered', async () => {
    const { birthDate: _, sex: __, ...data } = life.registered({ kind: 'foreign', submission: 's1' }).data;
    const log = await logOf(['individual-a', [{ type: 'IndividualRegistered', data }], at]);
    const { identity: rows } = await project(log, [identityProjection]);
    expect(rows).toEqual([{ ...identity, kind: 'foreign', submission: 's1', birth_date: null, sex: null }]);
  });

  it('keep each start of cover', async () => {
    const log = await logOf(['individual-a', [life.registered(), life.covered()]]);
    await record(log, 'individual-a', [
      life.covered({ insurances: ['pension'], employer: 'E2', from: '2025-09-01' }),
    ]);
    const { coverage: rows } = await project(log, [identityProjection], 1);
    expect(rows?.map(({ insurance, employer, since }) => [insurance, employer, since])).toEqual([
      ['medical', life.USCC, '2025-07-01'],
      ['pension', life.USCC, '2025-07-01'],
      ['pension', 'E2', '2025-09-01'],
    ]);
  });

  describe.each([
    ['event by event', [1, 2, 3]],
    ['in one batch', []],
  ])('of cover that ends, %s', (_, ends) => {
    const pension = { insurances: ['pension'] };
    const covers = async (events: readonly DomainEvent[]) => {
      const log = await logOf(['individual-a', events]);
      const { coverage: rows } = await projectInBatches(log, identityProjection, ends);
      return rows?.map(
        ({ insurance, employer, since, until, state }) =>
          `${insurance} ${employer === life.USCC ? 'E1' : employer} ${since}..${(until as string | null) ?? ''} ${state}`,
      );
    };

    it('tell the last day', async () =>
      expect(
        (await project(await logOf(['individual-a', [life.covered(), life.stopped()]]), [identityProjection]))
          .coverage,
      ).toEqual([
        { ...coverage, ...ended, insurance: 'medical', position: 1n },
        { ...coverage, ...ended, insurance: 'pension', position: 1n },
      ]));

    it.each([
      [
        'of one insurance only',
        [life.covered(), life.stopped(pension)],
        ['medical E1 2025-07-01.. paying', 'pension E1 2025-07-01..2025-08-31 ended'],
      ],
      [
        'and that begins anew, also when it is told late of the day before',
        [
          life.covered(pension),
          life.stopped(pension),
          life.covered({ ...pension, from: '2025-10-01' }),
          life.stopped({ ...pension, until: '2025-08-20' }),
        ],
        ['pension E1 2025-07-01..2025-08-20 ended', 'pension E1 2025-10-01.. paying'],
      ],
      [
        'twice, each time what stood then',
        [
          life.covered(pension),
          life.stopped(pension),
          life.covered({ ...pension, from: '2025-10-01' }),
          life.stopped({ ...pension, until: '2025-12-31' }),
        ],
        ['pension E1 2025-07-01..2025-08-31 ended', 'pension E1 2025-10-01..2025-12-31 ended'],
      ],
      [
        'with the last of several starts, not with those it took over',
        [
          life.covered(pension),
          life.covered({ ...pension, employer: 'E2', from: '2025-08-01' }),
          life.covered({ ...pension, from: '2025-08-10' }),
          life.stopped(pension),
        ],
        [
          'pension E1 2025-07-01.. paying',
          'pension E2 2025-08-01.. paying',
          'pension E1 2025-08-10..2025-08-31 ended',
        ],
      ],
      [
        'of two that began on one day the one recorded last',
        [life.covered(pension), life.covered(pension), life.stopped(pension)],
        ['pension E1 2025-07-01.. paying', 'pension E1 2025-07-01..2025-08-31 ended'],
      ],
      [
        'before a start told of later',
        [life.covered(pension), life.stopped(pension), life.covered({ ...pension, from: '2025-08-15' })],
        ['pension E1 2025-07-01..2025-08-31 ended', 'pension E1 2025-08-15.. paying'],
      ],
    ])('%s', async (__, events, rows) => expect(await covers(events)).toEqual(rows));

    it.each([
      ['of what never began', [life.stopped()]],
      ['by somebody else', [life.covered(), life.stopped({ employer: 'E2' })]],
      ['before it began', [life.covered(), life.stopped({ until: '2025-06-30' })]],
    ])('refuse an end %s', async (__, events) => {
      await expect(covers(events)).rejects.toThrow('a cover that ends had begun');
    });
  });

  it.each(
    [...life.ofEachType(), ...account.ofEachType()]
      .filter(({ type }) => !identityProjection.types.includes(type))
      .map((event) => [event.type, event] as const),
  )('stay as they are under %s', async (_, event) => {
    const log = await logOf(['individual-a', [event]]);
    expect(await project(log, [identityProjection])).toEqual({ identity: [], coverage: [] });
  });

  it('are not made of a stream that is no person', async () => {
    const log = await logOf(['employer-a', [life.registered()]]);
    expect(await project(log, [identityProjection])).toEqual({ identity: [], coverage: [] });
  });

  it('refuse a second registration in one stream', async () => {
    const log = await logOf(['individual-a', [life.registered(), life.registered()]]);
    await expect(project(log, [identityProjection])).rejects.toThrow('1 events were parked');
  });
});
