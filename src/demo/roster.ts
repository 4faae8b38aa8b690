import { FAULTS, spoil, type Fault, type RosterRow } from './faults.js';
import { toPerson, type WageLimits } from './people.js';

export const COLUMNS = ['ssn', 'name', 'wage', 'employment', 'insurances'] as const;
export type Column = (typeof COLUMNS)[number];
const CHINESE: Readonly<Record<Column, string>> = {
  ssn: '社会保障号码',
  name: '姓名',
  wage: '缴费工资',
  employment: '用工形式',
  insurances: '险种',
};

/** The column that a title of either language names. */
export const columnOf = (title: string): Column | undefined =>
  COLUMNS.find((column) => column === title || CHINESE[column] === title);

export type RosterPlan = Readonly<{
  seed: number;
  people: number;
  /** Place of the first person in the seed's row of people; the next file may begin further on. */
  first: number;
  limits: WageLimits;
  /** Mistakes to put in, one row each, evenly strewn. */
  faults: readonly Fault[];
}>;
export type RosterFormat = Readonly<{
  columns: readonly Column[];
  header: 'zh' | 'en';
  newline: '\n' | '\r\n';
  quoted: boolean;
}>;

/** Where the people of the other employer begin, far beyond any file. */
export const ELSEWHERE_FIRST = 200_000_000;
const HEADER_LINES = 1;

/** The row as it should be. */
const rightRow = ({ seed, limits, first }: RosterPlan, place: number): RosterRow => ({
  ...toPerson(seed, first + place, limits),
  employment: '',
  insurances: '',
});

/** Rows counted from nought that hold a mistake. The first row is always right, so each has one before it. */
const faultPlaces = ({ people, faults }: RosterPlan): ReadonlyMap<number, Fault> =>
  new Map(faults.map((fault, i) => [Math.floor(((i + 1) * people) / (faults.length + 1)), fault]));

/** Fewest people a file needs to hold these mistakes, each with a right row before it. */
export const peopleMin = (faults: readonly Fault[]): number =>
  faults.length === 0 ? 1 : 2 * (faults.length + 1);

/** The rows of a file one after another, mistakes included; nothing is kept in memory. */
export function* rosterRows(plan: RosterPlan): Generator<RosterRow> {
  const places = faultPlaces(plan);
  for (let place = 0; place < plan.people; place++) {
    const row = rightRow(plan, place);
    const fault = places.get(place);
    if (!fault) yield row;
    else yield spoil(row, fault, neighbours(plan, place));
  }
}

const neighbours = (
  plan: RosterPlan,
  place: number,
): Readonly<{ before: RosterRow; elsewhere: RosterRow }> => ({
  before: rightRow(plan, place - 1),
  elsewhere: rightRow({ ...plan, first: ELSEWHERE_FIRST }, 0),
});

/** What a clerk would put right: the line of the file (its header is line 1) and the row as it should be. */
export type Correction = Readonly<{ line: number; fault: Fault; row: RosterRow }>;
export const corrections = (plan: RosterPlan): readonly Correction[] =>
  [...faultPlaces(plan)].map(([place, fault]) => ({
    line: place + HEADER_LINES + 1,
    fault,
    row: rightRow(plan, place),
  }));

/** The file's lines, header first, each with its line end. */
export function* rosterLines(rows: Iterable<RosterRow>, format: RosterFormat): Generator<string> {
  const { columns, header, newline, quoted } = format;
  yield columns.map((column) => (header === 'zh' ? CHINESE[column] : column)).join(',') + newline;
  for (const row of rows) yield columns.map((column) => toCell(row[column], quoted)).join(',') + newline;
}

export function* correctionLines(list: readonly Correction[]): Generator<string> {
  yield 'line,ssn,name,wage,employment,insurances\n';
  for (const { line, row } of list)
    yield `${line},${COLUMNS.map((column) => toCell(row[column], false)).join(',')}\n`;
}

const toCell = (text: string, quoted: boolean): string =>
  quoted || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

export const isFault = (text: string): text is Fault => FAULTS.some((fault) => fault === text);
export const isColumn = (text: string): text is Column => COLUMNS.some((column) => column === text);
