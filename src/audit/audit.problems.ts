import { ProblemError, type ProblemSpec } from '../http/problem.js';
import type { Refusal } from './checkpointer.js';

const verificationNotFound: ProblemSpec = {
  status: 404,
  title: { en: 'No such verification is kept', zh: '未找到该校验任务' },
};

const logNotWhole: ProblemSpec = {
  status: 409,
  title: { en: 'Something in the log is not as it was recorded', zh: '日志中有内容与入账时不一致' },
  detail: {
    en: 'Nothing is signed beyond it. `shebao verify` names it.',
    zh: '其后的内容不予签名。运行 `shebao verify` 可查明所在。',
  },
};
const checkpointMissing: ProblemSpec = {
  status: 409,
  title: {
    en: 'The log lacks a checkpoint that was signed here',
    zh: '日志中缺少曾在此签名的检查点',
  },
  detail: {
    en: 'It was restored to an earlier point or is another one: put the right log back, or stop the server and run `shebao rebuild` to accept it.',
    zh: '日志可能已被恢复到较早的时点，或已换成另一份：请恢复正确的日志，或停止服务后运行 `shebao rebuild` 予以接受。',
  },
};

/** Why no checkpoint was signed. */
export const checkpointProblem = ({ type }: Refusal): ProblemError => {
  switch (type) {
    case 'EventUnfit':
    case 'CheckpointUnfit':
      return new ProblemError('log-not-whole', logNotWhole);
    case 'AnchorLost':
      return new ProblemError('checkpoint-missing', checkpointMissing);
  }
};

export const verificationProblem = (): ProblemError =>
  new ProblemError('verification-not-found', verificationNotFound);
