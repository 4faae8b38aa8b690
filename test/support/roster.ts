import { checkCharacter } from '../../src/kernel/ssn.js';

/** Synthetic people: valid numbers counted up from a seed, invented names. */
export type RosterPerson = Readonly<{ ssn: string; name: string; wage: string }>;

const NAMES = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'] as const;
const PER_DAY = 900;

/** The n-th invented person: numbers differ for every n below 25 million. */
export const personOf = (n: number): RosterPerson => {
  const day = Math.floor(n / PER_DAY);
  const year = 1970 + (day % 30);
  const monthDay = Math.floor(day / 30);
  const month = (monthDay % 12) + 1;
  const date = (Math.floor(monthDay / 12) % 28) + 1;
  const two = (value: number): string => value.toString().padStart(2, '0');
  const first17 = `310101${year}${two(month)}${two(date)}${(n % PER_DAY).toString().padStart(3, '0')}`;
  const name = `试${NAMES[n % 10] ?? ''}${NAMES[Math.floor(n / 10) % 10] ?? ''}`;
  return { ssn: first17 + checkCharacter(first17), name, wage: `${5_000 + (n % 40_000)}.${two(n % 100)}` };
};

export const peopleOf = (count: number, from = 0): readonly RosterPerson[] =>
  Array.from({ length: count }, (_, i) => personOf(from + i));

export const toCsv = (people: readonly RosterPerson[]): string =>
  ['ssn,name,wage', ...people.map(({ ssn, name, wage }) => `${ssn},${name},${wage}`)].join('\r\n') + '\r\n';

/** A code with both check characters right, of an employer that does not exist. */
export const EMPLOYER = '91310000MA1FL0007C';
