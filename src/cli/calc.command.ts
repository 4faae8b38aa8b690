import type { Command } from 'commander';
import { ProblemError } from '../http/problem.js';
import { createValidationPipe } from '../http/validation.js';
import { SystemClock } from '../kernel/clock.js';
import { CALCULATORS } from '../rules/all.calculators.js';
import type { AnyCalculator } from '../rules/calculators.types.js';
import { YamlRuleBook } from '../rules/rules.loader.js';
import { print, printJson, prefersChinese } from './run.js';
import { toTable } from './tables.js';

type CalcOptions = Readonly<{ input?: string; json: boolean }>;
type Json = Readonly<Record<string, unknown>>;

/** The calculators of `POST /v1/calculators/<name>`, from the rules of this installation: no server, nothing kept. */
export const register = (program: Command): void => {
  program
    .command('calc')
    .description('What the law says of given figures; `shebao calc list` names the calculators')
    .argument('<name>', 'a calculator as in POST /v1/calculators/<name>, or list')
    .argument('[fields...]', 'the request: field=value; field.key=value for a table of values')
    .option('--input <json>', 'the request as JSON, as over HTTP; fields are set on top of it')
    .option('--json', 'print the answer as JSON', false)
    .action(calc);
};

const calc = async (name: string, fields: readonly string[], options: CalcOptions): Promise<void> => {
  if (name === 'list') return print(CALCULATORS.map((each) => `${each.name}: ${each.summary}`).join('\n'));
  const calculator = CALCULATORS.find((each) => each.name === name);
  if (!calculator) return fail(`no calculator ${name}: shebao calc list`);
  const request = toRequest(fields, options.input);
  if (typeof request === 'string') return fail(request);
  try {
    const answer = await answerTo(calculator, request);
    if (options.json) printJson(answer);
    else print(toText(answer));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    fail(toRefusal(error));
  }
};

const fail = (text: string): void => {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
};

const toRequest = (fields: readonly string[], input: string | undefined): Json | string => {
  const request: Record<string, unknown> = {};
  try {
    Object.assign(request, JSON.parse(input ?? '{}'));
  } catch {
    return '--input is not JSON';
  }
  for (const field of fields) {
    const [, name, key, value] = /^([A-Za-z]+)(?:\.([\w-]+))?=(.*)$/.exec(field) ?? [];
    if (name === undefined || value === undefined) return 'a field is written name=value';
    if (key === undefined) request[name] = value;
    else request[name] = { ...(request[name] as Json | undefined), [key]: value };
  }
  return request;
};

const answerTo = async (calculator: AnyCalculator, request: Json): Promise<object> => {
  const rules = YamlRuleBook.load();
  const pipe = createValidationPipe(calculator.request);
  const body = (await pipe.transform(asCounts(calculator, request), { type: 'body' })) as object;
  const chinese = prefersChinese();
  return calculator.calculate(body, {
    book: rules,
    tables: rules,
    today: new SystemClock().today(),
    say: ({ en, zh }) => (chinese ? zh : en),
  });
};

/** On a command line everything is text: what the calculator names as counts becomes a number. */
const asCounts = ({ counts }: AnyCalculator, request: Json): Json =>
  Object.fromEntries(
    Object.entries(request).map(([name, value]) => [
      name,
      counts?.includes(name) && typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
    ]),
  );

const toRefusal = ({ code, errors, facts }: ProblemError): string =>
  [
    code,
    ...errors.map(({ field, message }) => `  ${field}: ${message}`),
    ...(Object.keys(facts).length > 0 ? [`  ${JSON.stringify(facts)}`] : []),
  ].join('\n');

type Reason = Readonly<{ rule: string; source: string; formula: string }>;
/** Sentences, not a table: a formula may be long. */
const toReasons = (why: readonly Reason[]): string =>
  ['why:', ...why.flatMap(({ rule, source, formula }) => [`  ${formula}`, `    ${rule}: ${source}`])].join(
    '\n',
  );

const isFlat = (value: unknown): boolean => typeof value !== 'object' || value === null;
const toCell = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
/** Plain values first, lists as tables, the reasons last. */
const toText = (answer: object): string =>
  Object.entries(answer)
    .map(([name, value]) => {
      if (isFlat(value)) return `${name}: ${String(value)}`;
      if (name === 'why') return toReasons(value as readonly Reason[]);
      if (!Array.isArray(value)) return `${name}: ${JSON.stringify(value)}`;
      const rows = value as readonly unknown[];
      if (rows.every(isFlat)) return `${name}: ${rows.join(' ')}`;
      const head = [...new Set(rows.flatMap((row) => Object.keys(row as object)))];
      return `${name}:\n${toTable(
        head,
        rows.map((row) => head.map((key) => toCell((row as Json)[key]))),
      )}`;
    })
    .join('\n');
