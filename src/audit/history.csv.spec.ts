import { describe, expect, it } from '@jest/globals';
import { toDay } from '../kernel/calendar.js';
import { HISTORY_HEADER, toCsvField, toHistoryLine } from './history.csv.js';
import type { HistoryItem } from './history.js';

describe('a field', () => {
  it.each([
    ['plain', 'plain'],
    ['with a comma', 'a,b', '"a,b"'],
    ['with quotes', 'a"b', '"a""b"'],
    ['over lines', 'a\nb', '"a\nb"'],
    ['a formula', '=1+1', "'=1+1"],
    ['a formula by a minus', '-cmd', "'-cmd"],
    ['a negative amount', '-5.00', '-5.00'],
  ])('%s', (_, text, field = text) => expect(toCsvField(text)).toBe(field));
});

it('has as many fields as the header, also where there is nothing to say', () => {
  const item: HistoryItem = {
    revision: '0',
    position: '1',
    type: 'CoverageStarted',
    recordedAt: '2025-07-15T02:00:00.000Z',
    bookedOn: toDay('2025-07-15'),
    valueDate: null,
    actor: { role: 'agency', id: 'local' },
    channel: 'agency',
    cause: 'key',
    data: { from: '2025-07-01' },
    effects: [],
    why: null,
    hash: 'h',
  };
  expect(HISTORY_HEADER).toMatch(/^revision,position,type,.*,hash\r\n$/);
  expect(toHistoryLine(item)).toBe(
    '0,1,CoverageStarted,2025-07-15T02:00:00.000Z,2025-07-15,,agency:local,agency,key,"{""from"":""2025-07-01""}",,,,,,,,h\r\n',
  );
});
