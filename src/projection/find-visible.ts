import { ProblemError, type ProblemSpec } from '../http/problem.js';
import { notYetVisible } from '../http/http-problem.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { NotYetVisible, ReadModels } from './read-models.js';

/** Why a question about one person has no answer. */
export type QueryFailure = Readonly<{ type: 'IndividualNotFound' }> | NotYetVisible;

/**
 * Looks for a row. Not found means not recorded only when the read models hold all that the log held when asked: so
 * they are waited for once and looked at again.
 */
export const findVisible = async <T>(
  readModels: ReadModels,
  find: () => Promise<T | undefined>,
): Promise<Result<T, QueryFailure>> => {
  const first = await find();
  if (first !== undefined) return ok(first);
  const waited = await readModels.waitForHead();
  if (!waited.ok) return waited;
  const second = await find();
  return second === undefined ? err({ type: 'IndividualNotFound' }) : ok(second);
};

const individualNotFound: ProblemSpec = {
  status: 404,
  title: { en: 'No such person is registered', zh: '未找到该参保人' },
};

export const toQueryProblem = ({ type }: QueryFailure): ProblemError => {
  switch (type) {
    case 'IndividualNotFound':
      return new ProblemError('individual-not-found', individualNotFound);
    case 'NotYetVisible':
      return notYetVisible();
  }
};
