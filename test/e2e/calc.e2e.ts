import { describe, expect, it } from '@jest/globals';
import { CALCULATORS } from '../../src/rules/all.calculators.js';
import { shebao } from '../support/command.js';

describe('shebao calc', () => {
  it('names every calculator', async () => {
    const { code, out } = await shebao(['calc', 'list']);
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toEqual(CALCULATORS.map(({ name, summary }) => `${name}: ${summary}`));
  });

  it('takes fields, tables of values and counts, and gives reasons that can be checked by hand', async () => {
    const { code, out } = await shebao([
      'calc',
      'interest',
      'year=2024',
      'opening=50000.00',
      'credits.01=800.00',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('onOpening: 1310.00\n');
    expect(out).toContain('  opening: 50000.00 x 2.62% = 1310.00 (fen-half-up)\n');
  });

  it('answers as over HTTP with --json and --input', async () => {
    const input = JSON.stringify({ region: 'shanghai', month: '2025-07', wage: '15000.55' });
    const { code, out } = await shebao(['calc', 'contribution', '--input', input, '--json']);
    expect([code, JSON.parse(out)]).toMatchObject([0, { base: '15000.55', employeeTotal: '1575.05' }]);
  });

  it('names every bad field, and where the law has no answer the times that it has', async () => {
    const bad = await shebao(['calc', 'interest', 'year=2024', 'opening=1e3', 'credits.13=1.00']);
    expect([bad.code, bad.error]).toEqual([1, expect.stringMatching(/opening: [^]*credits\[13\]: /)]);
    const none = await shebao(['calc', 'interest', 'year=2015', 'opening=1.00', 'credits.01=1.00']);
    expect([none.code, none.error]).toEqual([1, expect.stringContaining('"from":"2016-01"')]);
    const unknown = await shebao(['calc', 'luck']);
    expect([unknown.code, unknown.error]).toEqual([1, 'no calculator luck: shebao calc list\n']);
  });
});
