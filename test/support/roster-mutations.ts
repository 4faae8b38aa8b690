import iconv from 'iconv-lite';
import { FIELDS } from '../../src/employer/columns.js';
import { workbookParts, zipOf, type ZipPart } from './workbook.js';
import { peopleOf } from './roster.js';

/** Whole numbers below a bound, the same for the same seed (mulberry32). */
export type Dice = (below: number) => number;
export const diceOf = (seed: number): Dice => {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};
const pick = <T>(dice: Dice, list: readonly T[]): T => {
  const chosen = list[dice(list.length)];
  if (chosen === undefined) throw new Error('nothing to pick from');
  return chosen;
};

type Table = readonly (readonly string[])[];
const HEADERS: readonly (readonly string[])[] = [
  FIELDS,
  ['社会保障号码', '姓名', '缴费工资', '用工形式', '险种', '变动类型', '变动日期', '变动原因'],
  ['身份证号码', '职工姓名', '缴费基数（元）', '人员类别', '参保险种', '增减类型', '增减日期', '原因'],
];
/** A good file of some people, among them one who joins and one who leaves. */
export const tableOf = (dice: Dice, from = dice(10_000)): Table => [
  pick(dice, HEADERS),
  ...peopleOf(3 + dice(12), from).map(({ ssn, name, wage }, i) => {
    if (i === 1) return [ssn, name, wage, '职工', '', '新参保', '2025-07-02', '新招用'];
    if (i === 2) return [ssn, name, '', '', '', '减员', '2025/6/30', '离职'];
    return [ssn, name, wage, '', i === 0 ? '养老、医疗' : '', '', '', ''];
  }),
];

/** What a clerk, a program or bad luck puts into a cell. */
export const CELLS = [
  '',
  ' ',
  '=1+1',
  "'=cmd|' /C calc'!A0",
  '@SUM(A1)',
  '-8000',
  '8,000.00',
  '8000.125',
  '1e309',
  'NaN',
  '3.10105E+17',
  '310101199001011000',
  '#N/A',
  '#VALUE!',
  'a\u0000b',
  '\u0007',
  '\ufffd',
  '\u202d310101199001010011\u202c',
  '𠮷',
  '"',
  '""',
  'a\nb',
  'a\r\nb',
  ';',
  '\t',
  '2025-02-30',
  '1900/1/1',
  '99999999999999999999',
  '٣',
  'x'.repeat(201),
  'y'.repeat(40_000),
  '甲'.repeat(5_000),
] as const;

type TableMutation = (table: Table, dice: Dice) => Table;
const changeRow = (
  table: Table,
  dice: Dice,
  change: (row: readonly string[]) => readonly string[],
): Table => {
  const place = dice(table.length + 1);
  return table.map((row, i) => (i === place ? change(row) : row));
};
const put = (row: readonly string[], dice: Dice, cell: string): readonly string[] =>
  row.length === 0 ? [cell] : row.with(dice(row.length), cell);
const swap = <T>(list: readonly T[], a: number, b: number): readonly T[] =>
  list.map((each, i) => (i === a ? (list[b] ?? each) : i === b ? (list[a] ?? each) : each));
const TABLE_MUTATIONS: readonly TableMutation[] = [
  (table, dice) => changeRow(table, dice, (row) => put(row, dice, pick(dice, CELLS))),
  (table, dice) => changeRow(table, dice, (row) => put(row, dice, pick(dice, CELLS))),
  (table, dice) => changeRow(table, dice, (row) => row.slice(0, dice(row.length + 1))),
  (table, dice) => changeRow(table, dice, (row) => [...row, pick(dice, CELLS)]),
  (table, dice) => changeRow(table, dice, () => []),
  (table, dice) => {
    const [a, b] = [dice(8), dice(8)];
    return table.map((row) => swap(row, a, b));
  },
  (table, dice) => {
    const place = dice(8);
    return table.map((row) => row.filter((_, i) => i !== place));
  },
  (table, dice) => {
    const [place, title] = [dice(8), pick(dice, ['备注', '姓名', '', 'x', '序号', '工资'])];
    return table.map((row, i) => [
      ...row.slice(0, place),
      i === 0 ? title : pick(dice, CELLS),
      ...row.slice(place),
    ]);
  },
  (table, dice) => swap(table, dice(table.length + 1), dice(table.length + 1)),
  (table, dice) => table.slice(0, dice(table.length + 1)),
  (table, dice) => table.slice(dice(table.length + 1)),
  (table, dice) => [...table, ...table.slice(dice(table.length + 1))],
  (table, dice) => [...Array.from({ length: dice(25) }, () => [pick(dice, CELLS)]), ...table],
];

