import type {
  ContributionAdjusted,
  ContributionAssessed,
  ContributionLine,
  InterestCredited,
} from '../individual/events.js';
import { toMonth } from '../kernel/calendar.js';
import { fromYuan, parsePercent, sum, type Fen, type Ppm } from '../kernel/money.js';
import { assess, explain, type AssessRequest, type Assessment, type Why } from '../rules/assess.js';
import { differenceOf } from '../rules/difference.js';
import type { RuleBook } from '../rules/policy.js';

/** Why amounts are what they are: the rule table, its sources, the formula in one line, and each step by itself. */
export type Reason = Why & Readonly<{ steps: readonly Why[] }>;

/**
 * Explains the amounts as recorded by the rules of their month; `injuryRate` is percent text, the employer's own at the
 * time. Null when the rules no longer have the table by which they were assessed, or it has other values since: an
 * explanation by another table would be a false one.
 */
export const reasonOf = (
  rules: RuleBook,
  { region, month, employment, table, wage, lines }: ContributionAssessed['data'],
  injuryRate: string | undefined,
): Reason | null => {
  const policy = rules.inForce(region, toMonth(month), employment === 'flexible' ? 'flexible' : 'employee');
  if (!policy.ok || policy.value.table !== table) return null;
  const rate = injuryRate === undefined ? undefined : findRate(injuryRate);
  const request: AssessRequest = {
    wage: fromYuan(wage),
    ...(rate === undefined ? {} : { injuryRate: rate }),
    insurances: lines.map(({ insurance }) => insurance),
  };
  const recorded = toAssessment(table, lines);
  const again = assess(policy.value, request);
  if (!again.ok || differenceOf(recorded.lines, again.value.lines).length > 0) return null;
  const steps = explain(policy.value, request, recorded);
  return {
    rule: table,
    source: [...new Set(steps.map(({ source }) => source))].join('; '),
    formula: steps.map(({ formula }) => formula).join('; '),
    steps,
  };
};

/**
 * Explains a change by what its event carries: who asked for it (a notice, or the employer's row), the wage when it is
 * another one, the tables, and each amount before and after.
 */
export const adjustmentReasonOf = (data: ContributionAdjusted['data']): Reason => {
  const { publication, declared, reason, lines, after, wageBefore, wage } = data;
  const source = declared
    ? `declared by the employer, submission ${declared.submission} line ${declared.line}: ${reason}`
    : `${publication ?? ''}: ${reason}`;
  const rule = ruleOf(data);
  const ofWage = { rule, source, formula: `wage ${wageBefore} becomes ${wage}` };
  const ofLines = lines.map((line) => {
    const now = after.find(({ insurance }) => insurance === line.insurance);
    return {
      rule: `${rule}, ${line.insurance}`,
      source,
      formula:
        `base ${line.baseBefore} becomes ${line.baseAfter}; ` +
        `employer ${line.employerPart} to ${now?.employerPart ?? ''}, ` +
        `employee ${line.employeePart} to ${now?.employeePart ?? ''}, account ${line.toAccount} to ${now?.toAccount ?? ''}`,
    };
  });
  const steps = wage === wageBefore ? ofLines : [ofWage, ...ofLines];
  return { rule, source, formula: steps.map(({ formula }) => formula).join('; '), steps };
};

const ruleOf = ({ table, tableBefore }: ContributionAdjusted['data']): string =>
  table === tableBefore ? table : `${table} in place of ${tableBefore}`;

/** Explains a year's interest by what its event carries: the rate, who published it, and the amounts it was taken of. */
export const interestReasonOf = (data: InterestCredited['data']): Reason => {
  const { rate, method, source, provisional, opening, onOpening, onCredits, amount, year } = data;
  const rule = `interest ${year}`;
  const said = provisional ? `${source} (provisional)` : source;
  const steps = [
    { rule, source: said, formula: `opening ${opening} x ${rate}% = ${onOpening}` },
    { rule, source: said, formula: `credits of the year, ${method}, x ${rate}% = ${onCredits}` },
    ...(data.restates === undefined
      ? []
      : [
          {
            rule,
            source: said,
            formula: `credited now ${amount}: the difference to what was credited before`,
          },
        ]),
  ];
  return { rule, source: said, formula: steps.map(({ formula }) => formula).join('; '), steps };
};

const findRate = (percent: string): Ppm | undefined => {
  const parsed = parsePercent(percent);
  return parsed.ok ? parsed.value : undefined;
};

const toAssessment = (table: string, recorded: readonly ContributionLine[]): Assessment => {
  const lines = recorded.map((line) => ({
    insurance: line.insurance,
    base: fromYuan(line.base),
    employerPart: fromYuan(line.employerPart),
    employeePart: fromYuan(line.employeePart),
    toAccount: fromYuan(line.toAccount),
  }));
  const anchor = lines.find(({ insurance }) => insurance === 'pension') ?? lines[0];
  return {
    table,
    base: anchor?.base ?? sum([]),
    lines,
    employerTotal: totalOf(lines, ({ employerPart }) => employerPart),
    employeeTotal: totalOf(lines, ({ employeePart }) => employeePart),
  };
};
const totalOf = <T>(lines: readonly T[], part: (line: T) => Fen): Fen => sum(lines.map(part));
