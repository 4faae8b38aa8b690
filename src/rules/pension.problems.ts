import { ProblemError, type ProblemSpec, type Text } from '../http/problem.js';

const spec: ProblemSpec = {
  status: 422,
  title: { en: 'The rules have no divisor for this age', zh: '该年龄没有对应的计发月数' },
};
const AGE_MISSING: Text = {
  en: 'must be an age that the table of divisors has',
  zh: '须为计发月数表所列年龄',
};

/** `policy-missing` for an age outside the table of divisors, with the `ages` that it has, first and last. */
export const noDivisorProblem = (
  ages: Readonly<{ from: number; to: number }>,
  say: (text: Text) => string,
): ProblemError =>
  new ProblemError(
    'policy-missing',
    spec,
    [{ field: 'ageYears', code: 'policy-missing', message: say(AGE_MISSING) }],
    { topic: 'annuity-divisors', ages },
  );
