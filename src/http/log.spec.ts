import { describe, expect, it } from '@jest/globals';
import { createLogger, toLoggable, toMasked } from './log.js';

describe('masking a text', () => {
  it.each([
    ['no row for 310101199003070417', 'no row for …'],
    ['old 310101900307041 x', 'old … x'],
    ['11010119900307041X', '…'],
    ['card 6222021234567890123', 'card …'],
    ['Unexpected token in "{\\"name\\":1}" at 5', 'Unexpected token in "…"'],
    ["'/v1/individuals/abc' is not valid", '"…" is not valid'],
    ['name 欧阳 differs', 'name … differs'],
    ['position 123456789012', 'position 123456789012'],
  ])('of %s', (text, masked) => expect(toMasked(text)).toContain(masked.replace(/ at 5$/, '')));
});

describe('an error in the log', () => {
  it('is told by kind, place and masked message', () => {
    const error = Object.assign(new TypeError('bad 310101199003070417 欧阳'), { code: 'E_BAD' });
    const loggable = toLoggable(error);
    expect(loggable).toMatchObject({ name: 'TypeError', code: 'E_BAD', message: 'bad … …' });
    expect(loggable.stack[0]).toMatch(/log[.]spec/);
    expect(JSON.stringify(loggable)).not.toMatch(/\d{15}|欧阳/);
  });

  it('of several lines keeps its message out of the stack', () => {
    const loggable = toLoggable(new Error('first\nat secret 310101199003070417\n    at 欧阳'));
    expect(JSON.stringify(loggable)).not.toMatch(/\d{15}|欧阳/);
  });

  it('is masked whatever name it is logged under', () => {
    const lines: string[] = [];
    const logger = createLogger('trace', { write: (line) => void lines.push(line) });
    logger.error(new Error('310101199003070417'));
    logger.error({ err: new Error('310101199003070417'), error: new Error('310101199003070417') }, 'x');
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toMatch(/\d{15}/);
  });
});
