import type { RowChange } from '../individual/events.js';
import type { Day, Month } from '../kernel/calendar.js';
import { fen, parseYuan, ZERO, type Fen } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { normaliseNumber, parseSsn, type Identifier, type Ssn } from '../kernel/ssn.js';
import type { Employment } from '../rules/policy.js';
import { FIELDS } from './columns.js';
import type { RowField, RowProblem } from './events.js';
import { isLeaver, readChange } from './row-change.js';

/** One row of an employer's file as it was sent, cells as text: `''` where there is none. Kept as a tuple, rows are many. */
export type RosterRow = readonly [
  line: number,
  ssn: string,
  name: string,
  wage: string,
  employment: string,
  insurances: string,
  change: string,
  changeDate: string,
  reason: string,
];
/** A longer cell is kept cut, one character over this, and refused with its row. */
export const CELL_CHARACTERS_MAX = 200;

/** What a row is judged against: the day bounds birth dates, the month days of change, the insurances are the region's at that month. */
export type RosterFacts = Readonly<{ today: Day; month: Month; insurances: ReadonlySet<string> }>;

/** Persons met so far in the file, by number, with the name of the first row that named them. */
export type Seen = Map<Ssn, string>;

/** A row that is well formed: what AssessContributions takes. `insurances` absent: all of the region's. `wage` absent: only the cover of somebody who leaves ends. */
export type RosterEntry = Readonly<{
  line: number;
  identifier: Identifier;
  name: string;
  wage?: Fen;
  employment: Employment;
  insurances?: readonly string[];
  change?: RowChange;
}>;
export type RowFault = Readonly<{ line: number; ssn?: Ssn; problems: readonly RowProblem[] }>;

/** A wage above this is a slip of the pen, not a wage: ten million yuan a month. */
const WAGE_MAX = fen(1_000_000_000n);

const EMPLOYMENTS: Readonly<Record<string, Employment>> = {
  '': 'employee',
  employee: 'employee',
  职工: 'employee',
  在职: 'employee',
  flexible: 'flexible',
  灵活就业: 'flexible',
};
const INSURANCES: Readonly<Record<string, string>> = {
  养老: 'pension',
  医疗: 'medical',
  失业: 'unemployment',
  工伤: 'injury',
};
const SEPARATORS = /[、;；,，|/+\s]+/u;

/**
 * Judges one row by itself and against the rows before it, and names all its problems. The first row of a person
 * stands; a later one is refused, also when the first had faults. Adds the person to `seen`, so rows come in order.
 */
export const judgeRow = (row: RosterRow, seen: Seen, facts: RosterFacts): Result<RosterEntry, RowFault> => {
  const { line, spoilt, identifier, name, wage, employment, insurances, change } = readRow(row, facts);
  const found: readonly RowProblem[] = [
    ...(identifier.ok ? repeatProblems(identifier.value, name, seen) : identifier.error),
    ...(name === '' ? [{ code: 'name-missing', field: 'name' } as const] : []),
    ...(wage.ok ? [] : [{ code: 'wage-invalid', field: 'wage', reason: wage.error } as const]),
    ...(employment ? [] : [{ code: 'employment-invalid', field: 'employment' } as const]),
    ...(insurances.ok ? [] : [{ code: 'insurance-unknown', field: 'insurances' } as const]),
    ...(change.ok ? [] : change.error),
  ];
  if (identifier.ok && !seen.has(identifier.value.ssn)) seen.set(identifier.value.ssn, comparable(name));
  const problems = [...spoilt.values(), ...found.filter(({ field }) => !spoilt.has(field))];
  if (problems.length > 0 || !identifier.ok || !wage.ok || !employment || !insurances.ok || !change.ok)
    return err({ line, problems, ...(identifier.ok && { ssn: identifier.value.ssn }) });
  return ok({
    line,
    identifier: identifier.value,
    name,
    employment,
    ...(wage.value !== undefined && { wage: wage.value }),
    ...(insurances.value.length > 0 && { insurances: insurances.value }),
    ...(change.value && { change: change.value }),
  });
};

