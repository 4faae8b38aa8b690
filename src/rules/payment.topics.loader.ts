import { isWeekend, nextDayOf, parseDay, type Day } from '../kernel/calendar.js';
import { mustRise, whole } from './list.loader.js';
import { count, oneOf, type Reader } from './place.loader.js';
import { day } from './series.loader.js';
import { defineTopic } from './topics.loader.js';

const SIDES = ['employer', 'employee'] as const;
const insurance: Reader<string> = (place) => {
  const code = place.text();
  return code === undefined || /^[a-z][a-z-]*$/.test(code)
    ? code
    : place.fault('must be a code of small letters');
};
/** A list of words, each named once. */
const eachOnce =
  <T extends string>(word: Reader<T>): Reader<readonly T[]> =>
  (place) => {
    const words = place.list()?.map((item) => ({ item, read: word(item) }));
    if (!words) return undefined;
    words.forEach(({ item, read }, i) => {
      if (read !== undefined && words.findIndex((other) => other.read === read) < i)
        item.fault('named twice');
    });
    return whole(words.map(({ read }) => read));
  };

const ORDER = { sides: eachOnce(oneOf(SIDES, 'side')), insurances: eachOnce(insurance) };
/** 清缴顺序: in which order money pays the cells of a bill; insurances that are not named come after, by the alphabet. */
export const PAYMENT_ORDER = defineTopic({
  name: 'payment-order',
  unit: 'order',
  when: 'day',
  fields: ORDER,
  check: ({ sides }, place) => {
    if (sides.length < SIDES.length) place.find('sides')?.fault(`must name ${SIDES.join(' and ')}`);
  },
});

/** 补缴: months that may be paid afterwards without papers of a court, an audit or a labour inspection. */
export const BACK_PAYMENT = defineTopic({
  name: 'back-payment',
  unit: 'month',
  when: 'day',
  fields: { monthsWithoutPapers: count },
});

const SPAN = /^(\S+)[.][.](\S+)$/;
/** `2026-10-01..2026-10-07`, or a day alone. */
const span: Reader<readonly Day[]> = (place) => {
  const text = place.text();
  if (text === undefined) return undefined;
  const [from, to] = (SPAN.exec(text)?.slice(1) ?? [text, text]).map(parseDay);
  if (!from?.ok || !to?.ok || to.value < from.value)
    return place.fault('must be a day YYYY-MM-DD, or two with .. between them, the earlier first');
  const days: Day[] = [from.value];
  for (let at = from.value; at < to.value;) days.push((at = nextDayOf(at)));
  return days;
};
const daysOff: Reader<readonly Day[]> = (place) => whole(place.list()?.map(span))?.flat();
const daysWorked: Reader<readonly Day[]> = (place) => whole(place.list()?.map(day));
const inOrder = (each: Day): number => Number(each.replaceAll('-', ''));

/** 节假日: what the State Council gives off in a year, and the weekend days that are worked for it. */
export const HOLIDAYS = defineTopic({
  name: 'holidays',
  unit: 'day',
  open: false,
  fields: { closed: daysOff, worked: daysWorked },
  check: ({ closed, worked }, place) => {
    mustRise(place, 'closed', closed, inOrder);
    mustRise(place, 'worked', worked, inOrder);
    for (const each of worked) {
      if (!isWeekend(each)) place.find('worked')?.fault(`${each} is no weekend day`);
      if (closed.includes(each)) place.find('worked')?.fault(`${each} is off and worked`);
    }
  },
});
export const PAYMENT_TOPICS = [PAYMENT_ORDER, BACK_PAYMENT, HOLIDAYS];
