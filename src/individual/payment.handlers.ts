import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import assert from 'node:assert';
import { nameOf } from '../event-store/chain.js';
import { IndividualBatch, latestOf, type Job } from './individual.batch.js';
import { paying } from './individual.js';
import { BATCH_MAX, PayContributions, type BillCell } from './individual.messages.js';
import type { Pay } from './payment.js';

/** Credits what money covers of a bill to its persons. Who has nothing to be credited is passed over. */
@CommandHandler(PayContributions)
export class PayContributionsHandler implements ICommandHandler<PayContributions> {
  constructor(private readonly batch: IndividualBatch) {}

  async execute(message: PayContributions): Promise<Readonly<{ position: bigint | undefined }>> {
    const { bill, month, payment, paidOn, cover, individuals, origin } = message;
    assert(individuals.length <= BATCH_MAX, 'a batch is a run of persons, not a file');
    const command: Pay = { type: 'Pay', bill, month, payment, paidOn, cover };
    const cause = `bill/${bill}/payment/${payment}/${coverName(cover)}`;
    const jobs = [...new Set(individuals)].map((id): Job<Pay> => ({ id, cause, commandOn: () => command }));
    const judged = await this.batch.run(paying, jobs, { month, origin, dryRun: false });
    return { position: latestOf(judged) };
  }
}

/** One payment may cover a bill's cells at several times: each is an act of its own. */
const coverName = (cover: readonly BillCell[]): string =>
  nameOf('cover', ...cover.map(({ insurance, side }) => `${insurance}/${side}`).sort());
