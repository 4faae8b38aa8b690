import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import assert from 'node:assert';
import { seal } from '../event-store/chain.js';
import { EventStore, type StreamAppend } from '../event-store/event-store.js';
import { ATTEMPTS_MAX } from '../event-store/transact.js';
import { add, fromYuan, ZERO, type Fen } from '../kernel/money.js';
import type { IndividualEvent } from './events.js';
import { crediting, streamOf } from './individual.js';
import { BATCH_MAX, CreditYear, type Origin, type YearCredited } from './individual.messages.js';
import { readManyFor } from './individual.reading.js';
import type { CreditInterest } from './interest.js';

/** What was posted for a person; undefined when nothing was, `failed` when it could not be decided. */
type Outcome = Fen | undefined | 'failed';
type Appending = Readonly<{ id: string; append: StreamAppend; posted: Fen | undefined }>;

/** Credits a year to many persons, each in their own stream. Who lost races to the end counts as failed. */
@CommandHandler(CreditYear)
export class CreditYearHandler implements ICommandHandler<CreditYear> {
  constructor(private readonly store: EventStore) {}

  async execute({ terms, individuals, origin }: CreditYear): Promise<YearCredited> {
    assert(individuals.length <= BATCH_MAX, 'a batch is a run of persons, not all of them');
    const outcomes = new Map<string, Outcome>();
    let pending = individuals;
    for (let attempt = 1; pending.length > 0 && attempt <= ATTEMPTS_MAX; attempt++)
      pending = await this.credit(terms, pending, origin, outcomes);
    for (const id of pending) outcomes.set(id, 'failed');
    return toSums([...outcomes.values()]);
  }

  /** Decides and appends; gives back who moved on meanwhile. */
  private async credit(
    terms: CreditInterest,
    individuals: readonly string[],
    origin: Origin,
    outcomes: Map<string, Outcome>,
  ): Promise<readonly string[]> {
    const known = await readManyFor(this.store, individuals, terms);
    const context = { ...origin, cause: `interest-run/${terms.run}` };
    const appending: Appending[] = [];
    for (const [id, { state, tip }] of known) {
      const decision = crediting.decide(terms, state);
      if (!decision.ok) outcomes.set(id, 'failed');
      else if (decision.value.length === 0) {
        // Begun again, a run counts what it had done before.
        const done = state.interest.get(terms.year);
        outcomes.set(id, done?.run === terms.run ? done.posted : undefined);
      } else {
        const stream = streamOf(id);
        const events = seal(stream, tip, decision.value, context);
        const append = { stream, expected: tip.revision ?? ('no-stream' as const), events };
        appending.push({ id, append, posted: postedBy(decision.value) });
      }
    }
    const results =
      appending.length === 0 ? [] : await this.store.appendMany(appending.map(({ append }) => append));
    return appending.flatMap(({ id, posted }, index) => {
      if (!results[index]?.ok) return [id];
      outcomes.set(id, posted);
      return [];
    });
  }
}

const postedBy = (events: readonly IndividualEvent[]): Fen | undefined => {
  const credited = events.find((event) => event.type === 'InterestCredited');
  return credited && fromYuan(credited.data.amount);
};

const toSums = (outcomes: readonly Outcome[]): YearCredited => {
  let [credited, unchanged, failed, amount] = [0, 0, 0, ZERO];
  for (const outcome of outcomes) {
    if (outcome === 'failed') failed += 1;
    else if (outcome === undefined) unchanged += 1;
    else {
      credited += 1;
      amount = add(amount, outcome);
    }
  }
  return { credited, unchanged, failed, amount };
};
