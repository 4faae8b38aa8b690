import { httpProblems, type HttpProblem } from './http.problems.js';
import { ProblemError } from './problem.js';

/** Seconds after which a client should try again. */
const RETRY_AFTER_S = '1';

/** One of the refusals that any route can give, ready to throw. */
export const httpProblem = (code: HttpProblem): ProblemError =>
  new ProblemError(
    code,
    httpProblems[code],
    [],
    {},
    httpProblems[code].status === 503 ? { 'Retry-After': RETRY_AFTER_S } : {},
  );

/** The read models lack something that is recorded: 503 with `Retry-After`. */
export const notYetVisible = (): ProblemError => httpProblem('not-yet-visible');
