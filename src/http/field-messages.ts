import type { Text } from './problem.js';

/** What is wrong with a field, by code. A message never holds the value. */
export const fieldMessages = {
  required: { en: 'must be given', zh: '必填' },
  'unknown-field': { en: 'is not a field of this request', zh: '不是此请求的字段' },
  malformed: { en: 'is not in the form asked for', zh: '格式不正确' },
  'not-text': { en: 'must be text', zh: '须为文本' },
  'not-allowed': { en: 'is not one of the values allowed', zh: '不在允许的取值范围内' },
  'not-a-list': { en: 'must be a list', zh: '须为列表' },
  'not-an-object': { en: 'must be an object', zh: '须为对象' },
  'not-true-or-false': { en: 'must be true or false', zh: '须为 true 或 false' },
  'not-a-whole-number': { en: 'must be a whole number', zh: '须为整数' },
  'out-of-range': { en: 'is out of range', zh: '超出范围' },
  'list-empty': { en: 'must not be empty', zh: '不能为空列表' },
  'list-too-short': { en: 'has too few items', zh: '条目过少' },
  'list-too-long': { en: 'has too many items', zh: '条目过多' },
  repeated: { en: 'holds the same item twice', zh: '含有重复条目' },
  'length-out-of-range': { en: 'is too short or too long', zh: '长度超出范围' },
  'money-not-text': {
    en: 'must be text in yuan, such as "1575.05", not a JSON number',
    zh: '须为以元为单位的文本，如 "1575.05"，不能是 JSON 数字',
  },
  'money-malformed': {
    en: 'must be yuan with at most two decimals, such as "1575.05"',
    zh: '须为以元为单位、最多两位小数的金额，如 "1575.05"',
  },
  'money-negative': { en: 'must not be negative', zh: '不能为负数' },
  'money-not-positive': { en: 'must be more than nought', zh: '须大于零' },
  'money-too-small': { en: 'is less than the least amount', zh: '低于最小金额' },
  'month-malformed': { en: 'must be a month, YYYY-MM', zh: '须为月份，格式 YYYY-MM' },
  'day-malformed': {
    en: 'must be a day of the calendar, YYYY-MM-DD',
    zh: '须为真实存在的日期，格式 YYYY-MM-DD',
  },
  'instant-malformed': {
    en: 'must be an instant in UTC, such as 2026-11-24T06:56:20Z',
    zh: '须为 UTC 时间，如 2026-11-24T06:56:20Z',
  },
  'rate-malformed': {
    en: 'must be percent as text, from "0" to "100" with at most four decimals',
    zh: '须为百分比文本，"0" 至 "100"，最多四位小数',
  },
} satisfies Record<string, Text>;

export type FieldCode = keyof typeof fieldMessages;
