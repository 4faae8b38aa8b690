import { describe, expect, it } from '@jest/globals';
import { covered, registered, stopped, USCC } from '../../test/support/life.js';
import { err, ok } from '../kernel/result.js';
import type { IndividualEvent } from './events.js';
import { individual, leaving, registering, stopping } from './individual.js';
import type { Leave, StopCoverage } from './leaving.js';

const leave = (other: Partial<Leave> = {}): Leave => ({
  type: 'Leave',
  submission: 's9',
  line: 4,
  employer: USCC,
  until: '2025-08-31',
  reason: 'contract ended',
  nameDigest: 'name',
  ...other,
});
const stop = (other: Partial<StopCoverage> = {}): StopCoverage => ({
  type: 'StopCoverage',
  insurances: ['pension', 'medical'],
  employer: USCC,
  until: '2025-08-31',
  reason: 'contract ended',
  ...other,
});
const given = (...events: readonly IndividualEvent[]) => {
  const state = individual.replay(events);
  return {
    leave: (other: Partial<Leave> = {}) => leaving.decide(leave(other), state),
    stop: (other: Partial<StopCoverage> = {}) => stopping.decide(stop(other), state),
    start: (from: string) =>
      registering.decide(
        { type: 'StartCoverage', insurances: ['pension', 'medical'], employer: USCC, from },
        state,
      ),
    pension: state.coverage.get('pension'),
  };
};
const by = { submission: 's9', line: 4 };
const byRow = (other: Parameters<typeof stopped>[0] = {}) => stopped({ by, ...other });
const working = [registered(), covered()];

describe('leaving an employer', () => {
  it('ends all that it covers, on the last day', () => {
    expect(given(...working).leave()).toEqual(ok([byRow()]));
    expect(given(...working, stopped()).pension).toEqual([
      { employer: USCC, from: '2025-07-01', until: '2025-08-31' },
    ]);
  });
  it.each([
    ['2025-06-30', false],
    ['2025-07-01', true],
  ])('on %s, where cover began on 1 July, ends something: %s', (until, ends) =>
    expect(given(...working).leave({ until })).toEqual(
      ends ? ok([byRow({ until })]) : err({ type: 'NotCovered' }),
    ),
  );
  it('is told once: the same row again changes nothing, another row that says it is a duplicate', () => {
    expect(given(...working, byRow()).leave()).toEqual(ok([]));
    const unchanged = err({ type: 'Unchanged', lines: [] });
    expect(given(...working, byRow()).leave({ submission: 's10', reason: 'other' })).toEqual(unchanged);
    expect(given(...working, byRow()).leave({ line: 5 })).toEqual(unchanged);
    expect(given(...working, stopped()).leave()).toEqual(unchanged);
  });
  it.each([
    ['2025-08-30', ok([byRow({ until: '2025-08-30' })])],
    ['2025-09-01', err({ type: 'NotCovered' })],
  ])('after having left on 31 August on %s: ends earlier, not later', (until, expected) =>
    expect(given(...working, stopped()).leave({ until })).toEqual(expected),
  );
  it('ends what another stop had left', () => {
    const first = stopped({ insurances: ['medical'] });
    expect(given(...working, first).leave()).toEqual(ok([byRow({ insurances: ['pension'] })]));
  });
  it('another employer that took over is none of its business', () => {
    const taken = [...working, covered({ employer: 'E2', from: '2025-08-15' })];
    expect(given(...taken).leave()).toEqual(err({ type: 'NotCovered' }));
    expect(given(...taken).leave({ until: '2025-08-14' })).toEqual(ok([byRow({ until: '2025-08-14' })]));
    const left = given(...taken, stopped({ until: '2025-08-14' }));
    expect(left.pension).toEqual([
      { employer: USCC, from: '2025-07-01', until: '2025-08-14' },
      { employer: 'E2', from: '2025-08-15' },
    ]);
  });
  it('is refused for another name, and for who is not known', () => {
    expect(given(...working).leave({ nameDigest: 'other' })).toEqual(err({ type: 'NameMismatch' }));
    expect(given().leave()).toEqual(err({ type: 'IndividualNotFound' }));
    expect(given(registered()).leave()).toEqual(err({ type: 'NotCovered' }));
  });
});

describe('stopping the cover of some insurances', () => {
  it('ends what is asked and covered, and nothing else', () => {
    expect(given(...working).stop({ insurances: ['pension', 'injury'] })).toEqual(
      ok([stopped({ insurances: ['pension'] })]),
    );
    expect(given(...working).stop({ employer: 'E2' })).toEqual(ok([]));
    expect(given(...working, stopped()).stop()).toEqual(ok([]));
  });
  it('is refused for who is not known', () =>
    expect(given().stop()).toEqual(err({ type: 'IndividualNotFound' })));
});

describe('starting after a stop', () => {
  it.each([
    ['2025-08-31', ok([])],
    ['2025-09-01', ok([covered({ from: '2025-09-01' })])],
  ])('on %s, where cover lasted to 31 August', (from, expected) =>
    expect(given(...working, stopped()).start(from)).toEqual(expected),
  );
  it('covers again, and can be left again', () => {
    const again = [...working, stopped(), covered({ from: '2025-10-01' })];
    expect(given(...again).leave({ until: '2025-09-15' })).toEqual(err({ type: 'NotCovered' }));
    expect(given(...again).leave({ until: '2025-10-15' })).toEqual(ok([byRow({ until: '2025-10-15' })]));
    expect(given(...again).start('2025-11-01')).toEqual(ok([]));
  });
});
