import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { nameOf } from '../event-store/chain.js';
import { EventStore } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { toDomain, transact, readOn, type Known, type Outcome } from '../event-store/transact.js';
import { toBusinessDay } from '../kernel/clock.js';
import { fromYuan } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { IndividualEvent } from './events.js';
import type { Failure } from './failures.js';
import { settling, streamOf, type Individual } from './individual.js';
import { readFor, readWhole } from './individual.reading.js';
import type { Origin } from './individual.messages.js';
import {
  QuoteSettlement,
  ReverseMessage,
  ReverseSettlement,
  SettleCard,
  type Settled,
  type Settlement,
} from './settlement.messages.js';
import type { Settle, SettlementRecord } from './payout.js';
import { receiptOf } from './receipt.js';
import { settlementRoute, type Route, type SettlementEvent } from './settlement-route.js';

type Answer<M extends SettleCard | QuoteSettlement | ReverseSettlement | ReverseMessage> = Awaited<
  ReturnType<ICommandHandler<M>['execute']>
>;
type Payer = SettleCard['payer'];

/** A settlement is named by who sent it and their serial, so that a repeat finds the first. */
export const settlementIdOf = (institution: string, institutionSerial: string): string =>
  nameOf('settlement', institution, institutionSerial);
const routeStreamOf = (settlement: string): string => `settlement-${settlement}`;

const payerId = (payer: Payer, keyring: Keyring): string =>
  'id' in payer ? payer.id : keyring.streamKeyOf(payer.identifier.ssn);

const toSettle = (settlement: string, claim: Settlement): Settle => ({
  ...claim,
  type: 'Settle',
  settlement,
  valueOn: toBusinessDay(claim.occurredAt),
});

const toSettled = (id: string, record: SettlementRecord): Settled => ({
  settlementId: record.settled.settlement,
  accountPaid: fromYuan(record.settled.accountPaid),
  cashPaid: fromYuan(record.settled.cashPaid),
  fundPaid: fromYuan(record.settled.fundPaid),
  balanceBefore: record.balanceBefore,
  balanceAfter: record.balanceAfter,
  receipt: receiptOf(id, record),
});

/** The record of a settlement just made or found; its absence is a bug. */
const recordOf = (state: Individual, settlement: string): SettlementRecord => {
  const record = state.settlements.get(settlement);
  if (!record) throw new Error('a settlement that was decided stands in the state');
  return record;
};

const findRoute = async (store: EventStore, settlement: string): Promise<Route> => {
  const stored = await store.read(routeStreamOf(settlement));
  return settlementRoute.replay(stored.map(toDomain<SettlementEvent>));
};

/**
 * The person a settlement is decided on. A route that stands may lead to a settlement before the last close, which only
 * the whole life tells; where there is none this serial was never settled.
 */
const payerFor = async (
  store: EventStore,
  id: string,
  command: Settle,
  route: Route,
): Promise<Known<Individual>> =>
  route.individual === undefined ? readFor(store, id, command) : readWhole(store, id);

/** The state as a settlement would leave it, writing nothing. */
const preview = (command: Settle, state: Individual): Result<Individual, Failure> => {
  const decision = settling.decide(command, state);
  return decision.ok ? ok(settling.replay(decision.value, state)) : decision;
};

type Reversal = Readonly<{
  settlement: string;
  institution: string;
  institutionSerial: string;
  reason: string;
}>;
const reverse = (
  store: EventStore,
  id: string,
  reversal: Reversal,
  origin: Origin,
): Promise<Result<Outcome<IndividualEvent, Individual>, Failure>> => {
  const command = { ...reversal, type: 'ReverseSettlement', valueOn: origin.bookedOn } as const;
  const context = { ...origin, cause: `settlement/${reversal.settlement}/reversal` };
  return transact(store, streamOf(id), settling, command, context, () => readFor(store, id, command));
};
const MESSAGE_REVERSAL = '冲正';

/**
 * Settles in two streams: the route from the serial to the person first, then the person. What would be refused leaves
 * no route behind, so that a corrected message may use its serial again.
 */
