import { ProblemError, type ProblemSpec, type Text } from '../http/problem.js';
import type { SsnProblem } from '../kernel/ssn.js';

const numberInvalid: ProblemSpec = {
  status: 400,
  title: { en: 'The number is not a valid social security number', zh: '社会保障号码无效' },
};

const texts = {
  'ssn-empty': { en: 'must be given', zh: '必填' },
  'ssn-length': { en: 'must have 15 or 18 characters', zh: '须为 15 位或 18 位' },
  'ssn-characters': { en: 'holds characters that no number has', zh: '含有无效字符' },
  'ssn-province': { en: 'begins with no known province', zh: '前两位不是已知的省级代码' },
  'ssn-birth-date': {
    en: 'holds a birth date that is no day of the calendar',
    zh: '出生日期不是真实存在的日期',
  },
  'ssn-birth-date-future': { en: 'holds a birth date in the future', zh: '出生日期晚于今天' },
  'ssn-sequence': { en: 'holds an invalid sequence', zh: '顺序码无效' },
  'ssn-check-digit': { en: 'has a wrong check digit', zh: '校验码错误' },
} satisfies Record<SsnProblem, Text>;

/** `ssn-invalid` with every problem of the number; `say` puts a text into the client's language. */
export const numberProblem = (
  problems: readonly SsnProblem[],
  field: string,
  say: (text: Text) => string,
): ProblemError =>
  new ProblemError(
    'ssn-invalid',
    numberInvalid,
    problems.map((code) => ({ field, code, message: say(texts[code]) })),
  );
