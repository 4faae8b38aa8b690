import { DEDUCTIBLE_PER, KINDS, LEVELS } from './hospital.js';
import { listOf, listWith, mustRise, roundingMode } from './list.loader.js';
import { count, oneOf, type Reader } from './place.loader.js';
import { percent, yuan } from './region.loader.js';
import { defineTopic } from './topics.loader.js';

export const INSURED_AS = ['employee', 'retired'] as const;

const bands = listWith({ fund: percent }, { to: yuan });
/** Bands rise, and only the last has no end. */
const risingBands: Reader<NonNullable<ReturnType<typeof bands>>> = (place) => {
  const read = bands(place);
  const ends = read?.map(({ to }) => to);
  const rise = ends?.every((to, i) => {
    const before = i === 0 ? 0n : ends[i - 1];
    return before !== undefined && (to === undefined || to > before);
  });
  return rise === false ? place.fault('bands must rise, and only the last may have no end') : read;
};

const SHARE = {
  per: oneOf(DEDUCTIBLE_PER, 'per'),
  deductibles: listOf({ from: count, amount: yuan }),
  levels: listOf({ level: oneOf(LEVELS, 'level'), bands: risingBands }),
  rounding: roundingMode,
};

/** 医保报销: deductible and the fund's share by level of the institution and band of the year's amount in scope. */
export const HOSPITAL_SHARE = defineTopic({
  name: 'hospital-share',
  unit: 'percent',
  scope: 'region',
  keys: { kind: KINDS, employment: INSURED_AS },
  fields: SHARE,
  check: ({ deductibles, levels }, place) => {
    mustRise(place, 'deductibles', deductibles, ({ from }) => from);
    if (new Set(levels.map(({ level }) => level)).size < levels.length)
      place.find('levels')?.fault('names a level twice');
  },
});

export const MEDICAL_TOPICS = [HOSPITAL_SHARE];
