import { describe, expect, it } from '@jest/globals';
import { err, ok } from '../kernel/result.js';
import { employer, type Employer } from './employer.js';

const acme: Employer = {
  uscc: '91310000MA1FL0007C',
  name: '试验一号厂',
  region: 'shanghai',
  injuryRate: '0.26',
};
const registered = { type: 'EmployerRegistered', data: acme } as const;
const register = (
  changes: Partial<Employer> = {},
  ownRate = true,
  ...given: readonly (typeof registered)[]
) =>
  employer.decide({ type: 'Register', employer: { ...acme, ...changes }, ownRate }, employer.replay(given));

describe('registering an employer', () => {
  it('records it', () => expect(register()).toEqual(ok([registered])));
  it('changes nothing the second time', () => expect(register({}, true, registered)).toEqual(ok([])));
  it('takes another default rate for no difference', () =>
    expect(register({ injuryRate: '0.4' }, false, registered)).toEqual(ok([])));
  it.each<[Partial<Employer>, readonly string[]]>([
    [{ name: '别厂' }, ['name']],
    [{ region: 'beijing', injuryRate: '0.4' }, ['region', 'injuryRate']],
  ])('refuses other content %p', (changes, differs) =>
    expect(register(changes, true, registered)).toEqual(err({ type: 'EmployerConflict', differs })),
  );
});
