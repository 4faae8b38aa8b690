import { Injectable } from '@nestjs/common';
import { EventStore } from '../event-store/event-store.js';
import { toDomain } from '../event-store/transact.js';
import { account, type Covering } from './account.js';
import { differenceStreamOf, runNameOf } from './difference.js';
import type { DifferencesAdded, EmployerEvent, RowMoved, SubmissionReceived } from './events.js';
import { personsOf, submissionStreamOf } from './submission.js';
import { SubmissionLog } from './submission.log.js';

const PAGE_EVENTS = 20;

/** `persons` stand in the bill; `reached` are to be credited: after a move both, since only who has the claim has it. */
export type PersonsRun = Readonly<{ persons: number; reached: readonly string[] }>;
/** Who took over a month by a correction, by whom it was taken from. */
type Moves = ReadonlyMap<string, readonly string[]>;

/** The persons of an employer's bills, run by run, as the files and the notices behind them say. */
@Injectable()
export class BillPersons {
  constructor(private readonly store: EventStore) {}

  /** Those whom a covering reaches; `events` are the account's own. */
  async *reachedBy(covering: Covering, events: readonly EmployerEvent[]): AsyncGenerator<PersonsRun> {
    const { bills } = account.replay(events);
    const ofMonth = [...bills.values()].filter(({ month }) => month === covering.month);
    const moves = await this.movesOf(ofMonth.map(({ bill }) => bill));
    const isDifference = bills.get(covering.bill)?.kind === 'difference';
    const runs = isDifference ? this.ofNotice(covering, events) : this.ofFile(covering.bill);
    for await (const persons of runs) yield { persons: persons.length, reached: withMoved(persons, moves) };
  }

  private async *ofFile(bill: string): AsyncGenerator<readonly string[]> {
    const log = await SubmissionLog.open(this.store, bill);
    for await (const { rows } of log.judgedRuns()) yield personsOf(rows);
  }

  /** Persons who came to the bill after it was covered are not covered by that. */
  private async *ofNotice({ bill, covering }: Covering, events: readonly EmployerEvent[]) {
    const until = events.findIndex((event) => coversAs(event, covering));
    const extensions = account.replay(events.slice(0, until)).bills.get(bill)?.extensions ?? [];
    for (let from = 0n; ;) {
      const page = await this.store.read(differenceStreamOf(bill), { from, max: PAGE_EVENTS });
      const last = page.at(-1);
      if (!last) return;
      for (const { data } of page.map(toDomain<DifferencesAdded>))
        if (extensions.includes(runNameOf(bill, data.run)))
          yield data.rows.map(({ individual }) => individual);
      from = last.revision + 1n;
    }
  }

  /** Moves stand at the end of a file's stream, after all its verdicts. */
  private async movesOf(files: readonly string[]): Promise<Moves> {
    const moves = new Map<string, readonly string[]>();
    for (const file of files)
      for await (const { from, to } of this.movesIn(file)) moves.set(from, [...(moves.get(from) ?? []), to]);
    return moves;
  }

  private async *movesIn(file: string): AsyncGenerator<RowMoved['data']> {
    let from: bigint | undefined;
    do {
      const options = {
        direction: 'backwards',
        max: PAGE_EVENTS,
        ...(from !== undefined && { from }),
      } as const;
      const page = await this.store.read(submissionStreamOf(file), options);
      for (const event of page) {
        if (event.type === 'SubmissionAssessed' || event.type === 'SubmissionRowsJudged') return;
        if (event.type === 'RowMoved') yield toDomain<RowMoved>(event).data;
      }
      const last = page.at(-1);
      if (!last || last.revision === 0n) return;
      from = last.revision - 1n;
    } while (from >= 0n);
  }
}

/** Whose a bill is: the first event of its file, or of the notice behind it, says it. */
export const findEmployerOf = async (store: EventStore, bill: string): Promise<string | undefined> => {
  for (const stream of [submissionStreamOf(bill), differenceStreamOf(bill)]) {
    const [first] = await store.read(stream, { from: 0n, max: 1 });
    if (first) return toDomain<SubmissionReceived | DifferencesAdded>(first).data.uscc;
  }
  return undefined;
};

const coversAs = ({ type, data }: EmployerEvent, covering: string): boolean =>
  ((type === 'MoneyReceived' || type === 'CreditUsed') && data.payment === covering) ||
  (type === 'BillChanged' && data.change === covering);

const withMoved = (persons: readonly string[], moves: Moves): readonly string[] => {
  const reached = new Set(persons);
  // What is added while a set is walked through is walked through too: a month may have been moved on.
  for (const person of reached) for (const to of moves.get(person) ?? []) reached.add(to);
  return [...reached];
};
