import { expect } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RulesError } from '../../src/rules/place.loader.js';
import { YamlRuleBook, type RulesFiles } from '../../src/rules/rules.loader.js';

const rules = fileURLToPath(new URL('../../rules/', import.meta.url));
export const national: RulesFiles = Object.fromEntries(
  readdirSync(join(rules, 'national')).map((name) => [
    `national/${name}`,
    readFileSync(join(rules, 'national', name), 'utf8'),
  ]),
);
/** A whole region in one file; each refusal below spoils one line of it. */
export const REGION = `region: demo
tables:
  - topic: limits
    unit: yuan
    for: { employee: [pension] }
    entries:
      - { from: 2025-01, to: 2025-06, floor: '4000', ceiling: '20000', source: notice A, mark: sure }
      - { from: 2025-07, to: 2025-12, floor: '5000', ceiling: '25000', source: notice B, mark: sure }
  - topic: rates
    unit: percent
    for: { employee: [pension] }
    entries:
      - from: 2025-01
        to: 2025-12
        employer: '16'
        employee: '8'
        toAccount: '8'
        source: law
        mark: sure
  - topic: rounding
    unit: mode
    for: { employee: [pension] }
    entries:
      - { from: 2025-01, to: 2025-12, employer: fen-half-up, employee: jiao-up, source: custom, mark: second-hand }
  - topic: due
    unit: day
    entries:
      - { from: 2025-01, to: 2025-12, day: 15, source: office, mark: sure }
`;
export const faultsOf = (files: RulesFiles): readonly string[] => {
  try {
    YamlRuleBook.from(files);
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    expect(error.message.split('\n')).toHaveLength(error.faults.length + 1);
    return error.faults.map(({ file, line, key, message }) => `${file}:${line} ${key}: ${message}`);
  }
  return [];
};
