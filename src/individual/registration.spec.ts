import { describe, expect, it } from '@jest/globals';
import { err, ok } from '../kernel/result.js';
import type { IndividualEvent } from './events.js';
import { individual, registering } from './individual.js';
import { normaliseName, type Identity, type RegistrationCommand } from './registration.js';

const identity = (other: Partial<Identity> = {}): Identity => ({
  sealed: 'k1.sealed',
  nameDigest: 'name-1',
  contentDigest: 'content-1',
  kind: 'citizen',
  region: 'shanghai',
  birthDate: '1990-01-01',
  sex: 'male',
  ...other,
});
const registered: IndividualEvent = { type: 'IndividualRegistered', data: identity() };
const started = (
  employer: string,
  from: string,
  insurances: readonly string[] = ['pension'],
): IndividualEvent => ({
  type: 'CoverageStarted',
  data: { employer, insurances, from },
});
const given = (...events: readonly IndividualEvent[]) => ({
  when: (command: RegistrationCommand) => registering.decide(command, individual.replay(events)),
});
const register = (other: Partial<Identity> = {}): RegistrationCommand => ({
  type: 'Register',
  identity: identity(other),
});
const start = (employer: string, from: string, insurances: readonly string[] = ['pension']) =>
  ({ type: 'StartCoverage', employer, from, insurances }) as const;

describe('registering a person', () => {
  it('registers who is not known', () => expect(given().when(register())).toEqual(ok([registered])));
  it('changes nothing when the same comes twice, sealed anew', () =>
    expect(given(registered).when(register({ sealed: 'k1.other' }))).toEqual(ok([])));
  it.each([
    [{ contentDigest: 'other', nameDigest: 'other' }, ['name']],
    [{ contentDigest: 'other', region: 'beijing' }, ['region']],
    [{ contentDigest: 'other', nameDigest: 'other', region: 'beijing' }, ['name', 'region']],
    [{ contentDigest: 'other' }, []],
  ])('refuses other content %p and names what differs: %p', (other, differs) =>
    expect(given(registered).when(register(other))).toEqual(err({ type: 'IndividualConflict', differs })),
  );
  it('keeps the identity in the state as it was sealed, for a close to carry forward', () =>
    expect(individual.replay([registered]).registration).toEqual(registered.data));
});

describe('starting coverage', () => {
  it('refuses who is not registered', () =>
    expect(given().when(start('E1', '2025-07-01'))).toEqual(err({ type: 'IndividualNotFound' })));
  it('starts what is asked', () =>
    expect(given(registered).when(start('E1', '2025-07-01', ['medical', 'pension']))).toEqual(
      ok([started('E1', '2025-07-01', ['medical', 'pension'])]),
    ));
  it.each(['2025-07-01', '2025-09-01'])('changes nothing when the employer covers already on %s', (from) =>
    expect(given(registered, started('E1', '2025-07-01')).when(start('E1', from))).toEqual(ok([])),
  );
  it('starts only the insurances that are missing', () =>
    expect(
      given(registered, started('E1', '2025-07-01')).when(start('E1', '2025-08-01', ['medical', 'pension'])),
    ).toEqual(ok([started('E1', '2025-08-01', ['medical'])])));
  it('starts earlier for the same employer', () =>
    expect(given(registered, started('E1', '2025-07-01')).when(start('E1', '2025-06-30'))).toEqual(
      ok([started('E1', '2025-06-30')]),
    ));
  it('starts anew with an employer that comes back', () => {
    const history = [registered, started('E1', '2025-01-01'), started('E2', '2025-03-01')];
    expect(given(...history).when(start('E1', '2025-05-01'))).toEqual(ok([started('E1', '2025-05-01')]));
    expect(given(...history).when(start('E1', '2025-02-01'))).toEqual(ok([]));
    expect(given(...history).when(start('E1', '2025-02-28'))).toEqual(ok([]));
    expect(given(...history).when(start('E1', '2025-03-01'))).toEqual(ok([started('E1', '2025-03-01')]));
  });
  it('keeps starts in order of their day, however they come', () => {
    const state = individual.replay([registered, started('E2', '2025-03-01'), started('E1', '2025-01-01')]);
    expect(state.coverage.get('pension')?.map(({ employer }) => employer)).toEqual(['E1', 'E2']);
  });
});

describe('comparing names', () => {
  it.each([
    ['张三', ' 张三\u3000'],
    ['Li Lei', 'Ｌｉ　  Ｌｅｉ'],
    ['阿不都·热西提', '阿不都•热西提'],
  ])('%s and %p are one', (name, other) => expect(normaliseName(other)).toBe(normaliseName(name)));
  it('tells different names apart', () => expect(normaliseName('张三')).not.toBe(normaliseName('张山')));
});
