import { describe, expect, it } from '@jest/globals';
import { maskName, maskNumber } from './masking.js';

describe('masking', () => {
  it.each([
    ['张三', '张*'],
    ['欧阳娜娜', '欧*'],
    ['𠮷野', '𠮷*'],
    ['Ann Lee', 'A*'],
    ['', '*'],
  ])('of a name', (name, masked) => expect(maskName(name)).toBe(masked));

  it.each([
    ['of 18 characters', '11010519491231002X', '110105********002X'],
    ['of 14, the shortest that shows both ends', 'USA01234567890', 'USA012****7890'],
    ['of 13, which shows its end only', 'USA0123456789', '*********6789'],
    ['of 8', 'USA01234', '****1234'],
    ['of 5', '12345', '***45'],
    ['of none', '', ''],
  ])('of a number %s', (_, number, masked) => expect(maskNumber(number)).toBe(masked));
});
