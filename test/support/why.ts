import { toDay } from '../../src/kernel/calendar.js';
import { CALCULATORS } from '../../src/rules/all.calculators.js';
import { YamlRuleBook } from '../../src/rules/rules.loader.js';

type Why = Readonly<{ rule: string; source: string; formula: string }>;
const rules = YamlRuleBook.load();
/** What a calculator says of its answer. */
export const whyOf = (name: string, ask: object): readonly Why[] => {
  const calculator = CALCULATORS.find((each) => each.name === name);
  if (!calculator) throw new Error(`no calculator ${name}`);
  const law = { book: rules, tables: rules, today: toDay('2026-11-24'), say: ({ en }: { en: string }) => en };
  return (calculator.calculate(ask, law) as { why: readonly Why[] }).why;
};
