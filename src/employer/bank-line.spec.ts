import { describe, expect, it } from '@jest/globals';
import { EMPLOYER } from '../../test/support/roster.js';
import { toDay } from '../kernel/calendar.js';
import { BANK_TEXTS } from './bank-line.texts.js';
import { readBankRow, type BankRow } from './bank-line.js';

const today = toDay('2025-08-20');
const BILL = 'bf33f21a-f20a-511e-a81a-e54f795c672d';
const rowOf = (
  given: Partial<Record<'date' | 'amount' | 'reference' | 'uscc' | 'payer' | 'remark', string>>,
) => {
  const {
    date = '2025-08-11',
    amount = '100.00',
    reference = 'r1',
    uscc = '',
    payer = '',
    remark = '',
  } = given;
  return [2, date, amount, reference, uscc, payer, remark] satisfies BankRow;
};
const read = (given: Parameters<typeof rowOf>[0]) => readBankRow(rowOf(given), today);
const codesOf = (given: Parameters<typeof rowOf>[0]): readonly string[] => {
  const entry = read(given);
  return entry.ok ? [] : entry.error.map(({ code, field }) => `${field} ${code}`);
};

describe('the day', () => {
  it.each([
    ['2025-08-11', '2025-08-11'],
    ['2025/8/9', '2025-08-09'],
    ['2025.8.9', '2025-08-09'],
    ['20250811', '2025-08-11'],
    ['2025年8月11日', '2025-08-11'],
    ['２０２５年８月１１日', '2025-08-11'],
    ['2025-08-11 10:22:33', '2025-08-11'],
    ['2025-08-11T10:22:33.123', '2025-08-11'],
    ['20250811 102233', '2025-08-11'],
    [' 2025-08-20 ', '2025-08-20'],
  ])('%p is %s', (date, paidOn) => expect(read({ date })).toMatchObject({ ok: true, value: { paidOn } }));
  it.each(['', '2025-02-29', '2025-13-01', '11/08/2025', '2025-08', '45880', '2025-8-11-1'])(
    '%p is none',
    (date) => expect(codesOf({ date })).toEqual(['date date-invalid']),
  );
  it('does not lie ahead', () => expect(codesOf({ date: '2025-08-21' })).toEqual(['date date-in-future']));
});

describe('the amount', () => {
  it.each([
    ['100', 10_000n],
    ['100.5', 10_050n],
    [' 0.01 ', 1n],
    ['１００．２５', 10_025n],
  ])('%p', (text, amount) => expect(read({ amount: text })).toMatchObject({ ok: true, value: { amount } }));
  it.each([
    ['', 'amount-invalid'],
    ['abc', 'amount-invalid'],
    ['1.234', 'amount-invalid'],
    ['1e3', 'amount-invalid'],
    ['+5', 'amount-invalid'],
    ['¥100', 'amount-invalid'],
    ['1,23', 'amount-invalid'],
    ['1,234.56', 'amount-separator'],
    ['12,345,678', 'amount-separator'],
    ['１，２３４．５６', 'amount-separator'],
    ['-1,234.56', 'amount-separator'],
    ['0', 'amount-not-positive'],
    ['0.00', 'amount-not-positive'],
    ['-100.00', 'amount-not-positive'],
  ])('%p is %s', (amount, code) => expect(codesOf({ amount })).toEqual([`amount ${code}`]));
});

describe('the reference', () => {
  it('stays as the bank writes it, without blanks around it', () =>
    expect(read({ reference: ' ２０25-Ａ ' })).toMatchObject({ value: { reference: '２０25-Ａ' } }));
  it.each([
    [' ', 'reference-missing'],
    ['x'.repeat(101), 'reference-invalid'],
    ['a\nb', 'reference-invalid'],
    ['a\ud800', 'reference-invalid'],
  ])('%p is refused', (reference, code) => expect(codesOf({ reference })).toEqual([`reference ${code}`]));
});

describe('the payer', () => {
  it.each([
    [{ uscc: EMPLOYER }, 'uscc'],
    [{ uscc: EMPLOYER.toLowerCase() }, 'uscc'],
    [{ payer: `样例有限公司(${EMPLOYER})` }, 'payer'],
    [{ payer: EMPLOYER }, 'payer'],
    [{ remark: `社保费 ${EMPLOYER} 七月` }, 'remark'],
    [{ uscc: EMPLOYER, payer: EMPLOYER, remark: EMPLOYER }, 'uscc'],
  ])('%p', (given, payerField) =>
    expect(read(given)).toMatchObject({ ok: true, value: { payer: EMPLOYER, payerField } }),
  );
  it('is not every number of eighteen places', () =>
    expect(read({ payer: '某', remark: '11010519491231002X' })).toMatchObject({
      value: { payer: undefined },
    }));
  it('must check where a column holds it', () =>
    expect(codesOf({ uscc: '91310000MA1FL0000A' })).toEqual(['uscc payer-invalid']));
  it('is one', () =>
    expect(codesOf({ uscc: EMPLOYER, remark: '91350100M000100Y43' })).toEqual(['uscc payer-differs']));
});

describe('the remark', () => {
  it.each([
    ['2025-07', '2025-07'],
    ['2025/7', '2025-07'],
    ['2025年7月社保', '2025-07'],
    ['2025年07月份养老保险', '2025-07'],
    ['社保费202507', '2025-07'],
    ['２０２５年７月', '2025-07'],
    ['所属期2025-07-01至2025-07-31', '2025-07'],
    ['20250701-20250731', '2025-07'],
    ['2025年7月1日至2025年7月31日', '2025-07'],
    ['2025-07, 2025年7月', '2025-07'],
    ['付款日2025-07-15', undefined],
    ['20250715', undefined],
    ['2025年7月15日', undefined],
    ['12025070', undefined],
    ['202513', undefined],
    [BILL, undefined],
    ['', undefined],
  ])('%p names the month %p', (remark, month) =>
    expect(read({ remark })).toMatchObject({ ok: true, value: { month, isSeveralMonths: false } }),
  );
  it('of several months names none', () =>
    expect(read({ remark: '2025-06至2025-07' })).toMatchObject({
      value: { month: undefined, isSeveralMonths: true },
    }));
  it.each([BILL, BILL.toUpperCase(), `缴费(${BILL})2025-07`])('%p names the submission', (remark) =>
    expect(read({ remark })).toMatchObject({ ok: true, value: { bill: BILL } }),
  );
  it('of two submissions is not sure', () =>
    expect(codesOf({ remark: `${BILL} ${BILL.replace('b', 'a')}` })).toEqual(['remark bill-ambiguous']));
});

it('everything that is wrong is told at once', () =>
  expect(codesOf({ date: 'x', amount: '1,000', reference: '', uscc: '1' })).toEqual([
    'date date-invalid',
    'amount amount-separator',
    'reference reference-missing',
    'uscc payer-invalid',
  ]));

it('every code has a text in both languages', () =>
  expect(Object.values(BANK_TEXTS).every(({ en, zh }) => en !== '' && /\p{Script=Han}/u.test(zh))).toBe(
    true,
  ));
