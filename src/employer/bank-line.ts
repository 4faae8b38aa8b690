import { parseDay, type Day, type Month, parseMonth } from '../kernel/calendar.js';
import { parseYuan, ZERO, type Fen } from '../kernel/money.js';
import { parseUscc, type Uscc } from '../kernel/uscc.js';
import { err, ok, type Result } from '../kernel/result.js';

/**
 * One line of a statement of the bank or of the tax collection (银行流水, 税务征收回单): what it says, and whom and what it
 * names. Pure.
 */
export const BANK_FIELDS = ['date', 'amount', 'reference', 'uscc', 'payer', 'remark'] as const;
export type BankField = (typeof BANK_FIELDS)[number];
/** As written in the file: its line, then the cells in the order of BANK_FIELDS. */
export type BankRow = readonly [
  line: number,
  date: string,
  amount: string,
  reference: string,
  uscc: string,
  payer: string,
  remark: string,
];

/** What is wrong with a line; a line with any of these is not booked. */
export type BankProblemCode =
  | 'date-invalid'
  | 'date-in-future'
  | 'amount-invalid'
  | 'amount-separator'
  | 'amount-not-positive'
  | 'reference-missing'
  | 'reference-invalid'
  | 'payer-invalid'
  | 'payer-missing'
  | 'payer-unknown'
  | 'payer-differs'
  | 'bill-unknown'
  | 'bill-ambiguous';
/** Why money that was booked did not go where the line says; the employer is sure, so it stands in the account. */
export type BankNoteCode =
  'bill-not-assessed' | 'bill-withdrawn' | 'bill-already-paid' | 'month-not-open' | 'months-several';
export type BankProblem = Readonly<{ code: BankProblemCode; field: BankField }>;

export type BankEntry = Readonly<{
  line: number;
  paidOn: Day;
  amount: Fen;
  reference: string;
  /** The code of the payer, from its column, its name or the remark. */
  payer: Uscc | undefined;
  /** Where the code stands. */
  payerField: BankField;
  /** The submission that is named. */
  bill: string | undefined;
  month: Month | undefined;
  /** Several months are named: then none of them comes first. */
  isSeveralMonths: boolean;
}>;

const REFERENCE_CHARACTERS_MAX = 100;
const CONTROLS = /\p{Cc}/u;

/** What the line of the bank is: these three name it. */
type Money = Readonly<{
  paidOn: Result<Day, 'date-invalid'>;
  amount: Result<Fen, 'amount-invalid' | 'amount-separator' | 'amount-not-positive'>;
  reference: Result<string, 'reference-missing' | 'reference-invalid'>;
}>;
export const readMoney = ([_line, date, amount, reference]: BankRow): Money => ({
  paidOn: readDay(plain(date)),
  amount: readAmount(plain(amount)),
  // It stays as the bank writes it.
  reference: readReference(reference.trim()),
});

const plain = (cell: string): string => cell.normalize('NFKC').trim();

/** What a line says, or everything that is wrong with it by itself. */
export const readBankRow = (row: BankRow, today: Day): Result<BankEntry, readonly BankProblem[]> => {
  const [line, _date, _amount, _reference, ...texts] = row;
  const { paidOn, amount, reference } = readMoney(row);
  const [code, payerText, remark] = texts.map(plain) as [string, string, string];
  const payer = findPayer(code, payerText, remark);
  const bills = findAll(remark, BILL).map((bill) => bill.toLowerCase());
  const problems: BankProblem[] = [];
  if (!paidOn.ok) problems.push({ code: paidOn.error, field: 'date' });
  else if (paidOn.value > today) problems.push({ code: 'date-in-future', field: 'date' });
  if (!amount.ok) problems.push({ code: amount.error, field: 'amount' });
  if (!reference.ok) problems.push({ code: reference.error, field: 'reference' });
  if (!payer.ok) problems.push({ code: payer.error, field: 'uscc' });
  if (bills.length > 1) problems.push({ code: 'bill-ambiguous', field: 'remark' });
  if (problems.length > 0 || !paidOn.ok || !amount.ok || !reference.ok || !payer.ok) return err(problems);
  const months = findMonths(remark);
  return ok({
    line,
    paidOn: paidOn.value,
    amount: amount.value,
    reference: reference.value,
    payer: payer.value?.code,
    payerField: payer.value?.field ?? 'uscc',
    bill: bills[0],
    month: months.length === 1 ? months[0] : undefined,
    isSeveralMonths: months.length > 1,
  });
};

