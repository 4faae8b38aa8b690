import { ssnTexts, usccTexts } from '../http/number.texts.js';
import { ProblemError, type FieldError, type ProblemSpec, type Text } from '../http/problem.js';
import type { Failure } from './failures.js';

/** How each failure looks from outside. A new failure does not compile until it stands here. */
export const individualProblems = {
  IndividualNotFound: {
    status: 404,
    title: { en: 'No such person is registered', zh: '未找到该参保人' },
  },
  IndividualConflict: {
    status: 409,
    title: { en: 'This person is registered with other content', zh: '该参保人已以不同内容登记' },
  },
  NothingToReverse: {
    status: 404,
    title: { en: 'No contribution stands for this month', zh: '该费款所属期没有可冲销的缴费' },
  },
  InsuranceNotAssessed: {
    status: 422,
    title: { en: 'This insurance was not assessed for the month', zh: '该费款所属期未核定此险种' },
  },
  IdempotencyKeyReused: {
    status: 422,
    title: { en: 'This key was used with other content', zh: '该幂等键已用于不同内容' },
  },
  SettlementConflict: {
    status: 409,
    title: { en: 'This serial was settled with other content', zh: '该机构流水号已以不同内容结算' },
  },
  SettlementNotFound: {
    status: 404,
    title: { en: 'There is no such settlement of this institution', zh: '该机构没有此结算记录' },
  },
  SettlementVoided: {
    status: 409,
    title: { en: 'This message was taken back and can no longer be settled', zh: '该报文已冲正，不能再结算' },
  },
  SettlementAlreadyReversed: {
    status: 409,
    title: { en: 'This settlement is reversed already', zh: '该结算已撤销' },
  },
  AmountsDoNotAddUp: {
    status: 422,
    title: {
      en: 'Total must be own expense and in scope together; the fund pays no more than what is in scope',
      zh: '费用总额须等于自费与范围内金额之和，统筹支付不得超过范围内金额',
    },
  },
  Conflict: {
    status: 409,
    title: { en: 'The record changed meanwhile: send it again', zh: '记录已被同时修改，请重新发送' },
  },
} satisfies Record<Failure['type'], ProblemSpec>;

const regionUnknownSpec: ProblemSpec = {
  status: 422,
  title: { en: 'The rules do not know this region', zh: '未知的地区代码' },
};

const fieldTexts = {
  ...ssnTexts,
  ...usccTexts,
  'region-unknown': { en: 'must be one of the regions known', zh: '须为已知地区之一' },
  'one-of-ssn-and-id': { en: 'exactly one of ssn and id must be given', zh: 'ssn 与 id 须且只能提供一个' },
  'one-of-from-and-until': {
    en: 'exactly one of from and until must be given',
    zh: 'from 与 until 须且只能提供一个',
  },
  'only-with-until': { en: 'belongs to the last day of cover, until', zh: '仅在提供停保日期 until 时填写' },
  required: { en: 'must be given', zh: '必填' },
  'instant-in-future': { en: 'lies ahead', zh: '晚于当前时间' },
  'month-malformed': { en: 'must be a month, YYYY-MM', zh: '须为月份，格式 YYYY-MM' },
  'amounts-do-not-add-up': { en: 'does not fit the other amounts', zh: '与其他金额不符' },
  differs: { en: 'differs from what is recorded', zh: '与已有记录不一致' },
} satisfies Record<string, Text>;
export type FieldCode = keyof typeof fieldTexts;

/** Puts a text into the client's language. */
export type Say = (text: Text) => string;
export const fieldError = (field: string, code: FieldCode, say: Say): FieldError => ({
  field,
  code,
  message: say(fieldTexts[code]),
});

export const regionUnknown = (regions: readonly string[], say: Say): ProblemError =>
  new ProblemError('region-unknown', regionUnknownSpec, [fieldError('region', 'region-unknown', say)], {
    regions,
  });

/** The code is the failure's name in kebab case. A lost race has one of its own: `conflict` alone says too little. */
export const toProblem = (failure: Failure, say: Say): ProblemError => {
  if (failure.type === 'Conflict') return new ProblemError('write-conflict', individualProblems.Conflict);
  const code = failure.type.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
  return new ProblemError(code, individualProblems[failure.type], errorsOf(failure, say), factsOf(failure));
};

const errorsOf = (failure: Failure, say: Say): readonly FieldError[] => {
  if ('differs' in failure) return failure.differs.map((field) => fieldError(field, 'differs', say));
  if ('fields' in failure)
    return failure.fields.map((field) => fieldError(field, 'amounts-do-not-add-up', say));
  return [];
};

const factsOf = (failure: Failure): Readonly<Record<string, unknown>> => {
  switch (failure.type) {
    case 'IndividualConflict':
    case 'IdempotencyKeyReused':
    case 'SettlementConflict':
      return { differs: failure.differs };
    case 'NothingToReverse':
      return { month: failure.month };
    case 'InsuranceNotAssessed':
      return { insurance: failure.insurance };
    case 'AmountsDoNotAddUp':
      return { fields: failure.fields };
    case 'IndividualNotFound':
    case 'SettlementNotFound':
    case 'SettlementVoided':
    case 'SettlementAlreadyReversed':
    case 'Conflict':
      return {};
  }
};
