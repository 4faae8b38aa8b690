import { describe, expect, it } from '@jest/globals';
import { personOf } from '../../test/support/roster.js';
import { toDay, toMonth } from '../kernel/calendar.js';
import { fromYuan } from '../kernel/money.js';
import type { RowProblem } from './events.js';
import { FIELDS } from './columns.js';
import type { RowField } from './events.js';
import { CELL_CHARACTERS_MAX, judgeRow, type RosterRow, type Seen } from './roster.js';

const facts = {
  today: toDay('2025-08-01'),
  month: toMonth('2025-07'),
  insurances: new Set(['pension', 'medical', 'unemployment', 'injury']),
};
const { ssn } = personOf(1);
const row = (cells: Partial<Record<RowField, string>>, line = 2): RosterRow => {
  const all: Partial<Record<RowField, string>> = { ssn, name: '试甲', wage: '8000', ...cells };
  return [line, ...FIELDS.map((field) => all[field] ?? '')] as unknown as RosterRow;
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
    ['养老+工伤', ['pension', 'injury']],
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

  it.each([
    ['spaces', ` ${ssn.slice(0, 6)} ${ssn.slice(6)} `],
    ['an apostrophe', `'${ssn}`],
    ['marks of writing direction', `\u202d${ssn}\u202c`],
    ['a small x', '11010119900307109x'],
  ])('takes a number with %s', (_, number) => {
    expect(judge(row({ ssn: number }))).toMatchObject({ ok: true });
  });
  it('keeps a name on one line', () => {
    expect(judge(row({ name: '试\u200b甲\n 乙' }))).toMatchObject({ ok: true, value: { name: '试甲 乙' } });
  });
});

describe('somebody who joins or leaves', () => {
  it.each<[Partial<Record<RowField, string>>, object]>([
    [
      { change: '新参保', changeDate: '2025-07-15' },
      { change: { kind: 'join', on: '2025-07-15', reason: '新参保' } },
    ],
    [
      { change: '减员', changeDate: '2025/7/3', reason: '辞职', wage: '' },
      { change: { kind: 'leave', on: '2025-07-03', reason: '辞职' } },
    ],
    [
      { change: 'leave', changeDate: '20250731' },
      { wage: 800_000n, change: { kind: 'leave', on: '2025-07-31' } },
    ],
  ])('%p is read', (cells, expected) => {
    expect(judge(row(cells))).toMatchObject({ ok: true, value: expected });
  });
  it.each(['', '0', '0.00'])('a leaver with the wage %p is not paid any more', (wage) => {
    const judged = judge(row({ wage, change: '离职', changeDate: '2025-06-30' }));
    expect(judged?.ok && judged.value).not.toHaveProperty('wage');
  });
  it('a joiner has a wage', () => {
    expect(problemsOf(row({ wage: '', change: '增员', changeDate: '2025-07-01' }))).toEqual([
      { code: 'wage-invalid', field: 'wage', reason: 'wage-empty' },
    ]);
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
    [{ ssn: '3.10101E+17' }, [['ssn-scientific', 'ssn', '']]],
    [{ ssn: '3.10101199001011e+017' }, [['ssn-scientific', 'ssn', '']]],
    [{ ssn: '310101199001011000' }, [['ssn-scientific', 'ssn', '']]],
    [{ ssn: '#N/A' }, [['cell-error', 'ssn', 'cell-value']]],
    [{ wage: '#VALUE!' }, [['cell-error', 'wage', 'cell-value']]],
    [{ wage: '######' }, [['cell-error', 'wage', 'cell-value']]],
    [{ name: '试\u0000甲' }, [['cell-error', 'name', 'cell-characters']]],
    [{ name: '试\ufffd' }, [['cell-error', 'name', 'cell-characters']]],
    [{ name: '甲'.repeat(CELL_CHARACTERS_MAX + 1) }, [['cell-too-long', 'name', '']]],
    [{ name: '甲'.repeat(CELL_CHARACTERS_MAX) }, []],
    [{ reason: '因'.repeat(CELL_CHARACTERS_MAX + 1) }, [['cell-too-long', 'reason', '']]],
    [
      { change: '调动' },
      [
        ['change-invalid', 'change', 'change-unknown'],
        ['change-date-invalid', 'changeDate', 'change-date-empty'],
      ],
    ],
    [{ changeDate: '2025-07-01' }, [['change-invalid', 'change', 'change-empty']]],
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
