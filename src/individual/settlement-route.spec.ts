import { describe, expect, it } from '@jest/globals';
import { err, ok } from '../kernel/result.js';
import { settlementRoute, type RouteCommand, type SettlementEvent } from './settlement-route.js';

const routed: SettlementEvent = { type: 'SettlementRouted', data: { settlement: 'c1', individual: 'p1' } };
const message = { settlement: 'c1', institution: 'I1', institutionSerial: '1', reason: '冲正' };
const voided: SettlementEvent = { type: 'SettlementVoided', data: message };
const route = (individual = 'p1'): RouteCommand => ({ type: 'Route', settlement: 'c1', individual });
const take: RouteCommand = { type: 'Void', ...message };
const given = (...events: readonly SettlementEvent[]) => ({
  when: (command: RouteCommand) => settlementRoute.decide(command, settlementRoute.replay(events)),
});

describe('the route of a settlement', () => {
  it('leads to one person', () => {
    expect(given().when(route())).toEqual(ok([routed]));
    expect(given(routed).when(route())).toEqual(ok([]));
    expect(given(routed).when(route('p2'))).toEqual(
      err({ type: 'SettlementConflict', differs: ['individual'] }),
    );
  });
  it('is voided once, whether or not a message came', () => {
    expect(given().when(take)).toEqual(ok([voided]));
    expect(given(routed).when(take)).toEqual(ok([voided]));
    expect(given(voided).when(take)).toEqual(ok([]));
  });
  it('leads nowhere once voided', () => {
    expect(given(voided).when(route())).toEqual(err({ type: 'SettlementVoided' }));
    expect(given(routed, voided).when(route())).toEqual(err({ type: 'SettlementVoided' }));
  });
});
