import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NO_STREAM, seal, type Tip } from '../../src/event-store/chain.js';
import type { StoredEvent } from '../../src/event-store/event-store.js';
import type { Slip } from '../../src/individual/contribution.js';
import type { IndividualEvent } from '../../src/individual/events.js';
import { individual, type Individual, type IndividualCommand } from '../../src/individual/individual.js';
import { fromYuan } from '../../src/kernel/money.js';
import { identityProjection } from '../../src/identity/identity.projection.js';
import { contributionMonthProjection } from '../../src/ledger/contribution-month.projection.js';
import { postingsProjection } from '../../src/ledger/postings.projection.js';
import { contextOf } from '../support/log.js';
import { project, type Rows } from '../support/projecting.js';
import { command } from './individual.arbitraries.js';

const PROJECTIONS = [identityProjection, contributionMonthProjection, postingsProjection];
const IDS = ['a', 'b'] as const;
type Id = (typeof IDS)[number];
type History = Readonly<{ log: readonly StoredEvent[]; states: Readonly<Record<Id, Individual>> }>;

/** What two persons lived through, in one log: the state that the write side holds beside the events it made. */
const live = (all: readonly (readonly [Id, IndividualCommand])[]): History => {
  const log: StoredEvent[] = [];
  const states: Record<Id, Individual> = { a: individual.initial, b: individual.initial };
  const tips: Record<Id, Tip> = { a: NO_STREAM, b: NO_STREAM };
  for (const [id, asked] of all) {
    const decision = individual.decide(asked, states[id]);
    const events: readonly IndividualEvent[] = decision.ok ? decision.value : [];
    states[id] = individual.replay(events, states[id]);
    const stream = `individual-${id}`;
    let revision = tips[id].revision ?? -1n;
    for (const event of seal(stream, tips[id], events, contextOf({ cause: `c${log.length}` }))) {
      revision += 1n;
      log.push({ ...event, stream, revision, position: BigInt(log.length + 1) });
      tips[id] = { revision, hash: (JSON.parse(event.metadata) as { hash: string }).hash };
    }
  }
  return { log, states };
};

/** Oldest first, so that a slip that took the place of another of its submission is the one that is kept. */
const slipsOf = (latest: Slip | undefined): readonly Slip[] =>
  latest ? [...slipsOf(latest.earlier), latest] : [];

/** The month lines as the write side's state has them; of one that was taken back the wage is not told. */
const monthsOf = (id: string, { months }: Individual): ReadonlyMap<string, unknown> => {
  const lines = new Map<string, unknown>();
  for (const [month, latest] of months)
    for (const slip of slipsOf(latest))
      for (const { insurance, base, employerPart, employeePart, toAccount } of slip.lines) {
        const state = stateOf(slip, insurance);
        const amounts = [base, employerPart, employeePart, toAccount].map(fromYuan);
        const wage = state === 'reversed' ? undefined : fromYuan(slip.wage);
        lines.set([id, month, insurance, slip.submission].join(), [slip.employer, wage, ...amounts, state]);
      }
  return lines;
};
const stateOf = (slip: Slip, insurance: string): string => {
  if (slip.reversed.includes(insurance)) return 'reversed';
  if (slip.counted.includes(insurance)) return 'paid';
  const isBegun = slip.payments.some(({ covered }) => covered.some((cell) => cell.insurance === insurance));
  return isBegun ? 'part-paid' : 'assessed';
};

const AMOUNTS = ['base_fen', 'employer_part_fen', 'employee_part_fen', 'to_account_fen'] as const;
const projectedMonths = (rows: Rows): ReadonlyMap<string, unknown> =>
  new Map(
    (rows['contribution_month'] ?? []).map((row) => [
      [row['id'], row['month'], row['insurance'], row['submission']].join(),
      [
        row['employer'],
        row['state'] === 'reversed' ? undefined : row['wage_fen'],
        ...AMOUNTS.map((amount) => row[amount]),
        row['state'],
      ],
    ]),
  );

/** Who covers whom since and until when, in order, as the write side's state has it and as it is projected. */
const coversOf = (states: History['states']): readonly string[] =>
  IDS.flatMap((id) =>
    [...states[id].coverage].flatMap(([insurance, starts]) =>
      starts.map(({ employer, from, until = '' }) => `${id} ${insurance} ${from} ${employer} ${until}`),
    ),
  ).sort();
const projectedCovers = (rows: Rows): readonly string[] =>
  (rows['coverage'] ?? [])
    .map(({ id, insurance, since, employer, until }) => [id, insurance, since, employer, until].join(' '))
    .sort();

const sumOf = (
  rows: Rows,
  table: string,
  column: string,
  where: Readonly<Record<string, string>> = {},
): bigint =>
  (rows[table] ?? [])
    .filter((row) => Object.entries(where).every(([name, value]) => row[name] === value))
    .reduce((total, row) => total + (row[column] as bigint), 0n);

describe('the read models, whatever is asked of two persons and however the log is cut into batches', () => {
  const asked = fc.array(fc.tuple(fc.constantFrom(...IDS), command), { maxLength: 40 });

  it('hold what the write side holds', () =>
    fc.assert(
      fc.asyncProperty(asked, fc.integer({ min: 1, max: 12 }), async (all, batchMax) => {
        const { log, states } = live(all);
        const rows = await project(log, PROJECTIONS, batchMax);
        for (const id of IDS)
          for (const account of ['pension', 'medical'] as const) {
            const where = { id, account };
            expect(sumOf(rows, 'account_balance', 'balance_fen', where)).toBe(states[id].balances[account]);
            expect(sumOf(rows, 'posting', 'delta_fen', where)).toBe(states[id].balances[account]);
          }
        const expected = new Map(IDS.flatMap((id) => [...monthsOf(id, states[id])]));
        expect(projectedMonths(rows)).toEqual(expected);
        expect(projectedCovers(rows)).toEqual(coversOf(states));
        const known = IDS.filter((id) => states[id].registration);
        expect(rows['identity']?.map(({ id }) => id)).toEqual(known);
        expect(sumOf(rows, 'book', 'debit_fen')).toBe(sumOf(rows, 'book', 'credit_fen'));
      }),
      { numRuns: 1_000 },
    ));

  it('are the same rows in batches and event by event', () =>
    fc.assert(
      fc.asyncProperty(asked, fc.integer({ min: 2, max: 40 }), async (all, batchMax) => {
        const { log } = live(all);
        expect(await project(log, PROJECTIONS, batchMax)).toEqual(await project(log, PROJECTIONS, 1));
      }),
      { numRuns: 100 },
    ));
});
