import { registerDecorator, type ValidationArguments, type ValidationOptions } from 'class-validator';
import { parseDay, parseMonth } from '../kernel/calendar.js';
import { parsePercent, parseYuan, type Fen } from '../kernel/money.js';

/** A check of one value: `undefined` when it is good, else the code of what is wrong with it. */
type Check = (value: unknown) => string | undefined;

/** Makes a decorator whose message is the code itself: validation.ts turns it into an error with a text. */
const checkedBy =
  (name: string, check: Check, options?: ValidationOptions): PropertyDecorator =>
  (target, propertyName) => {
    const each = options?.each === true;
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: propertyName as string,
      options: options ?? {},
      validator: {
        validate: (value: unknown) => check(value) === undefined,
        defaultMessage: ({ value }: ValidationArguments | { value?: unknown } = {}) =>
          (each && Array.isArray(value) ? value.map(check).find(Boolean) : check(value)) ?? name,
      },
    });
  };

type YuanBounds = Readonly<{
  /** Least amount in fen. Default: nought, so a negative amount is refused. */
  min?: bigint;
  /** More than nought. */
  positive?: boolean;
}>;
const fenFault = (amount: Fen, { min, positive }: YuanBounds): string | undefined => {
  if (positive && amount <= 0n) return 'money-not-positive';
  if (amount < 0n && (min ?? 0n) >= 0n) return 'money-negative';
  return amount < (min ?? 0n) ? 'money-too-small' : undefined;
};

/**
 * Yuan text with at most two decimals, `"1575.05"`. Codes: `money-not-text` (a JSON number is refused), `money-malformed`,
 * `money-negative`, `money-not-positive`, `money-too-small`.
 */
export const IsYuan = (bounds: YuanBounds = {}, options?: ValidationOptions): PropertyDecorator =>
  checkedBy(
    'isYuan',
    (value) => {
      if (typeof value !== 'string') return 'money-not-text';
      const parsed = parseYuan(value);
      return parsed.ok ? fenFault(parsed.value, bounds) : parsed.error;
    },
    options,
  );

const textCheck =
  (
    parse: (text: string) => Readonly<{ ok: true }> | Readonly<{ ok: false; error: string }>,
    code: string,
  ): Check =>
  (value) => {
    if (typeof value !== 'string') return code;
    const parsed = parse(value);
    return parsed.ok ? undefined : parsed.error;
  };

/** A month `YYYY-MM`. Code: `month-malformed`. */
export const IsMonth = (options?: ValidationOptions): PropertyDecorator =>
  checkedBy('isMonth', textCheck(parseMonth, 'month-malformed'), options);
/** A day of the calendar, `YYYY-MM-DD`. Code: `day-malformed`. */
export const IsDay = (options?: ValidationOptions): PropertyDecorator =>
  checkedBy('isDay', textCheck(parseDay, 'day-malformed'), options);
/** A rate as percent text, `"0.5"`. Code: `rate-malformed`, also for a JSON number. */
export const IsPercent = (options?: ValidationOptions): PropertyDecorator =>
  checkedBy('isPercent', textCheck(parsePercent, 'rate-malformed'), options);

const INSTANT = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?Z$/;
/** An instant, RFC 3339 in UTC with up to three decimals, `2026-11-24T06:56:20Z`. Code: `instant-malformed`. */
export const IsInstant = (options?: ValidationOptions): PropertyDecorator =>
  checkedBy(
    'isInstant',
    (value) => {
      const day = typeof value === 'string' ? INSTANT.exec(value)?.[1] : undefined;
      return day !== undefined && parseDay(day).ok ? undefined : 'instant-malformed';
    },
    options,
  );
