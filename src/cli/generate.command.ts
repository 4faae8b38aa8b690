import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { FAULTS, type Fault } from '../demo/faults.js';
import type { WageLimits } from '../demo/people.js';
import { toBytes, type Encoding } from '../demo/roster-file.js';
import {
  COLUMNS,
  correctionLines,
  corrections,
  isColumn,
  isFault,
  peopleMin,
  rosterLines,
  rosterRows,
  type Column,
  type RosterPlan,
} from '../demo/roster.js';
import { parseMonth } from '../kernel/calendar.js';
import { parseYuan, ZERO } from '../kernel/money.js';
import { ok } from '../kernel/result.js';
import { YamlRuleBook } from '../rules/rules.loader.js';

type GenerateOptions = Readonly<{
  people: number;
  seed: number;
  first: number;
  floor?: string;
  ceiling?: string;
  region: string;
  month: string;
  encoding: Encoding;
  header: 'zh' | 'en';
  columns?: readonly Column[];
  newline: 'lf' | 'crlf';
  quoted: boolean;
  bad: readonly Fault[];
  corrections: boolean;
}>;

/** Writes a made-up employer's file to standard output, as much of it as asked for, in constant memory. */
export const register = (program: Command): void => {
  program
    .command('generate')
    .description(
      'Write an employer’s file of synthetic people to standard output (nobody real; same seed, same bytes)',
    )
    .option('--people <n>', 'how many rows', toCount, 1_000)
    .option('--seed <n>', 'any whole number', toCount, 1)
    .option('--first <n>', 'place of the first person in the seed’s row of people', toCount, 0)
    .option('--region <region>', 'whose floor and ceiling the wages lie round', 'shanghai')
    .option('--month <month>', 'the month the file is for, YYYY-MM', '2025-07')
    .option('--floor <yuan>', 'floor for the wages instead of the region’s')
    .option('--ceiling <yuan>', 'ceiling for the wages instead of the region’s')
    .addOption(new Option('--encoding <encoding>').choices(['utf-8', 'gb18030']).default('utf-8'))
    .addOption(new Option('--header <language>').choices(['zh', 'en']).default('zh'))
    .addOption(new Option('--newline <kind>').choices(['lf', 'crlf']).default('lf'))
    .option('--columns <names>', `in this order, of ${COLUMNS.join(',')}`, toColumns)
    .option('--quoted', 'every cell in quotation marks', false)
    .option('--bad <kinds>', `mistakes to put in: none, all, or some of ${FAULTS.join(',')}`, toFaults, [])
    .option('--corrections', 'write how the bad rows should read, instead of the file', false)
    .action(generate);
};

const generate = async (options: GenerateOptions, command: Command): Promise<void> => {
  const { people, seed, first, bad: faults, header, quoted, encoding } = options;
  if (people < peopleMin(faults))
    command.error(`error: ${faults.length} mistakes need ${peopleMin(faults)} people`);
  const plan: RosterPlan = { seed, people, first, faults, limits: limitsOf(options, command) };
  const columns = options.columns ?? (faults.length > 0 ? COLUMNS : COLUMNS.slice(0, 3));
  const newline = options.newline === 'crlf' ? '\r\n' : '\n';
  const lines = options.corrections
    ? correctionLines(corrections(plan))
    : rosterLines(rosterRows(plan), { columns, header, newline, quoted });
  await pipeline(Readable.from(toBytes(lines, encoding)), process.stdout, { end: false }).catch(
    unlessReaderLeft,
  );
};

/** `| head` closes the pipe when it has seen enough: no fault of ours or of the reader's. */
const unlessReaderLeft = (error: unknown): void => {
  if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
};

/** What is given wins; the rest is what the region's pension rule says for an employee in that month. */
const limitsOf = ({ floor, ceiling, region, month }: GenerateOptions, command: Command): WageLimits => {
  const rule = floor && ceiling ? undefined : findPensionRule(region, month, command);
  const [low, high] = [
    floor ? parseYuan(floor) : ok(rule?.floor ?? ZERO),
    ceiling ? parseYuan(ceiling) : ok(rule?.ceiling ?? ZERO),
  ];
  if (!low.ok || !high.ok || low.value <= 0n || low.value > high.value)
    return command.error('error: floor and ceiling are amounts in yuan, the floor not above the ceiling');
  return { floor: low.value, ceiling: high.value };
};

const findPensionRule = (region: string, text: string, command: Command): WageLimits | undefined => {
  const month = parseMonth(text);
  if (!month.ok) return command.error('error: a month is YYYY-MM');
  const policy = YamlRuleBook.load().inForce(region, month.value, 'employee');
  const rule = policy.ok && policy.value.insurances.find(({ insurance }) => insurance === 'pension');
  return (
    rule || command.error(`error: rules/ has nothing for ${region} in ${text}; give --floor and --ceiling`)
  );
};

function toCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Not a whole number of at most nine digits.');
  return count;
}

function toColumns(text: string): readonly Column[] {
  const names = text.split(',');
  const columns = names.filter(isColumn);
  const missing = COLUMNS.slice(0, 3).filter((column) => !columns.includes(column));
  if (columns.length !== names.length || new Set(columns).size !== names.length || missing.length > 0)
    throw new InvalidArgumentError(`Name ssn, name and wage, and of the others those you want, each once.`);
  return columns;
}

function toFaults(text: string): readonly Fault[] {
  if (text === 'none') return [];
  if (text === 'all') return FAULTS;
  const names = text.split(',');
  if (!names.every(isFault)) throw new InvalidArgumentError(`Known are: ${FAULTS.join(', ')}.`);
  return names;
}
