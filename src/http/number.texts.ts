import type { SsnProblem } from '../kernel/ssn.js';
import type { UsccProblem } from '../kernel/uscc.js';
import type { Text } from './problem.js';

/** What is wrong with a social security number, said of the field that holds it. */
export const ssnTexts = {
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

/** What is wrong with a unified social credit code. */
export const usccTexts = {
  'uscc-empty': { en: 'must be given', zh: '必填' },
  'uscc-length': { en: 'must have 18 characters', zh: '须为 18 位' },
  'uscc-characters': { en: 'holds characters that no code has', zh: '含有无效字符' },
  'uscc-organisation-check': { en: 'has a wrong organisation check', zh: '组织机构校验码错误' },
  'uscc-check-digit': { en: 'has a wrong check character', zh: '校验码错误' },
} satisfies Record<UsccProblem, Text>;
