import type { BillEffect } from '../individual/events.js';
import type { Decider } from '../kernel/decider.js';
import type { Day, Month } from '../kernel/calendar.js';
import { add, fromYuan, sum, toYuan, ZERO } from '../kernel/money.js';
import { ok } from '../kernel/result.js';
import type { BillLine, DifferencesAdded } from './events.js';

/**
 * Who a bill of differences (补差) is about: its persons are found one after the other while a notice is posted, so they
 * stand in a stream of their own, run by run. Pure.
 */
export type AddDifferences = Readonly<{
  bill: string;
  publication: string;
  uscc: string;
  region: string;
  month: Month;
  dueOn: Day;
  persons: readonly Readonly<{ individual: string; effects: readonly BillEffect[] }>[];
}>;
export type DifferenceState = Readonly<{
  persons: ReadonlySet<string>;
  /** The first run says it for all. */
  dueOn: string | undefined;
  runs: number;
}>;

export const differenceStreamOf = (bill: string): string => `difference-${bill}`;
/** Names a run in the account: as an extension of the bill and as a change of older ones. */
export const runNameOf = (bill: string, run: number): string => `${bill}/${run}`;

type Row = DifferencesAdded['data']['rows'][number];

const initial: DifferenceState = { persons: new Set(), dueOn: undefined, runs: 0 };

const rowOf = (individual: string, effects: readonly BillEffect[]): Row => {
  const employer = sum(effects.map(({ employerPart }) => fromYuan(employerPart)));
  const employee = sum(effects.map(({ employeePart }) => fromYuan(employeePart)));
  return {
    individual,
    employer: toYuan(employer),
    employee: toYuan(employee),
    total: toYuan(add(employer, employee)),
  };
};

const linesOf = (effects: readonly BillEffect[]): readonly BillLine[] =>
  [...new Set(effects.map(({ insurance }) => insurance))].sort().map((insurance) => {
    const { employer, employee } = rowOf(
      '',
      effects.filter((effect) => effect.insurance === insurance),
    );
    return { insurance, employer, employee };
  });

/** One effect for each bill and insurance. */
export const summed = (effects: readonly BillEffect[]): readonly BillEffect[] => {
  const sums = new Map<string, BillEffect>();
  for (const effect of effects) {
    const name = `${effect.bill} ${effect.insurance}`;
    const before = sums.get(name);
    sums.set(name, before ? together(before, effect) : effect);
  }
  return [...sums.values()];
};

type Parts = NonNullable<BillEffect['returned']>;
const NO_PARTS: Parts = { employerPart: '0.00', employeePart: '0.00', toAccount: '0.00' };
const plus = (a: string, b: string): string => toYuan(add(fromYuan(a), fromYuan(b)));
const addParts = (a: Parts, b: Parts): Parts => ({
  employerPart: plus(a.employerPart, b.employerPart),
  employeePart: plus(a.employeePart, b.employeePart),
  toAccount: plus(a.toAccount, b.toAccount),
});
const together = (a: BillEffect, b: BillEffect): BillEffect => ({
  bill: a.bill,
  insurance: a.insurance,
  ...addParts(a, b),
  ...((a.returned ?? b.returned) && {
    returned: addParts(a.returned ?? NO_PARTS, b.returned ?? NO_PARTS),
  }),
});

const isMore = ({ employerPart, employeePart }: BillEffect): boolean =>
  add(fromYuan(employerPart), fromYuan(employeePart)) > ZERO;

/** The decider of `difference-<bill>`: persons who stand there already are passed over. */
export const difference: Decider<AddDifferences, DifferencesAdded, DifferenceState, never> = {
  initial,
  replay: (events, from = initial) => {
    const persons = new Set(from.persons);
    let [runs, dueOn] = [from.runs, from.dueOn];
    for (const { data } of events) {
      for (const { individual } of data.rows) persons.add(individual);
      runs = data.run + 1;
      dueOn ??= data.dueOn;
    }
    return { persons, runs, dueOn };
  },
  decide: ({ persons, ...named }, state) => {
    const added = persons.filter(({ individual }) => !state.persons.has(individual));
    if (added.length === 0) return ok([]);
    const effects = added.flatMap((person) => person.effects);
    const own = effects.filter(({ bill }) => bill === named.bill).filter(isMore);
    const less = summed(effects.filter(({ bill }) => bill !== named.bill));
    const rows = added.map((person) =>
      rowOf(
        person.individual,
        person.effects.filter(({ bill }) => bill === named.bill),
      ),
    );
    const dueOn = state.dueOn ?? named.dueOn;
    return ok([
      {
        type: 'DifferencesAdded',
        data: { ...named, dueOn, run: state.runs, rows, lines: linesOf(own), less },
      },
    ]);
  },
};
