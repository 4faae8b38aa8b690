import type { Brand } from './brand.js';
import { normaliseNumber } from './ssn.js';
import { err, ok, type Result } from './result.js';

/** An employer's unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters, upper case. */
export type Uscc = Brand<string, 'uscc'>;
export const USCC_PROBLEMS = [
  'uscc-empty',
  'uscc-length',
  'uscc-characters',
  'uscc-organisation-check',
  'uscc-check-digit',
] as const;
export type UsccProblem = (typeof USCC_PROBLEMS)[number];

/** Thirty-one symbols: no I, O, S, V, Z. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const;

/** The last character; the second `mod 31` matters when the remainder is nought. */
export const usccCheckCharacter = (first17: string): string => {
  const weighted = WEIGHTS.reduce(
    (total, weight, i) => total + ALPHABET.indexOf(first17[i] ?? '') * weight,
    0,
  );
  return ALPHABET[(31 - (weighted % 31)) % 31] ?? '';
};

/** The check of the organisation code inside (GB 11714), over its eight characters. */
export const organisationCheckCharacter = (first8: string): string => {
  const weighted = ORGANISATION_WEIGHTS.reduce(
    (total, weight, i) => total + parseInt(first8[i] ?? '', 36) * weight,
    0,
  );
  const check = 11 - (weighted % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : check.toString();
};

/** Reads a code as an employer gives it. All problems are named. */
export const parseUscc = (text: string): Result<Uscc, readonly UsccProblem[]> => {
  const code = normaliseNumber(text);
  if (code === '') return err(['uscc-empty']);
  if (code.length !== 18) return err(['uscc-length']);
  if ([...code].some((c) => !ALPHABET.includes(c))) return err(['uscc-characters']);
  const problems: UsccProblem[] = [];
  if (organisationCheckCharacter(code.slice(8, 16)) !== code[16]) problems.push('uscc-organisation-check');
  if (usccCheckCharacter(code) !== code[17]) problems.push('uscc-check-digit');
  return problems.length > 0 ? err(problems) : ok(code as Uscc);
};
