import type { Context } from '../src/event-store/metadata.js';
import type { EventStore, NewEvent } from '../src/event-store/event-store.js';
import type {
  CardSettled,
  ContributionAssessed,
  ContributionLine,
  ContributionPaid,
  CoverageStarted,
  IndividualEvent,
  IndividualRegistered,
} from '../src/individual/events.js';
import { crediting, individual } from '../src/individual/individual.js';
import { addMonths, toMonth, type Day, type Instant } from '../src/kernel/calendar.js';
import { ppm } from '../src/kernel/money.js';

/** Facts of a command as the bench gives them: fixed, so that every run stores the same bytes but for ids. */
export const context = (cause: string): Context => ({
  recordedAt: '2025-07-10T08:00:00.000Z' as Instant,
  bookedOn: '2025-07-10' as Day,
  actor: { role: 'employer', id: '91310000MA1FL0007C' },
  channel: 'employer',
  cause,
  correlationId: '0b9f9a52-3b7e-5f9f-8a51-6d1f0f1f0001',
  causationId: '0b9f9a52-3b7e-5f9f-8a51-6d1f0f1f0001',
});

const line = (
  insurance: string,
  employerPart: string,
  employeePart: string,
  toAccount: string,
): ContributionLine => ({
  insurance,
  base: '15000.55',
  employerPart,
  employeePart,
  toAccount,
});
const LINES: readonly ContributionLine[] = [
  line('pension', '2400.09', '1200.04', '1200.04'),
  line('medical', '1350.05', '300.01', '300.01'),
  line('unemployment', '75.00', '75.00', '0.00'),
  line('injury', '24.00', '0.00', '0.00'),
];
export const EMPLOYER = '91310000MA1FL0007C';

export const contributionOf = (month: string, row: number): ContributionAssessed => ({
  type: 'ContributionAssessed',
  data: {
    submission: submissionOf(month),
    line: row,
    employer: EMPLOYER,
    region: 'shanghai',
    month,
    wage: '15000.55',
    employment: 'employee',
    table: 'shanghai/2024-07',
    lines: LINES,
  },
});

const submissionOf = (month: string): string => `5a3a5b0e-0000-5000-8000-000000${month.replace('-', '')}`;

export const paymentOf = (month: string): ContributionPaid => ({
  type: 'ContributionPaid',
  data: {
    submission: submissionOf(month),
    bill: submissionOf(month),
    employer: EMPLOYER,
    month,
    paidOn: `${month}-20`,
    payment: `7a3a5b0e-0000-5000-8000-000000${month.replace('-', '')}`,
    lines: LINES,
    complete: LINES.map(({ insurance }) => insurance),
  },
});

export const registrationOf = (sealed: string, nameDigest: string): IndividualRegistered => ({
  type: 'IndividualRegistered',
  data: {
    sealed,
    nameDigest,
    contentDigest: nameDigest,
    kind: 'citizen',
    region: 'shanghai',
    birthDate: '1980-01-01',
    sex: 'male',
  },
});

export const coverageOf = (from: string): CoverageStarted => ({
  type: 'CoverageStarted',
  data: { employer: EMPLOYER, insurances: LINES.map(({ insurance }) => insurance), from },
});

const purchaseOf = (serial: number): CardSettled => ({
  type: 'CardSettled',
  data: {
    settlement: `9a3a5b0e-0000-5000-8000-${serial.toString().padStart(12, '0')}`,
    institution: 'P31010100001',
    institutionSerial: `S${serial}`,
    kind: 'pharmacy',
    occurredAt: '2025-07-15T02:00:00.000Z',
    valueOn: '2025-07-15',
    total: '30.00',
    ownExpense: '0.00',
    inScope: '30.00',
    fundPaid: '0.00',
    accountPaid: '30.00',
    cashPaid: '0.00',
  },
});

/** Months of a working life that ends in June 2025, each assessed and paid. */
export const paidMonths = (count: number): readonly (ContributionAssessed | ContributionPaid)[] =>
  Array.from({ length: count }, (_, i) => addMonths(toMonth('2025-06'), i + 1 - count)).flatMap((month) => [
    contributionOf(month, 1),
    paymentOf(month),
  ]);

/** A life with the books closed after each December in it, the year's interest credited. */
export const withCloses = (life: readonly IndividualEvent[]): readonly IndividualEvent[] => {
  const events: IndividualEvent[] = [];
  let state = individual.initial;
  for (const event of life) {
    events.push(event);
    state = individual.replay([event], state);
    if (event.type !== 'ContributionPaid' || !event.data.month.endsWith('-12')) continue;
    const year = Number(event.data.month.slice(0, 4));
    const terms = { rate: ppm(26_200n), rounding: 'fen-half-up', source: 'bench' } as const;
    const credited = crediting.decide(
      {
        ...terms,
        type: 'CreditInterest',
        run: `run-${year}`,
        year,
        method: 'month-product',
        factor: { text: '1.083', numerator: 1083n, denominator: 1000n },
        provisional: false,
        earnsFrom: 'paid',
      },
      state,
    );
    if (!credited.ok) throw new Error(credited.error.type);
    events.push(...credited.value);
    state = individual.replay(credited.value, state);
  }
  return events;
};

/** The same life of somebody else: a close carries the registration. */
export const asOf = (
  life: readonly IndividualEvent[],
  registered: IndividualRegistered,
): readonly IndividualEvent[] =>
  life.map((event) => {
    if (event.type === 'IndividualRegistered') return registered;
    if (event.type !== 'YearClosed') return event;
    const { data } = event;
    return { ...event, data: { ...data, carried: { ...data.carried, registration: registered.data } } };
  });

/** Forty years of contributions and then purchases, so many events in all. */
export const lifeOf = (events: number): readonly IndividualEvent[] => {
  const paid = [registrationOf('k1.sealed', 'digest'), coverageOf('1985-07-01'), ...paidMonths(480)];
  return [...paid, ...Array.from({ length: events - paid.length }, (_, i) => purchaseOf(i))];
};

const EVENTS_AN_APPEND = 400;
/** Appends a long stream in pieces that the port takes. */
export const appendLife = async (
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
): Promise<void> => {
  for (let from = 0; from < events.length; from += EVENTS_AN_APPEND) {
    const expected = from === 0 ? 'no-stream' : BigInt(from - 1);
    const appended = await store.append(stream, expected, events.slice(from, from + EVENTS_AN_APPEND));
    if (!appended.ok) throw new Error('a fresh stream has no other writer');
  }
};
