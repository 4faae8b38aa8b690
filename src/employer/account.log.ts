import { Injectable } from '@nestjs/common';
import { EventStore, type Conflict } from '../event-store/event-store.js';
import { StreamLog } from '../event-store/stream.log.js';
import type { Outcome } from '../event-store/transact.js';
import type { Origin } from '../individual/individual.messages.js';
import type { Result } from '../kernel/result.js';
import { account, type AccountCommand, type AccountFailure, type AccountState } from './account.js';
import { employerStreamOf } from './employer.js';
import type { EmployerEvent } from './events.js';

export type AccountLog = StreamLog<AccountCommand, EmployerEvent, AccountState, AccountFailure>;

/**
 * All accounts of employers. Acts on one account come one after the other within this process, so that many requests of
 * one employer do not lose races to each other; those of different employers go side by side.
 */
@Injectable()
export class EmployerAccounts {
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(private readonly store: EventStore) {}

  /** Holds an account for as long as the act takes. An act that asks for the same account again would wait for itself. */
  use<T>(uscc: string, act: (log: AccountLog) => Promise<T>): Promise<T> {
    const before = this.turns.get(uscc) ?? Promise.resolve();
    const turn = before.then(async () => act(await this.read(uscc)));
    const settled = turn
      .catch(() => undefined) // whoever asked for the turn hears of its failure
      .finally(() => {
        if (this.turns.get(uscc) === settled) this.turns.delete(uscc);
      });
    this.turns.set(uscc, settled);
    return turn;
  }

  /** The cause names the content too where the command's name alone does not: equal event ids are equal events. */
  execute(
    uscc: string,
    command: AccountCommand,
    cause: string,
    origin: Origin,
  ): Promise<Result<Outcome<EmployerEvent, AccountState>, AccountFailure | Conflict>> {
    return this.use(uscc, (log) => log.execute(command, { ...origin, cause }));
  }

  /** As it stands now, for who only looks. */
  read(uscc: string): Promise<AccountLog> {
    return StreamLog.open(this.store, employerStreamOf(uscc), account);
  }
}
