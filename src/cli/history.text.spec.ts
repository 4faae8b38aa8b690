import { describe, expect, it } from '@jest/globals';
import type { HistoryEvent } from './answers.js';
import { toHistoryText } from './history.text.js';

const step = (rule: string, source: string) => ({ rule, source, formula: `${rule} of 1000.00` });
const why = {
  rule: 'shanghai/2025-07',
  source: 'law; notice',
  formula: 'all of it',
  steps: [step('pension', 'law'), step('medical aid', 'notice'), step('unemployment', 'law')],
};
const event = (changes: Partial<HistoryEvent>): HistoryEvent => ({
  revision: '2',
  position: '9',
  type: 'ContributionAssessed',
  recordedAt: '2025-07-15T02:00:00.000Z',
  bookedOn: '2025-07-15',
  valueDate: '2025-07-01',
  data: { month: '2025-07' },
  effects: [],
  why,
  hash: '0123456789abcdef',
  ...changes,
});

describe('a history as text', () => {
  it('explains amounts once and numbers each source once', () => {
    const paid = event({
      revision: '3',
      type: 'ContributionPaid',
      effects: [
        { account: 'pension', delta: '80.00', balance: '80.00' },
        { account: 'medical', delta: '-5.00', balance: '15.00' },
      ],
    });
    expect(toHistoryText([event({}), paid]).split('\n')).toEqual([
      '#2 ContributionAssessed for 2025-07: value 2025-07-01, booked 2025-07-15, hash 0123456789ab…',
      '     pension      pension of 1000.00  [1]',
      '     medical aid  medical aid of 1000.00  [2]',
      '     unemployment unemployment of 1000.00  [1]',
      '#3 ContributionPaid for 2025-07: value 2025-07-01, booked 2025-07-15, hash 0123456789ab…',
      '     pension          +80.00   balance        80.00',
      '     medical           -5.00   balance        15.00',
      '     the amounts as explained at #2',
      'Sources:',
      ' [1] law',
      ' [2] notice',
    ]);
  });
  it('explains the same amounts anew for another month', () =>
    expect(toHistoryText([event({}), event({ revision: '3', data: { month: '2025-08' } })])).not.toContain(
      'as explained',
    ));
  it('says nothing of value, reasons or sources where there are none', () =>
    expect(toHistoryText([event({ type: 'CoverageStarted', valueDate: null, data: {}, why: null })])).toBe(
      '#2 CoverageStarted: booked 2025-07-15, hash 0123456789ab…',
    ));
});
