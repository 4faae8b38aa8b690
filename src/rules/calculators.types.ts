import type { Text } from '../http/problem.js';
import type { Day } from '../kernel/calendar.js';
import type { RuleBook } from './policy.js';
import type { LawTables } from './table.js';

/** What a calculator may know beside what it is asked: the law, the day, and the client's language. */
export type Law = Readonly<{ book: RuleBook; tables: LawTables; today: Day; say: (text: Text) => string }>;

/**
 * A question about the law that anybody may ask: over HTTP (`POST /v1/calculators/<name>`) and on the command line
 * (`shebao calc <name>`). `request` and `answer` are DTO classes; every answer has `why`, so that a clerk can check it by
 * hand. `calculate` gets a request that is well formed, and throws a ProblemError where the law has no answer.
 */
export type Calculator<Q extends object, A extends object> = Readonly<{
  name: string;
  summary: string;
  /** Codes of its refusals beside `request-invalid`, for the documentation. */
  refusals: readonly string[];
  /** Fields of the request that are whole numbers: a command line gives them as text. */
  counts?: readonly string[];
  request: new () => Q;
  answer: new () => A;
  calculate(request: Q, law: Law): A;
}>;
export type AnyCalculator = Calculator<object, object>;
