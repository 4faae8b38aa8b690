import { describe, expect, it } from '@jest/globals';
import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { RulesError, type Fault } from '../../src/rules/place.loader.js';
import { readRules, YamlRuleBook, type RulesFiles } from '../../src/rules/rules.loader.js';

const files = readRules();
/** Without these no rules are taken at all; the rest of the nation has no part in a region's faults. */
const NEEDED = ['national/late-fee.yaml', 'national/payment.yaml', 'national/retirement.yaml'];

type Key = Readonly<{ name: string; line: number; start: number; end: number }>;
const keysOf = (text: string): readonly Key[] => {
  const lines = new LineCounter();
  const keys: Key[] = [];
  visit(parseDocument(text, { lineCounter: lines }), {
    Pair(_, { key }) {
      const range = isScalar(key) ? key.range : undefined;
      if (!range) return;
      const [start, end] = range;
      keys.push({ name: text.slice(start, end), line: lines.linePos(start).line, start, end });
    },
  });
  return keys;
};
const faultsOf = (name: string, text: string): readonly Fault[] => {
  const others = NEEDED.filter((needed) => needed !== name).map((needed) => [needed, files[needed] ?? '']);
  const judged: RulesFiles = { ...Object.fromEntries(others), [name]: text };
  try {
    YamlRuleBook.from(judged);
  } catch (error) {
    if (error instanceof RulesError) return error.faults;
    throw error;
  }
  return [];
};
/** The key as it is spelt now, or the one that is missed, named in the right file at the right line. */
const names = (key: Key, line: number, name: string, faults: readonly Fault[]): boolean =>
  faults.some(
    (fault) =>
      fault.file === `rules/${name}` &&
      (fault.line === line || /missing key|must name/.test(fault.message)) &&
      `${fault.key} ${fault.message}`.includes(key.name.replaceAll(/['"]/g, '')),
  );

describe.each(Object.entries(files))('%s', (name, text) => {
  const keys = keysOf(text);
  it('is taken as it stands, and has keys', () => {
    expect(faultsOf(name, text)).toEqual([]);
    expect(keys.length).toBeGreaterThan(4);
  });
  it('with any one key misspelt is refused, naming file, line and key', () => {
    const missed = keys.filter((key) => {
      const spoiled = `${text.slice(0, key.start)}misspelt-${text.slice(key.start, key.end).replaceAll(/['"]/g, '')}${text.slice(key.end)}`;
      return !names(key, key.line, name, faultsOf(name, spoiled));
    });
    expect(missed.map((key) => `${name}:${key.line} ${key.name}`)).toEqual([]);
  });
  it('without any one source is refused, naming file, line and key', () => {
    const sources = keys.filter((key) => key.name === 'source');
    expect(sources.length).toBeGreaterThan(0);
    const missed = sources.filter((key) => {
      const empty = `${text.slice(0, key.end)}: ''\n${text.slice(text.indexOf('\n', key.end) + 1)}`;
      return !faultsOf(name, empty).some(
        (fault) => fault.file === `rules/${name}` && fault.line === key.line && fault.key.endsWith('.source'),
      );
    });
    expect(missed.map((key) => `${name}:${key.line}`)).toEqual([]);
  });
});