@CommandHandler(SettleCard)
export class SettleCardHandler implements ICommandHandler<SettleCard> {
  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
  ) {}

  async execute({ payer: from, settlement: claim, origin }: SettleCard): Promise<Answer<SettleCard>> {
    const { institution, institutionSerial } = claim;
    const individual = payerId(from, this.keyring);
    const settlement = settlementIdOf(institution, institutionSerial);
    const command = toSettle(settlement, claim);
    const route = await findRoute(this.store, settlement);
    let payer = await payerFor(this.store, individual, command, route);
    const possible = preview(command, payer.state);
    if (!possible.ok) return possible;
    const routed = await transact(
      this.store,
      routeStreamOf(settlement),
      settlementRoute,
      { type: 'Route', settlement, individual },
      { ...origin, cause: 'route' },
    );
    if (!routed.ok) return routed;
    // Somebody else took the route meanwhile, and may have settled by it; what is settled by ours comes after our read.
    if (route.individual === undefined && routed.value.events.length === 0)
      payer = await readWhole(this.store, individual);
    const context = { ...origin, cause: `settlement/${settlement}` };
    const stream = streamOf(individual);
    const outcome = await transact(this.store, stream, settling, command, context, () =>
      readOn(this.store, stream, settling, payer),
    );
    if (!outcome.ok) return outcome;
    if ((await findRoute(this.store, settlement)).isVoided) {
      // The message was taken back while it was being settled.
      const message = { settlement, institution, institutionSerial, reason: MESSAGE_REVERSAL };
      const reversed = await reverse(this.store, individual, message, origin);
      if (!reversed.ok && reversed.error.type === 'Conflict') return reversed;
      return err({ type: 'SettlementVoided' });
    }
    const { state, events, position } = outcome.value;
    const value = toSettled(individual, recordOf(state, settlement));
    return ok({ value, position, replayed: events.length === 0 });
  }
}

@CommandHandler(QuoteSettlement)
export class QuoteSettlementHandler implements ICommandHandler<QuoteSettlement> {
  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
  ) {}

  async execute({ payer, settlement: claim }: QuoteSettlement): Promise<Answer<QuoteSettlement>> {
    const individual = payerId(payer, this.keyring);
    const settlement = settlementIdOf(claim.institution, claim.institutionSerial);
    const command = toSettle(settlement, claim);
    const route = await findRoute(this.store, settlement);
    const { state } = await payerFor(this.store, individual, command, route);
    const possible = preview(command, state);
    if (!possible.ok) return possible;
    const routed = settlementRoute.decide({ type: 'Route', settlement, individual }, route);
    return routed.ok ? ok(toSettled(individual, recordOf(possible.value, settlement))) : routed;
  }
}

@CommandHandler(ReverseSettlement)
export class ReverseSettlementHandler implements ICommandHandler<ReverseSettlement> {
  constructor(private readonly store: EventStore) {}

  async execute(message: ReverseSettlement): Promise<Answer<ReverseSettlement>> {
    const { settlementId: settlement, institution, institutionSerial, reason, origin } = message;
    const { individual } = await findRoute(this.store, settlement);
    if (individual === undefined) return err({ type: 'SettlementNotFound' });
    const reversal = { settlement, institution, institutionSerial, reason };
    const outcome = await reverse(this.store, individual, reversal, origin);
    if (!outcome.ok)
      return outcome.error.type === 'IndividualNotFound' ? err({ type: 'SettlementNotFound' }) : outcome;
    const { state, events, position } = outcome.value;
    const { settled, reversal: done, balanceAfter } = recordOf(state, settlement);
    const value = {
      settlementId: settlement,
      accountReturned: fromYuan(settled.accountPaid),
      fundReturned: fromYuan(settled.fundPaid),
      balanceAfter: done?.balanceAfter ?? balanceAfter,
    };
    return ok({ value, position, replayed: events.length === 0 });
  }
}

/**
 * 冲正: the serial is voided first, so that the message can no longer be settled however late it comes; then what it had
 * settled, if anything, is reversed. Sent again, it finishes what it began.
 */
@CommandHandler(ReverseMessage)
export class ReverseMessageHandler implements ICommandHandler<ReverseMessage> {
  constructor(private readonly store: EventStore) {}

  async execute({ institution, originalSerial, origin }: ReverseMessage): Promise<Answer<ReverseMessage>> {
    const settlement = settlementIdOf(institution, originalSerial);
    const message = { settlement, institution, institutionSerial: originalSerial, reason: MESSAGE_REVERSAL };
    const voided = await transact(
      this.store,
      routeStreamOf(settlement),
      settlementRoute,
      { type: 'Void', ...message },
      { ...origin, cause: 'void' },
    );
    if (!voided.ok) return voided;
    const { state: route, events, position } = voided.value;
    const isRepeat = events.length === 0;
    const nothing = {
      value: { settlementId: settlement, outcome: 'voided' },
      position,
      replayed: isRepeat,
    } as const;
    if (route.individual === undefined) return ok(nothing);
    const outcome = await reverse(this.store, route.individual, message, origin);
    const value = { settlementId: settlement, outcome: 'reversed' } as const;
    if (outcome.ok) {
      const didNothing = outcome.value.events.length === 0;
      return ok({ value, position: outcome.value.position, replayed: isRepeat && didNothing });
    }
    const { type } = outcome.error;
    if (type === 'SettlementAlreadyReversed') return ok({ value, position, replayed: isRepeat });
    return type === 'SettlementNotFound' ? ok(nothing) : outcome;
  }
}
