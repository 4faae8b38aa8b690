import { fen, toYuan, type Fen } from '../kernel/money.js';
import { checkCharacter } from '../kernel/ssn.js';
import { organisationCheckCharacter, usccCheckCharacter } from '../kernel/uscc.js';
import { draw, pick } from './random.js';

/** A person nobody is. `wage` is yuan text. */
export type SyntheticPerson = Readonly<{ ssn: string; name: string; wage: string }>;
export type SyntheticEmployer = Readonly<{ uscc: string; name: string; region: string }>;
/** Between which a region holds the base; wages are strewn on both sides of each. */
export type WageLimits = Readonly<{ floor: Fen; ceiling: Fen }>;

/** Each with the county part 0000, which no county has: such a number passes every check and belongs to nobody. */
const PROVINCES =
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65'.split(' ');
const BIRTH_YEAR_FIRST = 1972;
const BIRTH_YEARS = 32;
const MONTHS = 12;
const DAYS = 28;
const SEQUENCES = 999;
const NUMBERS = PROVINCES.length * BIRTH_YEARS * MONTHS * DAYS * SEQUENCES;
/** A prime that divides nothing in NUMBERS: stepping by it meets every number once before it meets one twice. */
const STEP = 15_485_863;

const SURNAMES = [
  ...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎',
] as [string, ...string[]];
const GIVEN = [
  ...'安柏采岑澄初丹朵帆芳枫谷涵禾恒虹桦嘉锦静珂岚黎林鹿麦茗沐宁沛平琪晴荣若桑舒松棠桐薇汐溪晓新萱雅言依颖语园苑泽知舟竹',
] as [string, ...string[]];
/** Outside GBK, inside GB18030: a reader that takes the one for the other loses these. */
const RARE_GIVEN = '䶮';
const DOTTED: readonly [string, ...string[]] = ['古丽', '艾山', '帕尔哈提', '阿依努尔'];

/**
 * The person at a place in the endless row of synthetic people of a seed. Two places never share a number below 333
 * million people. Born 1972 to 2003, so that each may work in the months that the rules know.
 */
export const toPerson = (seed: number, index: number, limits: WageLimits): SyntheticPerson => ({
  ssn: toNumber(seed, index),
  name: toName(seed, index),
  wage: toYuan(toWage(seed, index, limits)),
});

const twoDigits = (n: number): string => n.toString().padStart(2, '0');

const toNumber = (seed: number, index: number): string => {
  let rest = ((index % NUMBERS) * STEP + draw(seed, 0, 'place', NUMBERS)) % NUMBERS;
  const next = (below: number): number => {
    const digit = rest % below;
    rest = Math.floor(rest / below);
    return digit;
  };
  const [year, month, day] = [BIRTH_YEAR_FIRST + next(BIRTH_YEARS), 1 + next(MONTHS), 1 + next(DAYS)];
  const [province, sequence] = [PROVINCES[next(PROVINCES.length)] ?? '', 1 + next(SEQUENCES)];
  return withCheck(
    `${province}0000${year}${twoDigits(month)}${twoDigits(day)}${sequence.toString().padStart(3, '0')}`,
  );
};

/** Seventeen digits and their check character. */
export const withCheck = (first17: string): string => first17 + checkCharacter(first17);

const toName = (seed: number, index: number): string => {
  const style = draw(seed, index, 'style', 250);
  const [surname, given] = [pick(SURNAMES, seed, index, 'surname'), pick(GIVEN, seed, index, 'given')];
  if (style === 0)
    return `${pick(DOTTED, seed, index, 'given')}·${pick(DOTTED, seed, index, 'given-second')}`;
  if (style === 1) return surname + given + RARE_GIVEN;
  return style < 20 ? surname + given : surname + given + pick(GIVEN, seed, index, 'given-second');
};

/** Most lie nearer the floor than the ceiling; some below the one, above the other, or on the very fen of either. */
const toWage = (seed: number, index: number, { floor, ceiling }: WageLimits): Fen => {
  const kind = draw(seed, index, 'wage-kind', 100);
  const share = BigInt(draw(seed, index, 'wage', 10_000));
  const parts = 10_000n;
  if (kind < 5) return fen((floor * (6_000n + (share * 4_000n) / parts)) / parts);
  if (kind < 7) return floor;
  if (kind < 9) return ceiling;
  if (kind < 13) return fen((ceiling * (parts + share / 2n)) / parts);
  return fen(floor + ((ceiling - floor) * share * share) / (parts * parts));
};

const CITIES: Readonly<Record<string, readonly [code: string, name: string]>> = {
  shanghai: ['310000', '上海'],
  beijing: ['110000', '北京'],
  guangzhou: ['440100', '广州'],
  shenzhen: ['440300', '深圳'],
  sichuan: ['510000', '四川'],
};

/** An employer nobody runs: its organisation code begins with XX, which is not given out, and its name says 示例. */
export const toEmployer = (seed: number, index: number, region: string): SyntheticEmployer => {
  const [place, city] = CITIES[region] ?? ['100000', ''];
  const organisation = `XX${draw(seed, index, 'code', 1_000_000).toString().padStart(6, '0')}`;
  const first17 = `91${place}${organisation}${organisationCheckCharacter(organisation)}`;
  const word = pick(GIVEN, seed, index, 'given') + pick(GIVEN, seed, index, 'given-second');
  return { uscc: first17 + usccCheckCharacter(first17), name: `${city}示例${word}有限公司`, region };
};
