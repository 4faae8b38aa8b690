import { ProblemError, type ProblemSpec } from '../http/problem.js';
import type { CorrectionRefusal } from './correction.messages.js';

/** How each refusal of a correction looks from outside: the code on the wire beside status and title. */
export const correctionProblems = {
  CorrectionNotFound: {
    code: 'correction-not-found',
    status: 404,
    title: { en: 'There is no such correction', zh: '更正申请不存在' },
  },
  SamePerson: {
    code: 'same-person',
    status: 403,
    title: { en: 'Who asked for a correction cannot decide on it', zh: '申请人不能复核本人提交的更正' },
  },
  CorrectionDecided: {
    code: 'correction-decided',
    status: 409,
    title: { en: 'This correction was decided the other way before', zh: '该更正已作出相反的复核结论' },
  },
  IdempotencyKeyReused: {
    code: 'idempotency-key-reused',
    status: 422,
    title: { en: 'This key was used with other content', zh: '该幂等键已用于不同内容' },
  },
  IndividualNotFound: {
    code: 'individual-not-found',
    status: 404,
    title: { en: 'No such person is registered', zh: '未找到该参保人' },
  },
  NothingToReverse: {
    code: 'nothing-to-reverse',
    status: 404,
    title: { en: 'No contribution stands for this month', zh: '该费款所属期没有可冲销的缴费' },
  },
  InsuranceNotAssessed: {
    code: 'insurance-not-assessed',
    status: 422,
    title: { en: 'This insurance was not assessed for the month', zh: '该费款所属期未核定此险种' },
  },
  MonthTaken: {
    code: 'month-taken',
    status: 409,
    title: { en: 'The other person has this month already', zh: '对方该费款所属期已有缴费' },
  },
  SubmissionNotAssessed: {
    code: 'submission-not-assessed',
    status: 409,
    title: { en: 'Not every row is judged yet', zh: '申报尚未核定完毕' },
  },
  ReceiverNotFound: {
    code: 'receiver-not-found',
    status: 404,
    title: { en: 'The person it should go to is not registered', zh: '转入的参保人未登记' },
  },
  EmployerNotFound: {
    code: 'employer-not-found',
    status: 404,
    title: { en: 'This employer is not registered', zh: '该单位未登记' },
  },
  CreditTooLow: {
    code: 'credit-too-low',
    status: 409,
    title: { en: 'The employer has not so much credit', zh: '单位可退余额不足' },
  },
  Conflict: {
    code: 'write-conflict',
    status: 409,
    title: { en: 'The record changed meanwhile: send it again', zh: '记录已被同时修改，请重新发送' },
  },
} satisfies Record<CorrectionRefusal['type'], ProblemSpec & Readonly<{ code: string }>>;

type Refusal = keyof typeof correctionProblems;
const isRefusal = (type: string): type is Refusal => Object.hasOwn(correctionProblems, type);

/** The code outside of a refusal that was recorded by its name. */
export const codeOfRefusal = (type: string): string =>
  isRefusal(type) ? correctionProblems[type].code : 'internal-error';

export const toProblem = (refusal: CorrectionRefusal): ProblemError => {
  const { code, ...spec } = correctionProblems[refusal.type];
  return new ProblemError(code, spec, [], factsOf(refusal));
};

const factsOf = (refusal: CorrectionRefusal): Readonly<Record<string, unknown>> => {
  switch (refusal.type) {
    case 'IdempotencyKeyReused':
      return { differs: refusal.differs };
    case 'CorrectionDecided':
      return { state: refusal.state };
    case 'CorrectionNotFound':
    case 'SamePerson':
    case 'IndividualNotFound':
    case 'NothingToReverse':
    case 'InsuranceNotAssessed':
    case 'MonthTaken':
    case 'SubmissionNotAssessed':
    case 'ReceiverNotFound':
    case 'EmployerNotFound':
    case 'CreditTooLow':
    case 'Conflict':
      return {};
  }
};
