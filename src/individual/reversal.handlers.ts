import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import assert from 'node:assert';
import { EventStore } from '../event-store/event-store.js';
import { transact } from '../event-store/transact.js';
import { ok } from '../kernel/result.js';
import { slipOf } from './contribution.js';
import type { BillEffect } from './events.js';
import { IndividualBatch, latestOf, type Job, type Judged } from './individual.batch.js';
import { individual, reversing, streamOf, takingBack, type Individual } from './individual.js';
import {
  BATCH_MAX,
  ReverseContribution,
  WithdrawContributions,
  type ReversedContribution,
} from './individual.messages.js';
import { readWhole } from './individual.reading.js';
import { reversalKeyOf, takeBackKeyOf, type Reverse, type TakeBack } from './reversal.js';

type ReverseAnswer = Awaited<ReturnType<ICommandHandler<ReverseContribution>['execute']>>;

/** Takes back what stands of a month, or one insurance of it. */
@CommandHandler(ReverseContribution)
export class ReverseContributionHandler implements ICommandHandler<ReverseContribution> {
  constructor(private readonly store: EventStore) {}

  async execute(message: ReverseContribution): Promise<ReverseAnswer> {
    const { id, month, insurance, reason, evidence, key, origin } = message;
    const valueOn = origin.bookedOn;
    const command: Reverse = { type: 'Reverse', key, month, insurance, reason, evidence, valueOn };
    if (message.dryRun) return this.rehearse(message, command);
    const stream = streamOf(id);
    // Without the sender's key the event is named by what it reverses, which only the stream can tell.
    const named = key ?? reversalKeyOf(command, await this.slip(message)) ?? month;
    const context = { ...origin, cause: `reversal/${named}` };
    const outcome = await transact(this.store, stream, reversing, command, context);
    if (!outcome.ok) return outcome;
    const { state, events, position } = outcome.value;
    return ok({ value: toAnswer(message, command, state), position, replayed: events.length === 0 });
  }

  private async rehearse(message: ReverseContribution, command: Reverse): Promise<ReverseAnswer> {
    const { state, position } = await readWhole(this.store, message.id);
    const decision = reversing.decide(command, state);
    if (!decision.ok) return decision;
    const after = individual.replay(decision.value, state);
    return ok({ value: toAnswer(message, command, after), position, replayed: decision.value.length === 0 });
  }

  private async slip({ id, month }: ReverseContribution): Promise<ReturnType<Individual['months']['get']>> {
    const { state } = await readWhole(this.store, id);
    return state.months.get(month);
  }
}

/** From what is recorded of the reversal, so that a repeat is answered as the first time. */
const toAnswer = (
  { id, month }: ReverseContribution,
  command: Reverse,
  { months, reversals }: Individual,
): ReversedContribution => {
  const reversal = reversalKeyOf(command, months.get(month));
  const known = reversal === undefined ? undefined : reversals.get(reversal);
  assert(known, 'a reversal that was decided is known');
  const { employer, lines, bills } = known;
  return { id, month, employer, lines, bills };
};

/** Takes back the rows of a withdrawn submission. Of whom nothing stands is passed over. */
@CommandHandler(WithdrawContributions)
export class WithdrawContributionsHandler implements ICommandHandler<WithdrawContributions> {
  constructor(
    private readonly store: EventStore,
    private readonly batch: IndividualBatch,
  ) {}

  async execute(
    message: WithdrawContributions,
  ): Promise<Awaited<ReturnType<ICommandHandler<WithdrawContributions>['execute']>>> {
    const { submission, month, individuals, reason, origin } = message;
    assert(individuals.length <= BATCH_MAX, 'a batch is a run of persons, not a file');
    const command: TakeBack = { type: 'TakeBack', submission, month, reason, valueOn: origin.bookedOn };
    const cause = `submission/${submission}/withdrawn`;
    const ids = [...new Set(individuals)];
    const jobs = ids.map((id): Job<TakeBack> => ({ id, cause, commandOn: () => command }));
    const judged = await this.batch.run(takingBack, jobs, { month, origin, dryRun: false });
    const bills: BillEffect[] = [];
    for (const [index, id] of ids.entries()) bills.push(...(await this.othersOf(message, id, judged[index])));
    return { position: latestOf(judged), bills };
  }

  /** What was taken back from bills other than the submission's own, also when that was done by an earlier call. */
  private async othersOf(
    { submission, month }: WithdrawContributions,
    id: string,
    judged: Judged<never> | undefined,
  ): Promise<readonly BillEffect[]> {
    const slip = slipOf(judged?.after.months.get(month), (each) => each.submission === submission);
    if (!slip?.charges.some(({ bill }) => bill !== submission)) return [];
    const { state } = await readWhole(this.store, id);
    const bills = state.reversals.get(takeBackKeyOf(submission))?.bills ?? [];
    return bills.filter(({ bill }) => bill !== submission);
  }
}
