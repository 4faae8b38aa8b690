import { YamlRuleBook } from '../../src/rules/rules.loader.js';
import { national } from '../rules/demo-region.js';

/**
 * A year of one employer, every figure worked out by hand. A made-up region keeps it checkable: of the base, pension takes 16 %
 * from the employer and 8 % from the employee, all of it to the account; medical 8 % and 2 %, to the account. 34 % in all. Due on
 * the 15th, or the next working day. The floor is 4000; in November a notice says that it has been 5000 since July.
 *
 *   month  persons and bases                            bill       what happens
 *   01     A 10000  B 6000  C 4500           E 5000     8670.00    paid in full
 *   02     the same                                     8670.00    5000.00 in time, the rest 10 days late: fee 18.35
 *   03     the same                                     8670.00    9000.00 paid: 330.00 credit
 *   04     D joins with 8000                           11390.00    330.00 of it from credit
 *   05     E leaves on the 20th                        11390.00    a first file is withdrawn
 *   06     A 10000  B 6000  C 4500  D 8000              9690.00    paid in full
 *   07     the same, then A 12000 and B 5500            9690.00    + 680.00 for A, - 170.00 for B, which is paid: credit, used
 *                                                                  at once; 510.00 in cash. Fee (170 x 10 + 510 x 13 days) x
 *                                                                  0.05 % = 4.165: 4.17
 *   08     A 12000  B 5500  C 4500  D 8000             10200.00    not declared: 110 % = 11220.00; declared on 09-22, 38 days
 *                                                                  late: fee 193.80
 *   09     the same                                    10200.00    paid in full
 *   10     the same                                    10200.00    C is taken back: 1530.00 credit, 1000.00 refunded
 *   11     C 5000 by the late floor                    10370.00    530.00 of it from credit
 *   07-09  C 500 more each month                     3 x 170.00    differences of the notice, paid in one sum
 *   12     A 12000  B 5500  C 5000  D 8000             10370.00    6000.00 paid: the employees' 3050.00, and 2950.00 of the
 *                                                                  4880.00 of pension's employer side, which wait
 */
const regionOf = (floor: string): string => `region: demo
tables:
  - topic: limits
    unit: yuan
    for: { employee: [pension, medical] }
    entries:
      - { from: 2025-01, to: 2025-06, floor: '4000', ceiling: '20000', source: notice A, mark: sure }
      - { from: 2025-07, to: 2026-06, floor: '${floor}', ceiling: '20000', source: notice B, mark: sure }
  - topic: rates
    unit: percent
    for: { employee: [pension] }
    entries:
      - { from: 2025-01, to: 2026-06, employer: '16', employee: '8', toAccount: '8', source: law, mark: sure }
  - topic: rates
    unit: percent
    for: { employee: [medical] }
    entries:
      - { from: 2025-01, to: 2026-06, employer: '8', employee: '2', toAccount: '2', source: law, mark: sure }
  - topic: rounding
    unit: mode
    for: { employee: [pension, medical] }
    entries:
      - { from: 2025-01, to: 2026-06, employer: fen-half-up, employee: fen-half-up, source: law, mark: sure }
  - topic: due
    unit: day
    entries:
      - { from: 2025-01, to: 2026-06, day: 15, source: office, mark: sure }
`;
export const rulesWith = (floor: string): YamlRuleBook =>
  YamlRuleBook.from({ ...national, 'demo/2025.yaml': regionOf(floor) });

export const NAMES = ['A', 'B', 'C', 'D', 'E'] as const;
export type Name = (typeof NAMES)[number];
type Row = Readonly<{ wage: string; change?: string; changeDate?: string; reason?: string }>;
export type Roster = Readonly<Partial<Record<Name, string | Row>>>;

/** Balances on the last day; months that count for pension. Of the base that was paid for: pension 8 %, medical 2 %. */
export const PERSONS: Readonly<
  Record<Name, Readonly<{ base: string; pension: string; medical: string; months: number }>>
> = {
  A: { base: '6 x 10000 + 6 x 12000 = 132000', pension: '10560.00', medical: '2640.00', months: 11 },
  B: { base: '6 x 6000 + 6 x 5500 = 69000', pension: '5520.00', medical: '1380.00', months: 11 },
  C: { base: '6 x 4500 + 5 x 5000 = 52000', pension: '4160.00', medical: '1040.00', months: 10 },
  D: { base: '9 x 8000 = 72000', pension: '5760.00', medical: '1440.00', months: 8 },
  E: { base: '5 x 5000 = 25000', pension: '2000.00', medical: '500.00', months: 5 },
};

/**
 * The book on the last day. Money in: 8670 + 5000 + 3688.35 + 9000 + 11060 + 11390 + 9690 + 9690 + 514.17 + 10200 + 10393.80 +
 * 10200 + 9840 + 510 + 6000 = 115846.32; out 1000. Bases of which the employer's part is paid, January to November: 319500.
 */
export const BOOK: Readonly<Record<string, string>> = {
  'cash:treasury': '114846.32',
  'income:late-fee': '-216.32',
  'account:pension': '-28000.00',
  'account:medical': '-7000.00',
  'pool:pension': '-51120.00',
  'pool:medical': '-25560.00',
  'clearing:payments': '-2950.00',
  'payable:employers': '0.00',
  'receivable:pension': '4880.00',
  'receivable:medical': '2440.00',
  'assessed:pension': '-4880.00',
  'assessed:medical': '-2440.00',
};

const toFen = (yuan: string): bigint => BigInt(yuan.replace('.', ''));
/** What is more on the left side than on the right, yuan text. */
export const minus = (debit: string, credit: string): string => {
  const fen = toFen(debit) - toFen(credit);
  const [sign, whole] = fen < 0n ? ['-', -fen] : ['', fen];
  return `${sign}${whole / 100n}.${(whole % 100n).toString().padStart(2, '0')}`;
};
