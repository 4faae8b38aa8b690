import { checkCharacter, normaliseNumber, type Identifier } from '../kernel/ssn.js';
import { organisationCheckCharacter, usccCheckCharacter } from '../kernel/uscc.js';
import type { Why } from './assess.js';

const CITIZEN = 'GB 11643-1999; Social Insurance Law art. 58';
const FOREIGN = 'Order 16 of 2011 art. 10 (second-hand layout)';
const EMPLOYER = 'GB 32100-2015';

/** Why a number is taken for what it is, or which rule it breaks. `identifier` is absent when it breaks one. */
export const explainNumber = (text: string, identifier?: Identifier): readonly Why[] => {
  const number = normaliseNumber(text);
  if (identifier?.kind === 'foreign')
    return [
      {
        rule: 'foreign number',
        source: FOREIGN,
        formula: 'country of 3 letters + 1 reserved character + document number; no check digit',
      },
    ];
  const upgraded = /^\d{15}$/.test(number);
  const whole = upgraded ? `${number.slice(0, 6)}19${number.slice(6)}` : number;
  const form: Why = {
    rule: 'citizen form',
    source: CITIZEN,
    formula: upgraded
      ? '15 digits: 19 goes in after the sixth digit and a check digit at the end'
      : '6 digits of region + 8 of birth date + 3 of sequence (odd: male) + 1 check digit',
  };
  if (!/^\d{17}/.test(whole)) return [form];
  const check = `weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2 over 17 digits, modulo 11: check digit ${checkCharacter(whole)}`;
  return [form, { rule: 'check digit, ISO 7064 MOD 11-2', source: CITIZEN, formula: check }];
};

/** The two checks inside an employer's code; nothing to compute when its form is broken. */
export const explainCode = (text: string): readonly Why[] => {
  const code = normaliseNumber(text);
  const form: Why = {
    rule: 'code form',
    source: EMPLOYER,
    formula:
      '18 of 31 characters (no I O S V Z): 1 department + 1 kind + 6 region + 9 organisation + 1 check',
  };
  if (!/^[0-9A-HJ-NP-RTUWXY]{18}$/.test(code)) return [form];
  return [
    form,
    {
      rule: 'organisation check',
      source: 'GB 11714',
      formula: `weights 3 7 9 10 5 8 4 2 over characters 9 to 16, modulo 11: check ${organisationCheckCharacter(code.slice(8, 16))}`,
    },
    {
      rule: 'check character',
      source: EMPLOYER,
      formula: `weights 3^i modulo 31 over 17 characters, modulo 31: check ${usccCheckCharacter(code)}`,
    },
  ];
};
