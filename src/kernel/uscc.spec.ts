import { describe, expect, it } from '@jest/globals';
import { organisationCheckCharacter, parseUscc, usccCheckCharacter } from './uscc.js';

describe('a unified social credit code', () => {
  it.each([
    ['91350100M000100Y43', 'as written'],
    ['91350100m000100y43', 'in small letters'],
    ['９１３５０１００Ｍ０００１００Ｙ４３', 'full-width'],
    [' 91350100 M000100Y 43 ', 'with spaces'],
  ])('%s is taken %s', (text) => expect(parseUscc(text)).toEqual({ ok: true, value: '91350100M000100Y43' }));

  it('has the check characters of the standards', () => {
    expect(usccCheckCharacter('91350100M000100Y4')).toBe('3');
    expect(organisationCheckCharacter('M000100Y')).toBe('4');
  });
  it('has the check 0 where the weighted sum leaves no remainder', () =>
    expect(usccCheckCharacter('00000000000000000')).toBe('0'));
  it.each([
    ['00000006', 'X'],
    ['00000010', '7'],
    ['00000000', '0'],
    ['00000001', '9'],
  ])('of organisation %s has the inner check %s', (first8, check) =>
    expect(organisationCheckCharacter(first8)).toBe(check),
  );

  it.each([
    ['', ['uscc-empty']],
    ['91350100M000100Y4', ['uscc-length']],
    ['91350100M000100Y433', ['uscc-length']],
    ['91350100I000100Y43', ['uscc-characters']],
    ['91350100M000100Y4-', ['uscc-characters']],
    ['91350100M000100Y44', ['uscc-check-digit']],
    ['91350100M000100Y53', ['uscc-organisation-check', 'uscc-check-digit']],
    ['91350100M0001TGQXM', ['uscc-check-digit']],
  ])('%j: %j', (text, problems) => expect(parseUscc(text)).toEqual({ ok: false, error: problems }));
});
