import { ProblemError, type ProblemSpec } from '../http/problem.js';
import type { InterestRunFailure } from './interest-run.js';

/** How each refusal of an interest run looks from outside. */
export const interestRunProblems = {
  InterestRunInProgress: {
    code: 'interest-run-in-progress',
    status: 409,
    title: { en: 'Another interest run is not finished yet', zh: '另一计息批次尚未完成' },
  },
  InterestRunNotFound: {
    code: 'interest-run-not-found',
    status: 404,
    title: { en: 'There is no such interest run', zh: '计息批次不存在' },
  },
  YearNotOver: {
    code: 'year-not-over',
    status: 422,
    title: { en: 'This year is not over yet', zh: '该年度尚未结束' },
  },
  Conflict: {
    code: 'write-conflict',
    status: 409,
    title: { en: 'The record changed meanwhile: send it again', zh: '记录已被同时修改，请重新发送' },
  },
} satisfies Record<
  InterestRunFailure['type'] | 'YearNotOver' | 'Conflict',
  ProblemSpec & Readonly<{ code: string }>
>;

export const toRunProblem = (
  type: keyof typeof interestRunProblems,
  facts: Readonly<Record<string, unknown>> = {},
): ProblemError => new ProblemError(interestRunProblems[type].code, interestRunProblems[type], [], facts);
