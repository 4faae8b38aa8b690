import { describe, expect, it } from '@jest/globals';
import * as life from '../../test/support/life.js';
import { logOf, record } from '../../test/support/log.js';
import { project } from '../../test/support/projecting.js';
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
const coverage = { id: 'a', employer: life.USCC, since: '2025-07-01', state: 'paying', position: 2n };

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

  it.each([
    ['ContributionAssessed', life.assessed()],
    ['ContributionPaid', life.paid()],
    ['ContributionReversed', life.reversed()],
    ['CardSettled', life.settled()],
    ['CardSettlementReversed', life.settlementReversed()],
    ['PaymentReceived', life.paymentReceived()],
  ])('stay as they are under %s', async (_, event) => {
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
