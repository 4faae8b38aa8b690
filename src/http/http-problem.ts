import { httpProblems, type HttpProblem } from './http.problems.js';
import { ProblemError } from './problem.js';

/** Seconds after which a client should try again. */
const RETRY_AFTER_S = '1';
/** Somebody has to do something first. */
const RETRY_AFTER_STAFF_S = '60';

const retryAfter = (code: HttpProblem): Readonly<Record<string, string>> => {
  if (httpProblems[code].status !== 503) return {};
  return { 'Retry-After': code === 'read-models-stale' ? RETRY_AFTER_STAFF_S : RETRY_AFTER_S };
};

/** One of the refusals that any route can give, ready to throw. */
export const httpProblem = (code: HttpProblem): ProblemError =>
  new ProblemError(code, httpProblems[code], [], {}, retryAfter(code));

/** The read models lack something that is recorded: 503 with `Retry-After`. */
export const notYetVisible = (): ProblemError => httpProblem('not-yet-visible');
