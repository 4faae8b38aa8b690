import { ProblemError, type ProblemSpec } from '../http/problem.js';

const verificationNotFound: ProblemSpec = {
  status: 404,
  title: { en: 'No such verification is kept', zh: '未找到该校验任务' },
};

export const verificationProblem = (): ProblemError =>
  new ProblemError('verification-not-found', verificationNotFound);
