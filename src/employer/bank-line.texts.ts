import type { Text } from '../http/problem.js';
import type { BankNoteCode, BankProblemCode } from './bank-line.js';

/** What is said of a line of the bank, by code. */
export const BANK_TEXTS: Readonly<Record<BankProblemCode | BankNoteCode, Text>> = {
  'date-invalid': {
    en: 'the date is not a day of the calendar, such as 2025-08-11',
    zh: '日期无法识别，应如 2025-08-11',
  },
  'date-in-future': { en: 'the date lies ahead', zh: '日期晚于今天' },
  'amount-invalid': {
    en: 'the amount must be yuan with at most two decimals, such as 1575.05',
    zh: '金额须以元为单位、最多两位小数，如 1575.05',
  },
  'amount-separator': {
    en: 'the amount has thousands separators: write 1575.05',
    zh: '金额含千位分隔符，请写作 1575.05',
  },
  'amount-not-positive': {
    en: 'the amount is not more than nought: money that went out is not booked here',
    zh: '金额须大于零，付出款项不在此入账',
  },
  'reference-missing': { en: 'the reference of the bank is missing', zh: '缺少流水号' },
  'reference-invalid': {
    en: 'the reference is over 100 characters or holds control characters',
    zh: '流水号超过 100 个字符或含控制字符',
  },
  'payer-invalid': { en: 'the code of the payer does not check', zh: '付款方代码校验不正确' },
  'payer-missing': {
    en: 'neither the payer nor the remark names an employer or a submission',
    zh: '付款方与摘要均未写明单位代码或申报编号',
  },
  'payer-unknown': { en: 'the payer is no registered employer', zh: '付款方不是已登记的单位' },
  'payer-differs': {
    en: 'the line names two employers, or a submission of another one',
    zh: '该行写明两个单位，或写明其他单位的申报',
  },
  'bill-unknown': { en: 'the remark names a submission that is not there', zh: '摘要中的申报编号不存在' },
  'bill-ambiguous': { en: 'the remark names several submissions', zh: '摘要中有多个申报编号' },
  'bill-not-assessed': {
    en: 'the submission has no bill yet: the money went to the account',
    zh: '该申报尚未核定，款项记入单位账户',
  },
  'bill-withdrawn': {
    en: 'the submission is withdrawn: the money went to the account',
    zh: '该申报已撤回，款项记入单位账户',
  },
  'bill-already-paid': {
    en: 'nothing is left to pay of the submission: the money went to the account',
    zh: '该申报已缴清，款项记入单位账户',
  },
  'month-not-open': {
    en: 'nothing is open for the month: the money is kept as credit',
    zh: '该费款所属期没有待缴金额，款项作为余额留存',
  },
  'months-several': {
    en: 'the remark names several months: the oldest that is open came first',
    zh: '摘要中有多个费款所属期，先缴最早欠费',
  },
};
