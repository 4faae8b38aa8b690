import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { faultsOf, national, REGION } from './demo-region.js';

const textOf = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../rules/${name}`, import.meta.url)), 'utf8');
/** A file with one thing spoilt in it; what is replaced must stand there. */
const spoilt = (name: string, right: string, wrong: string): readonly string[] => {
  const text = textOf(name);
  expect(text).toContain(right);
  const [region = ''] = name.split('/');
  const file = region === 'national' ? name : 'demo/benefits.yaml';
  const demo = text.replace(`region: ${region}`, region === 'national' ? 'region: national' : 'region: demo');
  return faultsOf({ ...national, 'demo/all.yaml': REGION, [file]: demo.replace(right, wrong) });
};

describe('a table of benefits is refused with', () => {
  it.each([
    ['national/unemployment.yaml', 'most: 12 }', "most: '12' }", 'caps[0].most: must be a whole number'],
    ['national/unemployment.yaml', '{ from: 60, most: 18 }', '{ from: 12, most: 18 }', 'caps: must rise'],
    ['beijing/unemployment.yaml', 'after: 48', 'after: 0', 'stretches: must rise'],
    ['beijing/unemployment.yaml', 'every: 12, add: 1', 'every: 0, add: 1', 'every must not be nought'],
    ['shanghai/unemployment.yaml', '{ to: 24,', '{ to: 12,', 'phases: must rise'],
    ['shanghai/unemployment.yaml', "monthly: '2255'", 'monthly: 2255', 'must be text'],
    ['guangzhou/unemployment.yaml', "ofMinimumWage: '90'", "ofMinimumWage: '900'", 'must be percent text'],
    ['guangzhou/unemployment.yaml', 'rounding: fen-half-up', 'rounding: fen', 'unknown rounding'],
    ['national/maternity.yaml', "divisor: '30'", 'divisor: 30', 'divisor: must be text'],
    [
      'national/maternity.yaml',
      "divisor: '30'",
      "divisor: '0'",
      'divisor: must be a number more than nought',
    ],
    ['shanghai/maternity.yaml', 'days: 60', "days: '60'", 'days: must be a whole number'],
    ['national/injury.yaml', 'grade: 2,', 'grade: 1,', 'grades: must rise'],
    ['national/injury.yaml', 'highest: 300', 'highest: 59', 'lowest is above highest'],
    ['national/injury.yaml', ', payer: fund }', ' }', 'monthly and payer go together'],
    ['national/injury.yaml', 'payer: fund }', 'payer: state }', 'unknown payer'],
    ['national/injury.yaml', '{ class: 2,', '{ class: 1,', 'classes: must rise'],
    ['national/injury.yaml', '{ class: 2, rate', '{ class: 2, part: 1, rate', 'classes[1].part: unknown key'],
    ['national/death.yaml', '{ from: 60,', '{ from: 0,', 'steps: must rise'],
    ['national/death.yaml', 'every: 12', 'every: 0', 'every: must not be nought'],
    ['national/transfer.yaml', "share: '12'", 'share: 12', 'share: must be text'],
    ['national/transfer.yaml', 'since: 1998', '', 'since: missing key'],
    ['beijing/hospital-share.yaml', 'per: stay', 'per: month', 'unknown per'],
    ['beijing/hospital-share.yaml', 'level: secondary', 'level: primary', 'levels: names a level twice'],
    ['beijing/hospital-share.yaml', "to: '40000'", "to: '30000'", 'bands must rise'],
    ['beijing/hospital-share.yaml', "to: '30000', ", '', 'only the last may have no end'],
    ['beijing/hospital-share.yaml', "{ from: 2, amount: '650' }", "{ from: 1, amount: '650' }", 'must rise'],
    ['beijing/hospital-share.yaml', 'kind: inpatient', 'kind: outpatient', 'overlap'],
    ['beijing/hospital-share.yaml', 'employment: employee', 'employment: owner', 'unknown employment'],
  ])('%s where %s is %s: %s', (name, right, wrong, fault) => {
    const faults = spoilt(name, right, wrong);
    expect(faults.join('\n')).toContain(fault);
    expect(faults).toHaveLength(1);
  });
  it('nothing where nothing is spoilt', () => {
    const files = ['beijing/hospital-share.yaml', 'beijing/unemployment.yaml', 'shanghai/maternity.yaml'];
    expect(files.flatMap((name) => spoilt(name, 'mark: second-hand', 'mark: sure'))).toEqual([]);
  });
});