/** The cells of a row, each read by itself. `spoilt` are those that cannot be read at all: nothing else is said of them. */
const readRow = (row: RosterRow, { today, month, insurances }: RosterFacts) => {
  const [line, ...cells] = row;
  const spoilt = new Map(
    FIELDS.flatMap((field, place) => {
      const fault = cellFault(field, cells[place] ?? '');
      return fault ? [[field, fault] as const] : [];
    }),
  );
  const [
    number = '',
    name = '',
    wageText = '',
    employment = '',
    insurance = '',
    word = '',
    day = '',
    reason = '',
  ] = cells.map((cell) => cell.replace(INVISIBLE, ''));
  const wage = parseWage(wageText, isLeaver(word));
  return {
    line,
    spoilt,
    identifier: spoilt.has('ssn') ? err([]) : readNumber(number, today),
    name: name.trim().replace(/\s+/gu, ' '),
    wage,
    employment: EMPLOYMENTS[normaliseWord(employment)],
    insurances: parseInsurances(insurance, insurances),
    change: readChange([word, day, reason], month, !wage.ok || wage.value !== undefined),
  };
};

/** Marks of writing direction and of no width, which come along when a number is copied from a chat or a web page. */
const INVISIBLE = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
/** Control characters other than tab and line ends, and the sign that stands for a character that was lost. */

const UNREADABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/u;
/** What a spreadsheet shows in place of a value. */
const ERROR_VALUE =
  /^#(?:N\/A|VALUE!|REF!|DIV\/0!|NUM!|NAME\?|NULL!|SPILL!|CALC!|FIELD!|GETTING_DATA)$|^Err:\d{3}$|^#{3,}$/i;

export type CellProblem = 'cell-characters' | 'cell-value';
const cellFault = (field: RowField, cell: string): RowProblem | undefined => {
  if (cell.length > CELL_CHARACTERS_MAX) return { code: 'cell-too-long', field };
  if (UNREADABLE.test(cell)) return { code: 'cell-error', field, reason: 'cell-characters' };
  return ERROR_VALUE.test(cell.trim()) ? { code: 'cell-error', field, reason: 'cell-value' } : undefined;
};

/** Names are compared without width, case or spaces, as they are typed. */
const comparable = (name: string): string => name.normalize('NFKC').replace(/\s+/gu, '').toUpperCase();
const normaliseWord = (text: string): string => text.trim().toLowerCase();

/** A spreadsheet that took the number for an amount keeps fifteen digits of it: `3.10105E+17`, or noughts at its end. */
const SCIENTIFIC = /^\d(?:[.]\d+)?E[+]?\d+$/;
const ENDS_LOST = /^\d{15}000$/;
const readNumber = (text: string, today: Day): Result<Identifier, readonly RowProblem[]> => {
  const number = normaliseNumber(text.trim().replace(/^['‘’]/u, ''));
  const identifier = parseSsn(number, today);
  if (identifier.ok) return identifier;
  if (SCIENTIFIC.test(number) || ENDS_LOST.test(number))
    return err([{ code: 'ssn-scientific', field: 'ssn' }]);
  return err(identifier.error.map((reason) => ({ code: 'ssn-invalid', field: 'ssn', reason }) as const));
};

/** The main problem of a repeated person comes first: with another name one of the two rows names the wrong person. */
const repeatProblems = ({ ssn }: Identifier, name: string, seen: Seen): readonly RowProblem[] => {
  const first = seen.get(ssn);
  if (first === undefined) return [];
  const repeated = { code: 'duplicate-in-file', field: 'ssn' } as const;
  return first === comparable(name) ? [repeated] : [{ code: 'name-mismatch', field: 'name' }, repeated];
};

export type WageProblem = 'wage-empty' | 'wage-format' | 'wage-not-positive' | 'wage-too-large';
/** Of somebody who leaves it may be absent, or nought: the month is not paid. */
const parseWage = (text: string, isLeaving: boolean): Result<Fen | undefined, WageProblem> => {
  const written = normaliseNumber(text);
  if (written === '') return isLeaving ? ok(undefined) : err('wage-empty');
  const parsed = parseYuan(written);
  if (!parsed.ok) return err('wage-format');
  if (parsed.value === ZERO && isLeaving) return ok(undefined);
  if (parsed.value <= 0n) return err('wage-not-positive');
  return parsed.value > WAGE_MAX ? err('wage-too-large') : parsed;
};

/** Codes or Chinese names, `养老、医疗` or `pension;medical`; none named means all of the region's. */
const parseInsurances = (
  text: string,
  known: ReadonlySet<string>,
): Result<readonly string[], 'insurance-unknown'> => {
  const words = text.split(SEPARATORS).map(normaliseWord).filter(Boolean);
  const codes = words.map((word) => INSURANCES[word.replace(/保险$/u, '')] ?? word);
  return codes.every((code) => known.has(code)) ? ok([...new Set(codes)]) : err('insurance-unknown');
};