const readReference = (text: string): Money['reference'] => {
  if (text === '') return err('reference-missing');
  const isGood = text.length <= REFERENCE_CHARACTERS_MAX && !CONTROLS.test(text) && text.isWellFormed();
  return isGood ? ok(text) : err('reference-invalid');
};

/** `2025-08-11`, `2025/8/11`, `2025.8.11`, `20250811`, `2025年8月11日`, and these with a time of day behind. */
const DAY =
  /^(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|(\d\d)(\d\d)|年(\d{1,2})月(\d{1,2})日)(?:[T ]*\d{1,2}:?\d\d(?::?\d\d(?:[.]\d+)?)?)?$/;
const readDay = (text: string): Money['paidOn'] => {
  const [, year, ...parts] = DAY.exec(text) ?? [];
  const [month, date] = parts.filter((part) => part !== undefined);
  if (!year || !month || !date) return err('date-invalid');
  const day = parseDay(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`);
  return day.ok ? day : err('date-invalid');
};

const SEPARATED = /^-?\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?$/;
const readAmount = (text: string): Money['amount'] => {
  if (SEPARATED.test(text)) return err('amount-separator');
  const amount = parseYuan(text);
  if (!amount.ok) return err('amount-invalid');
  return amount.value > ZERO ? amount : err('amount-not-positive');
};

const USCC = /(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{18}(?![0-9A-Za-z])/g;
const BILL =
  /(?<![0-9A-Za-z-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9A-Za-z-])/gi;

type FoundPayer = Readonly<{ code: Uscc; field: BankField }> | undefined;
/** A column that is filled must hold a code; in a name or a remark only what checks as a code is one. */
const findPayer = (
  code: string,
  payer: string,
  remark: string,
): Result<FoundPayer, 'payer-invalid' | 'payer-differs'> => {
  const given = code === '' ? undefined : parseUscc(code);
  if (given && !given.ok) return err('payer-invalid');
  const named = (['payer', 'remark'] as const).flatMap((field) =>
    findAll(field === 'payer' ? payer : remark, USCC).flatMap((text) => {
      const parsed = parseUscc(text);
      return parsed.ok ? [{ code: parsed.value, field }] : [];
    }),
  );
  const found = [...(given ? [{ code: given.value, field: 'uscc' as const }] : []), ...named];
  const codes = new Set(found.map((each) => each.code));
  return codes.size > 1 ? err('payer-differs') : ok(found[0]);
};

/** `2025-07`, `2025/7`, `202507`, `2025年7月`; not what is the beginning of a day. */
const MONTH =
  /(?<!\d)(20\d\d)(?:(0[1-9]|1[0-2])(?!\d)|[-/.](0?[1-9]|1[0-2])(?![-/.]?\d)|年(0?[1-9]|1[0-2])月(?!\d{1,2}日))/g;
/** The whole of a month from its first day, as tax receipts write the period owed: `2025-07-01至2025-07-31`. */
const PERIOD = /(?<!\d)(20\d\d)([-/.年]?)(\d{1,2})([-/.月]?)0?1日?\s*(?:至|到|-|~|—)\s*\1\2\3\4\d{1,2}日?/g;
const findMonths = (remark: string): readonly Month[] => {
  // A submission's name holds digits that look like anything.
  const rest = remark.replace(BILL, ' ').replace(USCC, ' ').replace(PERIOD, ' $1年$3月 ');
  const found = [...rest.matchAll(MONTH)].flatMap(([, year = '', ...parts]) => {
    const month = parts.find((part) => part !== undefined) ?? '';
    const parsed = parseMonth(`${year}-${month.padStart(2, '0')}`);
    return parsed.ok ? [parsed.value] : [];
  });
  return [...new Set(found)];
};

const findAll = (text: string, pattern: RegExp): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([found]) => found)),
];
