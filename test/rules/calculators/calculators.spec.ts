import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ProblemError } from '../../../src/http/problem.js';
import { createValidationPipe } from '../../../src/http/validation.js';
import { toDay } from '../../../src/kernel/calendar.js';
import { CALCULATORS } from '../../../src/rules/all.calculators.js';
import { YamlRuleBook } from '../../../src/rules/rules.loader.js';

type Json = Readonly<Record<string, unknown>>;
type Why = Readonly<{ rule: string; source: string; formula: string }>;
/** `today` is the day of asking; `facts` what a refusal says beside the fields, where it matters. */
type Situation = Readonly<{
  situation: string;
  today?: string;
  ask: Json;
  answer?: Json;
  refused?: Readonly<{ code: string; fields: readonly string[]; facts?: Json }>;
}>;

const MEMBERS = new Set('situation today ask answer refused'.split(' '));
const TODAY = '2026-11-24';
const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const rules = YamlRuleBook.load();

const answerTo = async (name: string, { ask, today }: Situation): Promise<Json> => {
  const calculator = CALCULATORS.find((each) => each.name === name);
  if (!calculator) throw new Error(`no calculator ${name}`);
  const pipe = createValidationPipe(calculator.request);
  const body = (await pipe.transform(ask, { type: 'body' })) as object;
  const law = { book: rules, tables: rules, today: toDay(today ?? TODAY) };
  // What is not defined does not reach a client.
  return JSON.parse(JSON.stringify(calculator.calculate(body, { ...law, say: ({ en }) => en }))) as Json;
};

const isWhy = ({ rule, source, formula }: Why): boolean =>
  [rule, source, formula].every((text) => text !== '');

/** Only what a situation names is compared. A refusal must name the fields at fault, all of them and no others. */
const check = async (name: string, situation: Situation): Promise<void> => {
  const { answer, refused } = situation;
  try {
    const { why, ...found } = await answerTo(name, situation);
    expect(refused).toBeUndefined();
    expect(found).toMatchObject(answer ?? {});
    expect((why as readonly Why[]).length).toBeGreaterThan(0);
    expect((why as readonly Why[]).every(isWhy)).toBe(true);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(answer).toBeUndefined();
    const { code, errors, facts } = error;
    const fields = errors.map(({ field }) => field).sort();
    expect({ code, fields }).toEqual({ code: refused?.code, fields: [...(refused?.fields ?? [])].sort() });
    expect(facts).toMatchObject(refused?.facts ?? {});
  }
};

describe.each(files)('situations of the calculator %s', (file) => {
  const situations = parse(readFileSync(folder + file, 'utf8')) as readonly Situation[];

  it.each(situations.map((each) => [each.situation, each] as const))('%s', async (_, each) => {
    expect(Object.keys(each).filter((member) => !MEMBERS.has(member))).toEqual([]);
    expect([each.answer, each.refused].filter(Boolean)).toHaveLength(1);
    await check(file.replace('.yaml', ''), each);
  });
});