type Writing = Readonly<{
  delimiter: string;
  newline: string;
  quoted: boolean;
  encoding: string;
  bom: boolean;
}>;
const write = (table: Table, { delimiter, newline, quoted, encoding, bom }: Writing, dice: Dice): Buffer => {
  const other = dice(20) === 0 ? dice(table.length + 1) : -1;
  const lines = table.map((row, i) =>
    row
      .map((cell) => (quoted || /["\r\n,;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
      .join(i === other ? pick(dice, [',', ';', '\t', '|']) : delimiter),
  );
  return iconv.encode(lines.join(newline) + newline, encoding, { addBOM: bom });
};

type ByteMutation = (bytes: Buffer, dice: Dice) => Buffer;
const some = (dice: Dice, most: number, act: () => void): void => {
  for (let left = 1 + dice(most); left > 0; left--) act();
};
/** Bytes flipped, cut, doubled, put in. */
const BYTE_MUTATIONS: readonly ByteMutation[] = [
  (bytes, dice) => {
    const flipped = Buffer.from(bytes);
    if (flipped.length > 0) some(dice, 8, () => (flipped[dice(flipped.length)] = dice(256)));
    return flipped;
  },
  (bytes, dice) => {
    const flipped = Buffer.from(bytes);
    if (flipped.length > 0)
      some(dice, 3, () => {
        const at = dice(flipped.length);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << dice(8));
      });
    return flipped;
  },
  (bytes, dice) => bytes.subarray(0, dice(bytes.length + 1)),
  (bytes, dice) => bytes.subarray(dice(bytes.length + 1)),
  (bytes, dice) => {
    const at = dice(bytes.length + 1);
    const put = Buffer.from(Array.from({ length: 1 + dice(40) }, () => dice(256)));
    return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at)]);
  },
  (bytes, dice) => {
    const [from, at] = [dice(bytes.length + 1), dice(bytes.length + 1)];
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + dice(400)), bytes.subarray(at)]);
  },
];
const mutateBytes: ByteMutation = (bytes, dice) => pick(dice, BYTE_MUTATIONS)(bytes, dice);

const mutateTable = (table: Table, dice: Dice): Table => {
  let mutated = table;
  some(dice, 3, () => (mutated = pick(dice, TABLE_MUTATIONS)(mutated, dice)));
  return mutated;
};

/** Text with delimiters, spoilt in its cells, its bytes or both; `seeds` are files of others. */
export const mutatedText = (seed: number, seeds: readonly Buffer[] = []): Buffer => {
  const dice = diceOf(seed);
  const way = dice(10);
  if (way < 2 && seeds.length > 0) return mutateBytes(pick(dice, seeds), dice);
  const writing: Writing = {
    delimiter: pick(dice, [',', ',', ';', '\t']),
    newline: pick(dice, ['\n', '\r\n', '\r']),
    quoted: dice(3) === 0,
    encoding: pick(dice, ['utf-8', 'utf-8', 'gb18030', 'gb18030', 'utf-16le', 'latin1']),
    bom: dice(4) === 0,
  };
  const bytes = write(mutateTable(tableOf(dice), dice), writing, dice);
  return way < 8 ? bytes : mutateBytes(bytes, dice);
};

const escapeXml = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
    .replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
const letterOf = (place: number): string => String.fromCharCode(65 + (place % 26));
const toCellXml = (cell: string, line: number, place: number, dice: Dice): string => {
  const at = `r="${letterOf(place)}${line}"`;
  if (cell === '' && dice(2) === 0) return '';
  switch (dice(90)) {
    case 0:
      return `<c ${at}><f>A${dice(9)}</f><v>${escapeXml(cell)}</v></c>`;
    case 1:
      return `<c ${at} t="${pick(dice, ['n', 'b', 'e', 'str', 'd', 's', 'x'])}"><v>${escapeXml(cell)}</v></c>`;
    case 2:
      return `<c ${at} s="${dice(9)}"><v>${Number(cell) || dice(99_999)}</v></c>`;
    default:
      return `<c ${at} t="inlineStr"><is><t>${escapeXml(cell)}</t></is></c>`;
  }
};
const toSheetXml = (table: Table, dice: Dice): string =>
  table
    .map(
      (row, i) =>
        `<row r="${i + 1}">${row.map((cell, place) => toCellXml(cell, i + 1, place, dice)).join('')}</row>`,
    )
    .join('');

const TAGS = [
  '<row>',
  '</row>',
  '<c>',
  '</c>',
  '<v>',
  '<!--',
  '&x;',
  '<![CDATA[',
  '<row r="1">',
  '<a b="" b="">',
  ']]>',
  '<f/>',
];
const mutateXml = (xml: string, dice: Dice): string => {
  const at = dice(xml.length + 1);
  switch (dice(5)) {
    case 0:
      return xml.slice(0, at) + pick(dice, TAGS) + xml.slice(at);
    case 1:
      return xml.slice(0, at) + xml.slice(at + dice(60));
    case 2:
      return xml.replaceAll(
        pick(dice, ['r="A', 't="inlineStr"', '<is>', 'xl/', 'rId1', 'row', 'sheet']),
        pick(dice, ['', 'x', 'r="ZZZ', '../']),
      );
    case 3:
      return xml.slice(0, at);
    default:
      return xml.slice(0, at) + xml.slice(dice(xml.length + 1));
  }
};

/** A workbook, spoilt in its cells, its XML, its parts, its bytes or several of these. */
export const mutatedWorkbook = (seed: number, seeds: readonly Buffer[]): Buffer => {
  const dice = diceOf(seed);
  const way = dice(10);
  if (way < 3) return mutateBytes(pick(dice, seeds), dice);
  const data = toSheetXml(way < 8 ? mutateTable(tableOf(dice), dice) : tableOf(dice), dice);
  let parts: readonly ZipPart[] = workbookParts({ data, texts: '<si><t>甲</t></si><si/>' });
  if (way >= 6)
    parts = parts.map((part) =>
      dice(4) === 0 ? { ...part, content: mutateXml(String(part.content), dice) } : part,
    );
  if (dice(8) === 0) parts = parts.filter((_, i) => i !== dice(parts.length));
  if (dice(8) === 0) parts = parts.map((part) => ({ ...part, method: 0 }));
  const bytes = zipOf(parts);
  return way === 9 ? mutateBytes(bytes, dice) : bytes;
};
