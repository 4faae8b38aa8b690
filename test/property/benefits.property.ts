import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toDay } from '../../src/kernel/calendar.js';
import { fen, sum, type Fen } from '../../src/kernel/money.js';
import { deathGrant, survivorMonths } from '../../src/rules/death.js';
import { DEATH_GRANTS } from '../../src/rules/death.topics.loader.js';
import { hospitalShare, KINDS } from '../../src/rules/hospital.js';
import { injuryBenefit } from '../../src/rules/injury.js';
import { INJURY_GRADES } from '../../src/rules/injury.topics.loader.js';
import { HOSPITAL_SHARE } from '../../src/rules/medical.topics.loader.js';
import { YamlRuleBook } from '../../src/rules/rules.loader.js';
import { NATIONAL, type Keys, type Topic } from '../../src/rules/table.js';
import { transfer } from '../../src/rules/transfer.js';
import { TRANSFER_POOLED } from '../../src/rules/transfer.topics.loader.js';
import { drawingMonths } from '../../src/rules/unemployment.js';
import { UNEMPLOYMENT_CAPS, UNEMPLOYMENT_STEPS } from '../../src/rules/unemployment.topics.loader.js';

const RUNS = { numRuns: 500 };
const book = YamlRuleBook.load();
const inForce = <V>(topic: Topic<V>, region: string = NATIONAL, keys: Keys = {}): V => {
  const found = book.find(topic, region, toDay('2026-10-01'), keys);
  if (!found.ok) throw new Error(`no ${topic.name} of ${region}`);
  return found.value.values;
};
const amount = (most: number): fc.Arbitrary<Fen> =>
  fc.integer({ min: 0, max: most }).map((each) => fen(BigInt(each)));
const months = fc.integer({ min: 0, max: 600 });

describe('benefits by the tables in force', () => {
  it.each(KINDS)('%s: both shares are the amount, and a fen more lowers neither', (kind) => {
    const { levels, ...rules } = inForce(HOSPITAL_SHARE, 'beijing', { kind, employment: 'employee' });
    fc.assert(
      fc.property(
        amount(60_000_000),
        amount(60_000_000),
        fc.constantFrom(...levels),
        fc.integer({ min: 1, max: 3 }),
        (inScope, used, { bands }, stay) => {
          const share = (of: Fen) => hospitalShare(of, used, stay, { ...rules, bands });
          const [now, more] = [share(inScope), share(fen(inScope + 1n))];
          expect(now.fund + now.person).toBe(inScope);
          expect(now.deductible <= now.person).toBe(true);
          expect(more.fund >= now.fund && more.person >= now.person).toBe(true);
        },
      ),
      RUNS,
    );
  });
  it('out-patient: a bill cut in two costs the same but for the rounding of its pieces', () => {
    const { levels, ...rules } = inForce(HOSPITAL_SHARE, 'beijing', {
      kind: 'outpatient',
      employment: 'employee',
    });
    fc.assert(
      fc.property(
        amount(5_000_000),
        amount(5_000_000),
        fc.constantFrom(...levels),
        (one, other, { bands }) => {
          const fund = (of: Fen, used: Fen): Fen => hospitalShare(of, used, 1, { ...rules, bands }).fund;
          const apart = fund(one, fen(0n)) + fund(other, one);
          const whole = fund(fen(one + other), fen(0n));
          expect(apart - whole <= 2n && whole - apart <= 2n).toBe(true);
        },
      ),
      RUNS,
    );
  });
  it.each(['beijing', 'shanghai', 'guangzhou', 'shenzhen'])(
    '%s: a month more paid or carried over never gives fewer months, and never more than the law allows',
    (region) => {
      const [{ stretches }, caps] = [inForce(UNEMPLOYMENT_STEPS, region), inForce(UNEMPLOYMENT_CAPS)];
      const of = (paid: number, carried: number): number =>
        drawingMonths(paid, carried, stretches, caps).months;
      fc.assert(
        fc.property(months, fc.integer({ min: 0, max: 24 }), (paid, carried) => {
          const now = of(paid, carried);
          expect(of(paid + 1, carried) >= now && of(paid, carried + 1) >= now).toBe(true);
          expect(now <= caps.total && of(paid, 0) <= (paid < 12 ? 0 : caps.total)).toBe(true);
        }),
        RUNS,
      );
    },
  );
  it('a higher wage or a graver injury never lowers a benefit', () => {
    const { grades, ...limits } = inForce(INJURY_GRADES);
    fc.assert(
      fc.property(
        amount(9_000_000),
        amount(3_000_000),
        fc.integer({ min: 1, max: 9 }),
        (own, regional, i) => {
          const [graver, lighter] = [grades[i - 1]!, grades[i]!];
          const now = injuryBenefit(own, regional, lighter, limits);
          const more = injuryBenefit(fen(own + 1n), regional, lighter, limits);
          const grave = injuryBenefit(own, regional, graver, limits);
          expect(more.lumpSum >= now.lumpSum && (more.monthly ?? 0n) >= (now.monthly ?? 0n)).toBe(true);
          expect(grave.lumpSum >= now.lumpSum && (grave.monthly ?? 0n) >= (now.monthly ?? 0n)).toBe(true);
        },
      ),
      RUNS,
    );
  });
  it('a month more paid never lowers a death grant, a year more drawn never raises it, and parts are the total', () => {
    const rules = inForce(DEATH_GRANTS);
    fc.assert(
      fc.property(amount(1_000_000), months, fc.integer({ min: 0, max: 40 }), (income, paid, drawn) => {
        const of = (months: number, years: number): number => survivorMonths(months, years, rules).months;
        expect(of(paid + 1, drawn) >= of(paid, drawn) && of(paid, drawn + 1) <= of(paid, drawn)).toBe(true);
        const { funeral, survivor, total } = deathGrant(income, paid, drawn, rules);
        expect(funeral + survivor).toBe(total);
      }),
      RUNS,
    );
  });
  it('what moves is the account and each year by itself', () => {
    const rules = inForce(TRANSFER_POOLED);
    fc.assert(
      fc.property(
        amount(100_000_000),
        fc.array(fc.tuple(fc.integer({ min: 1990, max: 2026 }), amount(50_000_000))),
        (account, wages) => {
          const years = new Map(wages);
          const { pooledPart, total } = transfer(account, years, rules);
          const alone = [...years].map((each) => transfer(fen(0n), new Map([each]), rules).total);
          expect([pooledPart, total]).toEqual([sum(alone), sum([...alone, account])]);
        },
      ),
      RUNS,
    );
  });
});
