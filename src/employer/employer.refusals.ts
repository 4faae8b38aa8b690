import { ProblemError, type FieldError } from '../http/problem.js';
import { employerProblems } from './employer.problems.js';

type FailureType = keyof typeof employerProblems;
const RETRY_AFTER_S = '1';

/** A failure as the problem that a client gets; `facts` are further members for its program. */
export const toProblem = (
  type: FailureType,
  facts: Readonly<Record<string, unknown>> = {},
  errors: readonly FieldError[] = [],
): ProblemError => {
  const { code, ...spec } = employerProblems[type];
  const headers: Record<string, string> = spec.status === 503 ? { 'Retry-After': RETRY_AFTER_S } : {};
  return new ProblemError(code, spec, errors, facts, headers);
};
