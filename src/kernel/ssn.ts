import type { Brand } from './brand.js';
import { isRealDay, toDay, type Day } from './calendar.js';
import { err, ok, type Result } from './result.js';

/** A social security number (社会保障号码) in its normal form: 18 characters for citizens, up to 18 for others. */
export type Ssn = Brand<string, 'ssn'>;
export type SsnKind = 'citizen' | 'hk' | 'macau' | 'taiwan' | 'permanent-resident' | 'foreign';
export type Sex = 'male' | 'female';
export const SSN_PROBLEMS = [
  'ssn-empty',
  'ssn-length',
  'ssn-characters',
  'ssn-province',
  'ssn-birth-date',
  'ssn-birth-date-future',
  'ssn-sequence',
  'ssn-check-digit',
] as const;
export type SsnProblem = (typeof SSN_PROBLEMS)[number];

/** `upgraded`: given with 15 digits and made into 18. Birth date and sex are absent where the number holds none. */
export type Identifier = Readonly<{
  ssn: Ssn;
  kind: SsnKind;
  upgraded: boolean;
  birthDate?: Day;
  sex?: Sex;
}>;

/** GB/T 2260 province prefixes. Abolished counties are normal in old numbers, so only the province is checked. */
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82'.split(
    ' ',
  ),
);
/** Residence permits (居住证) of 2018-09-01 onwards. */
const RESIDENCE_PERMITS: Readonly<Record<string, SsnKind>> = {
  '810000': 'hk',
  '820000': 'macau',
  '830000': 'taiwan',
};
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECK_CHARACTERS = '10X98765432';
const ASCII_SPACES_AND_MORE = /[\s\u00a0\u200b\ufeff\u3000]/g;

/** Full-width characters become half-width, white space goes, letters become upper case. */
export const normaliseNumber = (text: string): string =>
  text
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(ASCII_SPACES_AND_MORE, '')
    .toUpperCase();

/** ISO 7064 MOD 11-2 over the first 17 digits (GB 11643-1999). */
export const checkCharacter = (first17: string): string => {
  let weighted = 0;
  for (let i = 0; i < WEIGHTS.length; i++) weighted += (first17.charCodeAt(i) - 48) * (WEIGHTS[i] ?? 0);
  return CHECK_CHARACTERS[weighted % 11] ?? '';
};

/**
 * Reads a number as a person gives it: 18 or 15 digits, a residence permit, a permanent resident card, or a
 * foreigner's number (Order 16 of 2011: country, reserved character, document number). All problems are named.
 * `today` bounds the birth date. Source: GB 11643-1999; Social Insurance Law art. 58.
 */
export const parseSsn = (text: string, today: Day): Result<Identifier, readonly SsnProblem[]> => {
  const number = normaliseNumber(text);
  if (number === '') return err(['ssn-empty']);
  if (/^\d{15}$/.test(number)) {
    const first17 = `${number.slice(0, 6)}19${number.slice(6)}`;
    return parseDigits(first17 + checkCharacter(first17), today, true);
  }
  if (/^\d{17}[\dX]$/.test(number)) return parseDigits(number, today, false);
  if (/^[A-Z]{3}[A-Z0-9]{5,15}$/.test(number))
    return ok({ ssn: number as Ssn, kind: 'foreign', upgraded: false });
  return err([/^[\dX]*$/.test(number) ? lengthOrX(number) : 'ssn-characters']);
};

const lengthOrX = (number: string): SsnProblem => (number.length === 18 ? 'ssn-characters' : 'ssn-length');

const parseDigits = (
  number: string,
  today: Day,
  upgraded: boolean,
): Result<Identifier, readonly SsnProblem[]> => {
  const kind = kindOf(number);
  const problems: SsnProblem[] = [];
  if (!kind) problems.push('ssn-province');
  const birth = number.slice(6, 14);
  const [year, month, date] = [Number(birth.slice(0, 4)), Number(birth.slice(4, 6)), Number(birth.slice(6))];
  const birthDate =
    year >= 1900 && year <= 2099 && isRealDay(year, month, date)
      ? toDay(`${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}`)
      : undefined;
  if (!birthDate) problems.push('ssn-birth-date');
  else if (birthDate > today) problems.push('ssn-birth-date-future');
  if (number.slice(14, 17) === '000' && kind === 'permanent-resident') problems.push('ssn-sequence');
  if (checkCharacter(number) !== number[17]) problems.push('ssn-check-digit');
  if (!kind || !birthDate || problems.length > 0) return err(problems);
  const sex: Sex = Number(number[16]) % 2 === 1 ? 'male' : 'female';
  return ok({ ssn: number as Ssn, kind, upgraded, birthDate, sex });
};

const kindOf = (number: string): SsnKind | undefined => {
  if (number.startsWith('9')) return PROVINCES.has(number.slice(1, 3)) ? 'permanent-resident' : undefined;
  return RESIDENCE_PERMITS[number.slice(0, 6)] ?? (PROVINCES.has(number.slice(0, 2)) ? 'citizen' : undefined);
};
