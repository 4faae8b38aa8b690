import { InvalidArgumentError, Option, type Command } from 'commander';
import { logSourceOf, openLogReader } from '../engines.js';
import type { LogReader } from '../event-store/event-store.js';
import { decideAdjust } from '../individual/adjustment.js';
import { AffectedPersons, type Publication } from '../individual/adjustment.walk.js';
import { DifferenceSums, type AdjustmentTotals } from '../individual/reckoning.js';
import { parseMonth, type Month } from '../kernel/calendar.js';
import { add, fromYuan, toYuan, type Fen } from '../kernel/money.js';
import type { RuleBook } from '../rules/policy.js';
import { YamlRuleBook } from '../rules/rules.loader.js';
import { onFolder, withDataFolder, type FolderOptions } from './data-folder.js';
import { act, clientOf, print, printJson } from './run.js';
import { toTable } from './tables.js';

type Options = FolderOptions &
  Readonly<{
    region: string;
    monthFrom: Month;
    monthTo: Month;
    publication?: string;
    reason?: string;
    folder?: string;
    post: boolean;
    url: string;
    top: number;
  }>;

const TOP_DEFAULT = 10;
const HELP = `
Reckons every month that was assessed in the region anew by the rules of this installation, from the log, beside a
running server; nothing is written. With --post the server posts what differs by its own rules, once a publication: cut
short, send it again.`;

/** Joins `shebao rules difference` to the commands on rules. */
export const addDifference = (rules: Command): void => {
  withDataFolder(
    rules
      .command('difference')
      .description('What rules published late change of months assessed before: to owe and to refund')
      .requiredOption('--region <region>', 'a region of `shebao rules list`')
      .requiredOption('--month-from <month>', 'first month owed, YYYY-MM', month)
      .requiredOption('--month-to <month>', 'last month owed, YYYY-MM', month)
      .option('--publication <id>', 'the notice; needed with --post, and then posted once')
      .option('--reason <text>', 'why, as the history of each person will say')
      .option('--folder <path>', 'another folder of rules than that of this installation')
      .option('--top <n>', 'so many persons of the largest differences', count, TOP_DEFAULT)
      .option('--post', 'let the server post the differences', false)
      .addOption(
        new Option('--url <url>', 'where the server is').env('SHEBAO_URL').default('http://127.0.0.1:3000'),
      )
      .addHelpText('after', HELP),
  ).action(onFolder((options) => difference(options as Options)));
};

const month = (text: string): Month => {
  const parsed = parseMonth(text);
  if (!parsed.ok) throw new InvalidArgumentError('a month is written YYYY-MM');
  return parsed.value;
};
const count = (text: string): number => {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('a whole number');
  return Number(text);
};

const difference = async (options: Options): Promise<void> => {
  if (options.monthTo < options.monthFrom) throw new Error('--month-to lies before --month-from');
  if (options.post) return post(options);
  const rules = YamlRuleBook.load(options.folder);
  if (!rules.regions().includes(options.region))
    throw new Error(`--region must be one of ${rules.regions().join(', ')}`);
  const log = openLogReader(logSourceOf(options));
  try {
    const { region, monthFrom, monthTo, publication = 'preview', reason = 'preview' } = options;
    const asked = { region, monthFrom, monthTo, publication, reason };
    const found = await preview(log, rules, asked, options.top);
    if (options.json) printJson(found);
    else print(toText(found));
  } finally {
    await log.close();
  }
};

const post = async (options: Options): Promise<void> => {
  const { region, monthFrom, monthTo, publication, reason } = options;
  if (publication === undefined) throw new Error('--post needs --publication: a notice is posted once');
  await act(async () => {
    const body = { region, monthFrom, monthTo, publication, ...(reason !== undefined && { reason }) };
    const { value, replayed } = await clientOf(options).post<AdjustmentTotals>('/v1/adjustments', body);
    if (options.json) printJson(value);
    else
      print(
        `${toText({ ...value, top: [] })}\n${value.persons === 0 ? 'nothing to post' : replayed ? 'had been posted before' : 'posted'}`,
      );
  })();
};

type TopPerson = Readonly<{ id: string; months: number; owed: string; refund: string }>;
export type DifferencePreview = AdjustmentTotals & Readonly<{ top: readonly TopPerson[] }>;

/** The differences that would be posted now, and the persons with the largest, by their ids alone. */
export const preview = async (
  log: Pick<LogReader, 'read' | 'readAll' | 'head'>,
  rules: RuleBook,
  asked: Publication,
  topMax: number,
): Promise<DifferencePreview> => {
  const sums = new DifferenceSums();
  let top: readonly TopPerson[] = [];
  for await (const group of new AffectedPersons(log, rules, asked).groups())
    for (const { id, state, command, withoutRules } of group) {
      const decided = decideAdjust(command, state);
      const adjusted = decided.ok ? decided.value : [];
      sums.add(adjusted, withoutRules);
      if (adjusted.length === 0) continue;
      const own = new DifferenceSums();
      own.add(adjusted, 0);
      const { owed, refund } = own.totals();
      top = [...top, { id, months: adjusted.length, owed, refund }].sort(byAmount).slice(0, topMax);
    }
  return { ...sums.totals(), top };
};

const turnoverOf = ({ owed, refund }: TopPerson): Fen => add(fromYuan(owed), fromYuan(refund));
const byAmount = (a: TopPerson, b: TopPerson): number => {
  const [one, other] = [turnoverOf(a), turnoverOf(b)];
  return one === other ? (a.id < b.id ? -1 : 1) : one > other ? -1 : 1;
};

const toText = ({
  persons,
  months,
  owed,
  refund,
  bySide,
  byInsurance,
  withoutRules,
  top,
}: DifferencePreview): string => {
  const net = (sums: Readonly<{ owed: string; refund: string }>): string =>
    toYuan(add(fromYuan(sums.owed), fromYuan(sums.refund === '0.00' ? '0.00' : `-${sums.refund}`)));
  const row = (name: string, sums: Readonly<{ owed: string; refund: string }>): readonly string[] => [
    name,
    sums.owed,
    sums.refund,
    net(sums),
  ];
  const rows = [
    ...Object.entries(byInsurance).map(([name, sums]) => row(name, sums)),
    row('employer', bySide.employer),
    row('employee', bySide.employee),
    row('all', { owed, refund }),
  ];
  const people = top.map((each) => [each.id, each.months.toString(), each.owed, each.refund]);
  return [
    `${persons} persons, ${months} months differ`,
    ...(withoutRules > 0 ? [`${withoutRules} months left alone: the rules have no answer for them`] : []),
    toTable(['', 'owed', 'refund', 'net'], rows),
    ...(people.length > 0 ? [toTable(['id', 'months', 'owed', 'refund'], people)] : []),
  ].join('\n');
};
