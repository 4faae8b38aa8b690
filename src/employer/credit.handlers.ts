import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { EventStore } from '../event-store/event-store.js';
import { knownOf } from '../event-store/transact.js';
import type { Fen } from '../kernel/money.js';
import { account } from './account.js';
import { employerStreamOf } from './employer.js';
import { AreBilled, GetCredit } from './employer.messages.js';

/** Read from the account itself, not from a read model: what is refunded must be there now. */
@QueryHandler(GetCredit)
export class GetCreditHandler implements IQueryHandler<GetCredit> {
  constructor(private readonly store: EventStore) {}

  async execute({ uscc }: GetCredit): Promise<Fen | undefined> {
    const stored = await this.store.read(employerStreamOf(uscc));
    return stored.length === 0 ? undefined : knownOf(account, stored).state.credit;
  }
}

@QueryHandler(AreBilled)
export class AreBilledHandler implements IQueryHandler<AreBilled> {
  constructor(private readonly store: EventStore) {}

  async execute({ uscc, bills }: AreBilled): Promise<boolean> {
    const { state } = knownOf(account, await this.store.read(employerStreamOf(uscc)));
    return bills.every((bill) => state.bills.has(bill));
  }
}
