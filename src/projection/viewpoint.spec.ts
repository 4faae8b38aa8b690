import { describe, expect, it } from '@jest/globals';
import { err, ok } from '../kernel/result.js';
import { readCursor, toCursor } from './cursor.js';
import { parseKnownAt } from './viewpoint.js';

describe('an instant of knowledge', () => {
  it.each([
    ['2025-07-31', '2025-07-31T15:59:59.999Z'],
    ['2025-07-31T10:00:00Z', '2025-07-31T10:00:00.000Z'],
    ['2025-07-31T10:00:00.5Z', '2025-07-31T10:00:00.500Z'],
    ['2025-07-31T10:00:00.123Z', '2025-07-31T10:00:00.123Z'],
  ])('%s reaches to %s', (text, instant) => expect(parseKnownAt(text)).toEqual(ok(instant)));

  it.each([
    '',
    '2025-02-30',
    '2025-02-30T10:00:00Z',
    '2025-07-31T24:00:00Z',
    '2025-07-31T10:00:00+08:00',
    '2025-07',
  ])('is not %p', (text) => expect(parseKnownAt(text)).toEqual(err('instant-malformed')));
});

describe('a cursor', () => {
  it('gives back the key', () =>
    expect(readCursor(toCursor(['2025-07', '险种']), 2)).toEqual(['2025-07', '险种']));

  it.each([
    ['of another list', toCursor(['a'])],
    ['made up', 'made-up'],
    ['empty', ''],
    ['of other content', Buffer.from('[1,2]').toString('base64url')],
  ])('%s is none', (_, cursor) => expect(readCursor(cursor, 2)).toBeUndefined());
});
