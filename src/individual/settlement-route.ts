import type { Decider } from '../kernel/decider.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { Failure } from './failures.js';

/**
 * What can happen in `settlement-<id>`: it leads from an institution's serial to the person, so that a reversal needs no
 * read model, and it remembers that a message was taken back (docs/adr/0003-settlement-route.md).
 */
export type SettlementRouted = Readonly<{
  type: 'SettlementRouted';
  data: Readonly<{ settlement: string; individual: string }>;
}>;
export type SettlementVoided = Readonly<{
  type: 'SettlementVoided';
  data: Readonly<{ settlement: string; institution: string; institutionSerial: string; reason: string }>;
}>;
export type SettlementEvent = SettlementRouted | SettlementVoided;

export type RouteCommand =
  | (SettlementRouted['data'] & Readonly<{ type: 'Route' }>)
  | (SettlementVoided['data'] & Readonly<{ type: 'Void' }>);
export type RouteFailure = Extract<Failure, { type: 'SettlementConflict' | 'SettlementVoided' }>;
export type Route = Readonly<{ individual: string | undefined; isVoided: boolean }>;

const initial: Route = { individual: undefined, isVoided: false };

const evolve = (route: Route, event: SettlementEvent): Route => {
  switch (event.type) {
    case 'SettlementRouted':
      return { ...route, individual: event.data.individual };
    case 'SettlementVoided':
      return { ...route, isVoided: true };
  }
};

const replay = (events: Iterable<SettlementEvent>, from = initial): Route => {
  let route = from;
  for (const event of events) route = evolve(route, event);
  return route;
};

const decide = (command: RouteCommand, route: Route): Result<readonly SettlementEvent[], RouteFailure> => {
  switch (command.type) {
    case 'Route': {
      const { settlement, individual } = command;
      if (route.isVoided) return err({ type: 'SettlementVoided' });
      if (route.individual === individual) return ok([]);
      if (route.individual !== undefined) return err({ type: 'SettlementConflict', differs: ['individual'] });
      return ok([{ type: 'SettlementRouted', data: { settlement, individual } }]);
    }
    case 'Void': {
      const { settlement, institution, institutionSerial, reason } = command;
      const data = { settlement, institution, institutionSerial, reason };
      return ok(route.isVoided ? [] : [{ type: 'SettlementVoided', data }]);
    }
  }
};

export const settlementRoute: Decider<RouteCommand, SettlementEvent, Route, RouteFailure> = {
  initial,
  replay,
  decide,
};
