import { Injectable } from '@nestjs/common';
import { metadataOf, NO_STREAM, seal } from '../event-store/chain.js';
import { EventStore, type Conflict } from '../event-store/event-store.js';
import { ATTEMPTS_MAX, readOn, type Known, type Outcome } from '../event-store/transact.js';
import type { Origin } from '../individual/individual.messages.js';
import { err, ok, type Result } from '../kernel/result.js';
import { account, type AccountCommand, type AccountFailure, type AccountState } from './account.js';
import { employerStreamOf } from './employer.js';
import type { EmployerEvent } from './events.js';

type AccountOutcome = Outcome<EmployerEvent, AccountState>;

/** The account of one employer as one writer sees it, from when it was read on. */
export class AccountLog {
  private constructor(
    private readonly store: EventStore,
    readonly uscc: string,
    private known: Known<AccountState>,
  ) {}

  static async open(store: EventStore, uscc: string): Promise<AccountLog> {
    const nothing = { state: account.initial, tip: NO_STREAM, position: undefined };
    return new AccountLog(store, uscc, await readOn(store, employerStreamOf(uscc), account, nothing));
  }

  get state(): AccountState {
    return this.known.state;
  }
  /** Position of the last event read or written. */
  get position(): bigint | undefined {
    return this.known.position;
  }

  /** Decides and appends. A race that another process won is decided again on what came since. */
  async execute(
    command: AccountCommand,
    cause: string,
    origin: Origin,
  ): Promise<Result<AccountOutcome, AccountFailure | Conflict>> {
    const stream = employerStreamOf(this.uscc);
    for (let attempt = 1; ; attempt++) {
      const { state, tip, position } = this.known;
      const decision = account.decide(command, state);
      if (!decision.ok) return decision;
      const events = decision.value;
      if (events.length === 0) return ok({ events, state, revision: tip.revision, position });
      const sealed = seal(stream, tip, events, { ...origin, cause });
      const appended = await this.store.append(stream, tip.revision ?? 'no-stream', sealed);
      const last = sealed.at(-1);
      if (appended.ok && appended.value.stored && last) {
        const { revision, position: at } = appended.value;
        const after = account.replay(events, state);
        this.known = { state: after, tip: { revision, hash: metadataOf(last).hash }, position: at };
        return ok({ events, state: after, revision, position: at });
      }
      // Whoever sent the same command a moment before is read like anybody else's.
      this.known = await readOn(this.store, stream, account, this.known);
      if (attempt === ATTEMPTS_MAX)
        return appended.ok ? err({ type: 'Conflict', stream, actual: appended.value.revision }) : appended;
    }
  }
}

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
    const turn = before.then(async () => act(await AccountLog.open(this.store, uscc)));
    const settled = turn
      .catch(() => undefined) // whoever asked for the turn hears of its failure
      .finally(() => {
        if (this.turns.get(uscc) === settled) this.turns.delete(uscc);
      });
    this.turns.set(uscc, settled);
    return turn;
  }

  execute(
    uscc: string,
    command: AccountCommand,
    cause: string,
    origin: Origin,
  ): Promise<Result<AccountOutcome, AccountFailure | Conflict>> {
    return this.use(uscc, (log) => log.execute(command, cause, origin));
  }

  /** As it stands now, for who only looks. */
  read(uscc: string): Promise<AccountLog> {
    return AccountLog.open(this.store, uscc);
  }
}
