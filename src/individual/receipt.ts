import type { Instant } from '../kernel/calendar.js';
import { toBusinessDay } from '../kernel/clock.js';
import { toYuan } from '../kernel/money.js';
import type { SettlementRecord } from './payout.js';

/** A 58 mm till prints 32 columns; a Chinese character takes two. */
export const RECEIPT_COLUMNS = 32;

const KINDS: Readonly<Record<string, string>> = {
  pharmacy: '药店购药',
  outpatient: '普通门诊',
  inpatient: '住院',
};

/**
 * The receipt of a settlement (结算单), lines of at most RECEIPT_COLUMNS columns. It names the person by the first
 * characters of the id alone: neither name nor number is known here.
 */
export const receiptOf = (
  id: string,
  { settled, balanceBefore, balanceAfter, reversal }: SettlementRecord,
): string =>
  [
    centred('医保结算单'),
    ...(reversal ? [centred('【已撤销】')] : []),
    ...pair('机构', settled.institution),
    ...pair('类别', KINDS[settled.kind] ?? settled.kind),
    ...pair('时间', shanghaiTime(settled.occurredAt as Instant)),
    ...pair('参保人', `${id.slice(0, 6)}****`),
    RULE,
    ...pair('费用总额', settled.total),
    ...pair('自费', settled.ownExpense),
    ...pair('范围内', settled.inScope),
    ...pair('统筹支付', settled.fundPaid),
    ...pair('个人账户支付', settled.accountPaid),
    ...pair('现金支付', settled.cashPaid),
    RULE,
    ...pair('账户余额(前)', toYuan(balanceBefore)),
    ...pair('账户余额(后)', toYuan(balanceAfter)),
    ...(reversal ? pair('撤销后余额', toYuan(reversal.balanceAfter)) : []),
    RULE,
    ...pair('结算号', settled.settlement),
    ...pair('机构流水', settled.institutionSerial),
    ...(reversal ? pair('撤销流水', reversal.institutionSerial) : []),
    '查询 12393/12333',
  ].join('\n');

const RULE = '-'.repeat(RECEIPT_COLUMNS);
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

/** Columns that a text takes on paper. */
export const columnsOf = (text: string): number => {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
};

const centred = (text: string): string =>
  ' '.repeat(Math.floor((RECEIPT_COLUMNS - columnsOf(text)) / 2)) + text;

/** Label at the left, value at the right; a value that does not fit beside it goes on lines of its own. */
const pair = (label: string, value: string): string[] => {
  const gap = RECEIPT_COLUMNS - columnsOf(label) - columnsOf(value);
  if (gap >= 1) return [label + ' '.repeat(gap) + value];
  return [label, ...cut(value).map((part) => ' '.repeat(RECEIPT_COLUMNS - columnsOf(part)) + part)];
};

const cut = (value: string): string[] => {
  const parts = [''];
  for (const character of value) {
    const last = parts[parts.length - 1] ?? '';
    if (columnsOf(last + character) > RECEIPT_COLUMNS) parts.push(character);
    else parts[parts.length - 1] = last + character;
  }
  return parts;
};

/** `2026-11-24 14:56` in Asia/Shanghai, UTC+8 all the year. */
const shanghaiTime = (instant: Instant): string => {
  const hour = ((Number(instant.slice(11, 13)) + 8) % 24).toString().padStart(2, '0');
  return `${toBusinessDay(instant)} ${hour}:${instant.slice(14, 16)}`;
};
