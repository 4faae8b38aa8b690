import { ProblemError, type ProblemSpec, type Text } from '../http/problem.js';
import type { AssessFailure } from './assess.js';
import type { NoPolicy, RuleBook } from './policy.js';
import type { NoTable } from './table.js';

/** Refusals of the rules by failure; NoPolicy has a code of its own for a region that is not known at all. */
const rulesProblems = {
  NoPolicy: {
    status: 422,
    title: {
      en: 'The rules have no answer for this region, month and employment',
      zh: '该地区、月份及用工形式暂无适用政策',
    },
  },
  RegionUnknown: {
    status: 422,
    title: { en: 'The rules do not know this region', zh: '未知的地区代码' },
  },
  InsuranceUnknown: {
    status: 422,
    title: { en: 'This region and employment have no such insurance', zh: '该地区及用工形式没有此险种' },
  },
} satisfies Record<(NoPolicy | AssessFailure)['type'] | 'RegionUnknown', ProblemSpec>;

const REGION_UNKNOWN: Text = { en: 'must be one of the regions known', zh: '须为已知地区之一' };
const MONTH_MISSING: Text = { en: 'must be a month that the rules have', zh: '须为政策已覆盖的月份' };
const EMPLOYMENT_MISSING: Text = { en: 'has no rules in this region', zh: '该地区没有此用工形式的政策' };

/**
 * `region-unknown` or `policy-missing`, with what a program can go on with: `regions`, and `months` as first and last,
 * absent where the region has none for this employment. `say` puts a text into the client's language.
 */
export const noPolicyProblem = (
  noPolicy: NoPolicy,
  book: RuleBook,
  say: (text: Text) => string,
): ProblemError => {
  const regions = book.regions();
  if (!noPolicy.known) {
    const errors = [{ field: 'region', code: 'region-unknown', message: say(REGION_UNKNOWN) }];
    return new ProblemError('region-unknown', rulesProblems.RegionUnknown, errors, { regions });
  }
  const { from, to } = noPolicy;
  const months = from && to ? { months: { from, to } } : {};
  const error = months.months
    ? { field: 'month', code: 'policy-missing', message: say(MONTH_MISSING) }
    : { field: 'employment', code: 'policy-missing', message: say(EMPLOYMENT_MISSING) };
  return new ProblemError('policy-missing', rulesProblems.NoPolicy, [error], { regions, ...months });
};

/** `insurance-unknown`, with the insurances that there are. */
export const assessProblem = ({ known }: AssessFailure): ProblemError =>
  new ProblemError('insurance-unknown', rulesProblems.InsuranceUnknown, [], { insurances: known });

const DAY_MISSING: Text = { en: 'must be in a time that the rules have', zh: '须在政策已覆盖的期间内' };
const TABLE_MISSING: Text = { en: 'is not covered by the rules at any time', zh: '政策未覆盖' };

/**
 * `policy-missing`: the law, as far as the tables hold it, has no answer then; `known` lists the times it has answers
 * for, and `facts` what else a program can go on with.
 */
export const noTableProblem = (
  { topic, known, region }: NoTable,
  field: string,
  say: (text: Text) => string,
  facts: Readonly<Record<string, unknown>> = {},
): ProblemError =>
  new ProblemError(
    'policy-missing',
    rulesProblems.NoPolicy,
    [{ field, code: 'policy-missing', message: say(known.length > 0 ? DAY_MISSING : TABLE_MISSING) }],
    { topic, region, known, ...facts },
  );
