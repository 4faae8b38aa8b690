import assert from 'node:assert';
import {
  add,
  clamp,
  shareOf,
  sum,
  toPercent,
  toYuan,
  type Fen,
  type Ppm,
  type Rounding,
  ZERO,
} from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { InsuranceRule, Policy } from './policy.js';

/** `injuryRate`: the employer's own; absent: the region's default. `insurances`: absent: all that the policy asks. */
export type AssessRequest = Readonly<{ wage: Fen; injuryRate?: Ppm; insurances?: readonly string[] }>;
export type AssessedLine = Readonly<{
  insurance: string;
  base: Fen;
  employerPart: Fen;
  employeePart: Fen;
  /** What of the employee's part is credited to the personal account of this insurance. */
  toAccount: Fen;
}>;
/** `base` is the base of the pension; another insurance may have limits of its own. */
export type Assessment = Readonly<{
  table: string;
  base: Fen;
  lines: readonly AssessedLine[];
  employerTotal: Fen;
  employeeTotal: Fen;
}>;
export type AssessFailure = Readonly<{
  type: 'InsuranceUnknown';
  insurances: readonly string[];
  known: readonly string[];
}>;
/** One step of an explanation, in words that an auditor can check by hand. */
export type Why = Readonly<{ rule: string; source: string; formula: string }>;

/**
 * What both sides owe for one month: the wage held between floor and ceiling, times each rate, each side of each
 * insurance rounded by itself; totals are sums of rounded lines. Social Insurance Law art. 12, 23, 35, 44, 53.
 */
export const assess = (policy: Policy, request: AssessRequest): Result<Assessment, AssessFailure> => {
  const rules = request.insurances ? chosen(policy, request.insurances) : ok(policy.insurances);
  if (!rules.ok) return rules;
  const lines = rules.value.map((rule) => lineOf(rule, request));
  return ok({
    table: policy.table,
    base: baseOf(anchorOf(policy), request.wage),
    lines,
    employerTotal: sum(lines.map((line) => line.employerPart)),
    employeeTotal: sum(lines.map((line) => line.employeePart)),
  });
};

const chosen = (
  { insurances }: Policy,
  wanted: readonly string[],
): Result<readonly InsuranceRule[], AssessFailure> => {
  const known = insurances.map((rule) => rule.insurance);
  const unknown = wanted.filter((insurance) => !known.includes(insurance));
  if (unknown.length > 0) return err({ type: 'InsuranceUnknown', insurances: unknown, known });
  return ok(insurances.filter((rule) => wanted.includes(rule.insurance)));
};

const anchorOf = ({ insurances, table }: Policy): InsuranceRule => {
  const anchor = insurances.find((rule) => rule.insurance === 'pension') ?? insurances[0];
  assert(anchor, `${table} has at least one insurance`);
  return anchor;
};

const baseOf = (rule: InsuranceRule, wage: Fen): Fen => clamp(wage, rule.floor, rule.ceiling);

const employerRateOf = (rule: InsuranceRule, { injuryRate }: AssessRequest): Ppm =>
  rule.employerOwnRate && injuryRate !== undefined ? injuryRate : rule.employer;

const lineOf = (rule: InsuranceRule, request: AssessRequest): AssessedLine => {
  const base = baseOf(rule, request.wage);
  const employerPart = shareOf(base, employerRateOf(rule, request), rule.employerRounding);
  return {
    insurance: rule.insurance,
    base,
    employerPart: add(employerPart, rule.employerFixed),
    employeePart: add(shareOf(base, rule.employee, rule.employeeRounding), rule.employeeFixed),
    toAccount: shareOf(base, rule.toAccount, rule.employeeRounding),
  };
};

/** Why an assessment is what it is: one step for the base, then one for each amount that is not nought. */
export const explain = (
  policy: Policy,
  request: AssessRequest,
  { base, lines }: Assessment,
): readonly Why[] => {
  const rules = new Map(policy.insurances.map((rule) => [rule.insurance, rule]));
  const anchor = anchorOf(policy);
  const limits = `between ${toYuan(anchor.floor)} and ${toYuan(anchor.ceiling)}`;
  return [
    {
      rule: `${policy.table} base`,
      source: anchor.source.text,
      formula: `${toYuan(request.wage)} held ${limits} = ${toYuan(base)}`,
    },
    ...lines.flatMap((line) => {
      const rule = rules.get(line.insurance);
      return rule ? explainLine(policy.table, rule, request, line) : [];
    }),
  ];
};

const explainLine = (
  table: string,
  rule: InsuranceRule,
  request: AssessRequest,
  line: AssessedLine,
): Why[] => {
  const source = rule.source.text;
  const step = (part: string, rate: Ppm, rounding: Rounding, fixed: Fen, amount: Fen, note = ''): Why => ({
    rule: `${table} ${rule.insurance} ${part}${note}`,
    source,
    formula: `${toYuan(line.base)} x ${toPercent(rate)}%${fixed > 0n ? ` + ${toYuan(fixed)}` : ''} = ${toYuan(amount)} (${rounding})`,
  });
  const ownRate = rule.classRates
    ? ` (class rates ${toPercent(rule.classRates.lowest)}% to ${toPercent(rule.classRates.highest)}%)`
    : '';
  const rate = employerRateOf(rule, request);
  const steps = [
    step('employer', rate, rule.employerRounding, rule.employerFixed, line.employerPart, ownRate),
    step('employee', rule.employee, rule.employeeRounding, rule.employeeFixed, line.employeePart),
    step('account', rule.toAccount, rule.employeeRounding, ZERO, line.toAccount),
  ];
  const amounts = [line.employerPart, line.employeePart, line.toAccount];
  return steps.filter((_, i) => amounts[i] !== 0n);
};
