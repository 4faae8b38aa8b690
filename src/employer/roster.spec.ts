import { describe, expect, it } from '@jest/globals';
import { personOf } from '../../test/support/roster.js';
import { toDay } from '../kernel/calendar.js';
import { fromYuan } from '../kernel/money.js';
import type { RowProblem } from './events.js';
import { judgeRow, type RosterRow, type Seen } from './roster.js';

const facts = {
  today: toDay('2025-08-01'),
  insurances: new Set(['pension', 'medical', 'unemployment', 'injury']),
};
const { ssn } = personOf(1);
const row = (
  cells: Partial<Record<'ssn' | 'name' | 'wage' | 'employment' | 'insurances', string>>,
  line = 2,
): RosterRow => {
  const all = { ssn, name: '试甲', wage: '8000', employment: '', insurances: '', ...cells };
  return [line, all.ssn, all.name, all.wage, all.employment, all.insurances];
};
const judge = (...rows: readonly RosterRow[]) => {
  const seen: Seen = new Map();
  return rows.map((each) => judgeRow(each, seen, facts)).at(-1);
};
const problemsOf = (...rows: readonly RosterRow[]): readonly RowProblem[] => {
  const judged = judge(...rows);
  return judged && !judged.ok ? judged.error.problems : [];
};

describe('a good row', () => {
  it('keeps what is to be assessed', () => {
    expect(judge(row({ name: ' 试甲 ', wage: '8000.5' }))).toMatchObject({
      ok: true,
      value: {
        line: 2,
        identifier: { ssn },
        name: '试甲',
        wage: fromYuan('8000.50'),
        employment: 'employee',
      },
    });
  });

  it.each([
    ['', undefined],
    ['养老、医疗', ['pension', 'medical']],
    ['养老保险;工伤', ['pension', 'injury']],
    ['pension|MEDICAL unemployment', ['pension', 'medical', 'unemployment']],
    ['pension pension', ['pension']],
  ])('reads the insurances %p', (insurances, expected) => {
    const judged = judge(row({ insurances }));
    expect(judged?.ok && judged.value.insurances).toEqual(expected);
  });

  it.each([
    ['', 'employee'],
    ['职工', 'employee'],
    ['Flexible', 'flexible'],
    ['灵活就业', 'flexible'],
  ])('reads the employment %p', (employment, expected) => {
    const judged = judge(row({ employment }));
    expect(judged?.ok && judged.value.employment).toBe(expected);
  });

  it('takes a wage and a number in full width', () => {
    const fullWidth = [...ssn].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('');
    expect(judge(row({ ssn: fullWidth, wage: '８０００' }))).toMatchObject({
      ok: true,
      value: { wage: 800_000n },
    });
  });
});

describe('a bad row', () => {
  const flipped = ssn.slice(0, 17) + (ssn.endsWith('0') ? '1' : '0');
  it.each<[Parameters<typeof row>[0], readonly (readonly string[])[]]>([
    [{ ssn: '' }, [['ssn-invalid', 'ssn', 'ssn-empty']]],
    [{ ssn: flipped }, [['ssn-invalid', 'ssn', 'ssn-check-digit']]],
    [
      { ssn: '31010119900230041X' },
      [
        ['ssn-invalid', 'ssn', 'ssn-birth-date'],
        ['ssn-invalid', 'ssn', 'ssn-check-digit'],
      ],
    ],
    [{ name: ' \u3000' }, [['name-missing', 'name', '']]],
    [{ wage: '' }, [['wage-invalid', 'wage', 'wage-empty']]],
    [{ wage: '8,000' }, [['wage-invalid', 'wage', 'wage-format']]],
    [{ wage: '1e4' }, [['wage-invalid', 'wage', 'wage-format']]],
    [{ wage: '80.001' }, [['wage-invalid', 'wage', 'wage-format']]],
    [{ wage: '0' }, [['wage-invalid', 'wage', 'wage-not-positive']]],
    [{ wage: '-1' }, [['wage-invalid', 'wage', 'wage-not-positive']]],
    [{ wage: '10000000.01' }, [['wage-invalid', 'wage', 'wage-too-large']]],
    [{ wage: '10000000.00' }, []],
    [{ employment: '临时' }, [['employment-invalid', 'employment', '']]],
    [{ insurances: '养老、住房' }, [['insurance-unknown', 'insurances', '']]],
  ])('%p has the problems %p', (cells, expected) => {
    expect(problemsOf(row(cells)).map(({ code, field, reason = '' }) => [code, field, reason])).toEqual(
      expected,
    );
  });

  it('is told all its problems', () => {
    const all = problemsOf(row({ ssn: '1', name: '', wage: 'x', employment: 'x', insurances: 'x' }));
    expect(all.map(({ code }) => code)).toEqual([
      'ssn-invalid',
      'name-missing',
      'wage-invalid',
      'employment-invalid',
      'insurance-unknown',
    ]);
  });

  it('keeps the number only where it is valid', () => {
    expect(judge(row({ wage: '' }))).toMatchObject({ ok: false, error: { ssn } });
    expect(judge(row({ ssn: '1' }))).toEqual({
      ok: false,
      error: expect.not.objectContaining({ ssn: expect.anything() }),
    });
  });
});

describe('a person named twice', () => {
  const codes = (...rows: readonly RosterRow[]): readonly string[] =>
    problemsOf(...rows).map(({ code }) => code);

  it('stands by the first row', () => expect(codes(row({}), row({}, 3))).toEqual(['duplicate-in-file']));
  it('stands by the first row also when that has faults', () =>
    expect(codes(row({ wage: '' }), row({}, 3))).toEqual(['duplicate-in-file']));
  it('is found with 15 digits too', () =>
    expect(codes(row({}), row({ ssn: ssn.slice(0, 6) + ssn.slice(8, 17) }, 3))).toEqual([
      'duplicate-in-file',
    ]));
  it('with another name is a mismatch before all', () =>
    expect(codes(row({}), row({ name: '试乙' }, 3))).toEqual(['name-mismatch', 'duplicate-in-file']));
  it('with the same name typed otherwise is no mismatch', () =>
    expect(codes(row({ name: '阿 A' }), row({ name: '阿Ａ' }, 3))).toEqual(['duplicate-in-file']));
  it('keeps its other problems', () =>
    expect(codes(row({}), row({ wage: '0' }, 3))).toEqual(['duplicate-in-file', 'wage-invalid']));
});
