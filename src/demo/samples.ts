import { fromYuan } from '../kernel/money.js';
import { FAULTS } from './faults.js';
import { toEmployer, toPerson } from './people.js';
import { toBytes, type Encoding } from './roster-file.js';
import {
  correctionLines,
  corrections,
  ELSEWHERE_FIRST,
  rosterLines,
  rosterRows,
  type RosterFormat,
  type RosterPlan,
} from './roster.js';

/** Everything in samples/ follows from this number. */
export const SAMPLES_SEED = 20_250_701;
/** What Shanghai holds the base between from July 2025 to June 2026; the wages are strewn round it. */
const LIMITS = { floor: fromYuan('7460.00'), ceiling: fromYuan('37302.00') };

export const SAMPLE_EMPLOYER = toEmployer(SAMPLES_SEED, 0, 'shanghai');
export const OTHER_EMPLOYER = toEmployer(SAMPLES_SEED, 1, 'shanghai');
/** In both months' files, and a customer of the demo's pharmacy. */
export const SAMPLE_PERSON = toPerson(SAMPLES_SEED, 4, LIMITS);

type Sample = Readonly<{ name: string; encoding: Encoding; lines: () => Iterable<string> }>;

const july: RosterPlan = { seed: SAMPLES_SEED, people: 1_000, first: 0, limits: LIMITS, faults: FAULTS };
/** Four have left and seven have joined. */
const august: RosterPlan = { ...july, people: 1_003, first: 4, faults: [] };
const elsewhere: RosterPlan = { ...july, people: 20, first: ELSEWHERE_FIRST, faults: [] };

const plain: RosterFormat = {
  columns: ['ssn', 'name', 'wage', 'employment', 'insurances'],
  header: 'zh',
  newline: '\n',
  quoted: false,
};
const english: RosterFormat = {
  columns: ['wage', 'name', 'ssn'],
  header: 'en',
  newline: '\r\n',
  quoted: true,
};

/** The files of samples/ as the generator makes them. */
export const SAMPLES: readonly Sample[] = [
  { name: 'shanghai-2025-07.csv', encoding: 'gb18030', lines: () => rosterLines(rosterRows(july), plain) },
  {
    name: 'shanghai-2025-07.corrections.csv',
    encoding: 'utf-8',
    lines: () => correctionLines(corrections(july)),
  },
  { name: 'shanghai-2025-08.csv', encoding: 'utf-8', lines: () => rosterLines(rosterRows(august), english) },
  {
    name: 'other-employer-2025-07.csv',
    encoding: 'utf-8',
    lines: () => rosterLines(rosterRows(elsewhere), { ...plain, columns: ['ssn', 'name', 'wage'] }),
  },
];

export const sampleBytes = ({ encoding, lines }: Sample): Buffer =>
  Buffer.concat([...toBytes(lines(), encoding)]);
