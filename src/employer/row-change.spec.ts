import { describe, expect, it } from '@jest/globals';
import { toMonth } from '../kernel/calendar.js';
import { readChange } from './row-change.js';

const july = toMonth('2025-07');
const dayOf = (word: string, date: string, isPaid = true): string => {
  const change = readChange([word, date, ''], july, isPaid);
  return change.ok ? (change.value?.on ?? 'none') : change.error.map(({ reason }) => reason).join();
};

describe('the kind of a change', () => {
  it.each('join 增员 新参保 续保 转入 JOIN'.split(' '))('%s joins', (word) => {
    expect(readChange([word, '2025-07-01', ''], july, true)).toMatchObject({
      ok: true,
      value: { kind: 'join' },
    });
  });
  it.each('leave 减员 停保 退休 死亡 转出 离职'.split(' '))('%s leaves', (word) => {
    expect(readChange([word, '2025-07-01', ''], july, true)).toMatchObject({
      ok: true,
      value: { kind: 'leave' },
    });
  });
  it.each(['', ' ', '无', '正常'])('%p is none', (word) => expect(dayOf(word, '')).toBe('none'));
  it('a day alone is no change', () => expect(dayOf('', '2025-07-01')).toBe('change-empty'));
  it('an unknown word is told beside a bad day', () =>
    expect(dayOf('调动', '7月')).toBe('change-unknown,change-date-format'));
  it('the reason is the word where none is given', () => {
    expect(readChange(['死亡', '2025-07-01', ' '], july, true)).toMatchObject({ value: { reason: '死亡' } });
    expect(readChange(['离职', '2025-07-01', ' 合同到期 '], july, true)).toMatchObject({
      value: { reason: '合同到期' },
    });
  });
});

describe('the day of a change', () => {
  it.each([
    '2025-07-05',
    '2025/7/5',
    '2025.07.05',
    '20250705',
    '2025年7月5日',
    '２０２５－０７－０５',
    '2025-7-5 10:00',
    '2025 年 7 月 5 日',
    '2025-07-05 00:00:00',
    '2025-07-05T00:00:00.000Z',
  ])('is read from %s', (text) => expect(dayOf('join', text)).toBe('2025-07-05'));
  it.each([
    '7/5/2025',
    '25-07-05',
    '2025-07',
    '2025-02-30',
    '2025-13-01',
    '2025-07-05 x',
    '202507051',
    '45843',
  ])('is not read from %s', (text) => expect(dayOf('join', text)).toBe('change-date-format'));
  it.each<[string, string, boolean, string]>([
    ['join', '2025-07-31', true, '2025-07-31'],
    ['join', '2025-08-01', true, 'change-date-outside'],
    ['join', '2025-06-01', true, '2025-06-01'],
    ['join', '2025-05-31', true, 'change-date-outside'],
    ['leave', '2025-07-01', true, '2025-07-01'],
    ['leave', '2025-06-30', true, 'change-date-outside'],
    ['leave', '2025-06-30', false, '2025-06-30'],
    ['leave', '2025-06-01', false, '2025-06-01'],
    ['leave', '2025-05-31', false, 'change-date-outside'],
    ['leave', '2025-08-01', false, 'change-date-outside'],
  ])('%s on %s, paid %p, in July: %s', (word, date, isPaid, expected) =>
    expect(dayOf(word, date, isPaid)).toBe(expected),
  );
});
