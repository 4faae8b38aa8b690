import type { Text } from '../http/problem.js';
import type { RowCode, RowProblem } from './events.js';
import type { WageProblem } from './roster.js';
import type { SsnProblem } from '../kernel/ssn.js';

/** What a clerk reads about a row. No text repeats a number or a name. */
const CODES: Readonly<Record<RowCode, Text>> = {
  'ssn-invalid': { en: 'The social security number is not valid', zh: '社会保障号码无效' },
  'name-missing': { en: 'The name is missing', zh: '缺少姓名' },
  'name-mismatch': {
    en: 'The name differs from the one known for this number',
    zh: '姓名与该号码已有姓名不一致',
  },
  'wage-invalid': { en: 'The wage is not valid', zh: '缴费工资无效' },
  'duplicate-in-file': { en: 'This person stands in the file already', zh: '该人员在本文件中重复出现' },
  'already-submitted': { en: 'This month was submitted already for this person', zh: '该人员本月已申报' },
  'not-registered': { en: 'The person is not registered', zh: '该人员未登记' },
  deceased: { en: 'The person has died', zh: '该人员已死亡' },
  'over-retirement-age': {
    en: 'The person is past retirement age in this month',
    zh: '该人员在该月已超过法定退休年龄',
  },
  'month-closed': { en: 'The month is closed', zh: '该费款所属期已关账' },
  'policy-missing': {
    en: 'No rules are in force for this kind of employment',
    zh: '该用工形式没有适用的政策',
  },
  'employment-invalid': { en: 'The kind of employment is unknown', zh: '用工形式无法识别' },
  'insurance-unknown': { en: 'An insurance is unknown in this region', zh: '险种无法识别或本地区不适用' },
  registered: { en: 'The person was registered by this row', zh: '该人员由本行登记' },
};

const REASONS: Readonly<Record<SsnProblem | WageProblem, Text>> = {
  'ssn-empty': { en: 'it is empty', zh: '号码为空' },
  'ssn-length': { en: 'it has the wrong length', zh: '位数不正确' },
  'ssn-characters': { en: 'it holds characters that do not belong there', zh: '含有非法字符' },
  'ssn-province': { en: 'its region code does not exist', zh: '地区代码不存在' },
  'ssn-birth-date': { en: 'its birth date does not exist', zh: '出生日期不存在' },
  'ssn-birth-date-future': { en: 'its birth date lies ahead', zh: '出生日期晚于今天' },
  'ssn-sequence': { en: 'its sequence number does not exist', zh: '顺序码不存在' },
  'ssn-check-digit': { en: 'its check digit does not fit', zh: '校验码不正确' },
  'wage-empty': { en: 'it is empty', zh: '为空' },
  'wage-format': {
    en: 'it is not an amount in yuan with at most two decimals',
    zh: '不是最多两位小数的元金额',
  },
  'wage-not-positive': { en: 'it is not above nought', zh: '必须大于零' },
  'wage-too-large': { en: 'it is above ten million yuan', zh: '超过一千万元' },
};
const isReason = (reason: string): reason is keyof typeof REASONS => Object.hasOwn(REASONS, reason);

export const textOfCode = (code: RowCode): Text => CODES[code];

/** One sentence in both languages: the code's text, and the finer reason where one is known. */
export const textOf = ({ code, reason }: RowProblem): Text => {
  const text = CODES[code];
  if (!reason || !isReason(reason)) return text;
  const finer = REASONS[reason];
  return { en: `${text.en}: ${finer.en}`, zh: `${text.zh}：${finer.zh}` };
};
