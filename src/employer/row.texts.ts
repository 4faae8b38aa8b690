import type { Text } from '../http/problem.js';
import type { RowCode, RowProblem } from './events.js';
import type { CellProblem, WageProblem } from './roster.js';
import type { ChangeProblem } from './row-change.js';
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
  'ssn-scientific': {
    en: 'A spreadsheet kept the number as an amount and lost its last digits: format the column as text and enter it again',
    zh: '号码被表格软件转为数值，末位数字已丢失，请将该列设为文本后重新录入',
  },
  'change-invalid': { en: 'The kind of change is not valid', zh: '变动类型无效' },
  'change-date-invalid': { en: 'The day of the change is not valid', zh: '变动日期无效' },
  'needs-base-change': {
    en: 'This month stands with another wage: hand it in as a base change',
    zh: '该月已按其他缴费工资申报，如需调整请按基数调整申报',
  },
  'not-assessed': {
    en: 'Nothing stands for this person in this month that could be changed',
    zh: '该人员在该月没有可调整的缴费',
  },
  'not-covered': {
    en: 'This employer does not cover the person who leaves',
    zh: '该人员未在本单位参保，无法减员',
  },
  'cell-too-long': { en: 'A cell is longer than 200 characters', zh: '单元格内容超过 200 个字符' },
  'cell-error': { en: 'A cell cannot be read', zh: '单元格无法读取' },
  'row-parked': {
    en: 'This row could not be posted and is set aside: staff will look at it',
    zh: '该行暂时无法入账，已搁置，待工作人员处理',
  },
  registered: { en: 'The person was registered by this row', zh: '该人员由本行登记' },
};

const REASONS: Readonly<Record<SsnProblem | WageProblem | ChangeProblem | CellProblem, Text>> = {
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
  'change-unknown': { en: 'the word is unknown', zh: '无法识别' },
  'change-empty': { en: 'there is a day and no change', zh: '填写了变动日期但未填写变动类型' },
  'change-date-empty': { en: 'it is empty', zh: '为空' },
  'change-date-format': { en: 'it is not a day such as 2025-07-15', zh: '不是有效日期，例如 2025-07-15' },
  'change-date-outside': {
    en: 'it lies after this month or over thirty days before it; a leaver with a wage leaves in this month',
    zh: '晚于费款所属期或早于所属期三十天以上；有缴费工资的减员日期须在所属期内',
  },
  'cell-characters': { en: 'it holds characters that were damaged', zh: '含有损坏的字符' },
  'cell-value': { en: 'it holds the error of a formula', zh: '为公式错误值' },
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
