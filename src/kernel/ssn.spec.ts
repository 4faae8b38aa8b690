import { describe, expect, it } from '@jest/globals';
import { toDay } from './calendar.js';
import { checkCharacter, normaliseNumber, parseSsn } from './ssn.js';

const TODAY = toDay('2025-08-01');
const read = (text: string) => parseSsn(text, TODAY);
/** Seventeen digits and the check digit that belongs to them. */
const whole = (first17: string): string => first17 + checkCharacter(first17);

describe('a citizen number', () => {
  it('of the standard is taken', () =>
    expect(read('11010519491231002X')).toEqual({
      ok: true,
      value: {
        ssn: '11010519491231002X',
        kind: 'citizen',
        upgraded: false,
        birthDate: '1949-12-31',
        sex: 'female',
      },
    }));
  it.each([
    ['11010519491231002x', 'small x'],
    [' 110105 19491231 002X ', 'spaces'],
    ['１１０１０５１９４９１２３１００２Ｘ', 'full-width'],
    ['110105\u300019491231\u00a0002ｘ\ufeff', 'wide spaces, a mark and a full-width small x'],
  ])('written %j is the same: %s', (text) =>
    expect(read(text)).toMatchObject({ ok: true, value: { ssn: '11010519491231002X', upgraded: false } }),
  );
  it('of 15 digits becomes one of 18', () =>
    expect(read('110105491231002')).toEqual({
      ok: true,
      value: {
        ssn: '11010519491231002X',
        kind: 'citizen',
        upgraded: true,
        birthDate: '1949-12-31',
        sex: 'female',
      },
    }));
  it('tells a man by an odd sequence', () =>
    expect(read(whole('11010519900101003'))).toMatchObject({ ok: true, value: { sex: 'male' } }));
  it('of an abolished county is normal', () =>
    expect(read(whole('11999919900101003'))).toMatchObject({ ok: true, value: { kind: 'citizen' } }));
  it('born today is taken', () => expect(read(whole('11010520250801003')).ok).toBe(true));
});

describe('another person', () => {
  it.each([
    ['932682198501010017', 'permanent-resident', '1985-01-01', 'male'],
    ['911124198108030024', 'permanent-resident', '1981-08-03', 'female'],
    [whole('81000019900101003'), 'hk', '1990-01-01', 'male'],
    [whole('82000019900101003'), 'macau', '1990-01-01', 'male'],
    [whole('83000019900101003'), 'taiwan', '1990-01-01', 'male'],
  ])('%s is of kind %s', (number, kind, birthDate, sex) =>
    expect(read(number)).toMatchObject({ ok: true, value: { ssn: number, kind, birthDate, sex } }),
  );
  it.each(['USA0123456789', 'FRA012345678901', 'GBR0123456789ABCDE'])('%s is a foreign number', (number) => {
    const answer = read(number);
    expect(answer).toEqual({ ok: true, value: { ssn: number, kind: 'foreign', upgraded: false } });
  });
});

describe('a bad number', () => {
  it.each([
    ['', ['ssn-empty']],
    [' \u3000 ', ['ssn-empty']],
    ['1101051949123100', ['ssn-length']],
    ['11010519491231002X1', ['ssn-length']],
    ['1101051949X231002X', ['ssn-characters']],
    ['11010519491231002A', ['ssn-characters']],
    ['张三', ['ssn-characters']],
    ['USA12', ['ssn-characters']],
    ['110105194912310021', ['ssn-check-digit']],
    [whole('00010519491231002'), ['ssn-province']],
    [whole('83000119900101003'), ['ssn-province']],
    [whole('90010519900101003'), ['ssn-province']],
    [whole('11010519900230003'), ['ssn-birth-date']],
    [whole('11010519901301003'), ['ssn-birth-date']],
    [whole('11010518991231003'), ['ssn-birth-date']],
    [whole('11010520250802003'), ['ssn-birth-date-future']],
    [whole('91112419810803000'), ['ssn-sequence']],
    ['110105490230002', ['ssn-birth-date']],
  ])('%j: %j', (text, problems) => expect(read(text)).toEqual({ ok: false, error: problems }));

  it('has all its problems named', () => {
    const [first17, wrong] = ['00010519900230003', (c: string) => (c === '1' ? '2' : '1')];
    expect(read(first17 + wrong(checkCharacter(first17)))).toEqual({
      ok: false,
      error: ['ssn-province', 'ssn-birth-date', 'ssn-check-digit'],
    });
  });
  it('with any one digit changed is found out', () => {
    const good = '11010519491231002X';
    for (let i = 0; i < 17; i++)
      for (let digit = 0; digit < 10; digit++) {
        const changed = `${good.slice(0, i)}${digit}${good.slice(i + 1)}`;
        if (changed !== good) expect(read(changed).ok).toBe(false);
      }
  });
});

describe('normalising', () => {
  it('leaves nothing but half-width capitals', () => expect(normaliseNumber('ａ b\tc\u200b１')).toBe('ABC1'));
});
