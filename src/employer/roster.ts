import type { Day } from '../kernel/calendar.js';
import { fen, parseYuan, type Fen } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { normaliseNumber, parseSsn, type Identifier, type Ssn } from '../kernel/ssn.js';
import type { Employment } from '../rules/policy.js';
import type { RowProblem } from './events.js';

/** One row of an employer's file as it was sent, cells as text: `''` where there is none. Kept as a tuple, rows are many. */
export type RosterRow = readonly [
  line: number,
  ssn: string,
  name: string,
  wage: string,
  employment: string,
  insurances: string,
];

/** What a row is judged against: the day bounds birth dates, the insurances are those of the region at the month. */
export type RosterFacts = Readonly<{ today: Day; insurances: ReadonlySet<string> }>;

/** Persons met so far in the file, by number, with the name of the first row that named them. */
export type Seen = Map<Ssn, string>;

/** A row that is well formed: what AssessContributions takes. `insurances` absent: all of the region's. */
export type RosterEntry = Readonly<{
  line: number;
  identifier: Identifier;
  name: string;
  wage: Fen;
  employment: Employment;
  insurances?: readonly string[];
}>;
export type RowFault = Readonly<{ line: number; ssn?: Ssn; problems: readonly RowProblem[] }>;

/** A wage above this is a slip of the pen, not a wage: ten million yuan a month. */
const WAGE_MAX = fen(1_000_000_000n);

const EMPLOYMENTS: Readonly<Record<string, Employment>> = {
  '': 'employee',
  employee: 'employee',
  职工: 'employee',
  flexible: 'flexible',
  灵活就业: 'flexible',
};
const INSURANCES: Readonly<Record<string, string>> = {
  养老: 'pension',
  医疗: 'medical',
  失业: 'unemployment',
  工伤: 'injury',
};
const SEPARATORS = /[、;；,，|\s]+/u;

/**
 * Judges one row by itself and against the rows before it, and names all its problems. The first row of a person
 * stands; a later one is refused, also when the first had faults. Adds the person to `seen`, so rows come in order.
 */
export const judgeRow = (row: RosterRow, seen: Seen, facts: RosterFacts): Result<RosterEntry, RowFault> => {
  const [line] = row;
  const identifier = parseSsn(row[1], facts.today);
  const name = row[2].trim();
  const wage = parseWage(row[3]);
  const employment = EMPLOYMENTS[normaliseWord(row[4])];
  const insurances = parseInsurances(row[5], facts.insurances);
  const problems: RowProblem[] = [
    ...(identifier.ok ? repeatProblems(identifier.value, name, seen) : []),
    ...(identifier.ok
      ? []
      : identifier.error.map((reason) => ({ code: 'ssn-invalid', field: 'ssn', reason }) as const)),
    ...(name === '' ? [{ code: 'name-missing', field: 'name' } as const] : []),
    ...(wage.ok ? [] : [{ code: 'wage-invalid', field: 'wage', reason: wage.error } as const]),
    ...(employment ? [] : [{ code: 'employment-invalid', field: 'employment' } as const]),
    ...(insurances.ok ? [] : [{ code: 'insurance-unknown', field: 'insurances' } as const]),
  ];
  if (identifier.ok && !seen.has(identifier.value.ssn)) seen.set(identifier.value.ssn, comparable(name));
  if (problems.length > 0 || !identifier.ok || !wage.ok || !employment || !insurances.ok)
    return err({ line, problems, ...(identifier.ok && { ssn: identifier.value.ssn }) });
  const chosen = insurances.value.length > 0 ? { insurances: insurances.value } : {};
  return ok({ line, identifier: identifier.value, name, wage: wage.value, employment, ...chosen });
};

/** Names are compared without width, case or spaces, as they are typed. */
const comparable = (name: string): string => name.normalize('NFKC').replace(/\s+/gu, '').toUpperCase();
const normaliseWord = (text: string): string => text.trim().toLowerCase();

/** The main problem of a repeated person comes first: with another name one of the two rows names the wrong person. */
const repeatProblems = ({ ssn }: Identifier, name: string, seen: Seen): readonly RowProblem[] => {
  const first = seen.get(ssn);
  if (first === undefined) return [];
  const repeated = { code: 'duplicate-in-file', field: 'ssn' } as const;
  return first === comparable(name) ? [repeated] : [{ code: 'name-mismatch', field: 'name' }, repeated];
};

export type WageProblem = 'wage-empty' | 'wage-format' | 'wage-not-positive' | 'wage-too-large';
const parseWage = (text: string): Result<Fen, WageProblem> => {
  const written = normaliseNumber(text);
  if (written === '') return err('wage-empty');
  const parsed = parseYuan(written);
  if (!parsed.ok) return err('wage-format');
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
