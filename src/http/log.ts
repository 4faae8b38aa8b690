import { pino, type DestinationStream, type Level, type Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = Level | 'silent';

/** A run that may be a citizen number (15 digits, or 17 and a check character) or a bank account. */
const LONG_NUMBERS = /\d{13,}[\dXx]?/g;
/** Messages of libraries quote what they were given: text in quotes goes, and so do long numbers. */
const QUOTED = /"[^"]*"|'[^']*'|`[^`]*`/g;
const NOT_ASCII = /[^\x20-\x7e\n]+/g;

/** Text of an error with nothing personal left: no quoted value, no long number, no Chinese. */
export const toMasked = (text: string): string =>
  text.replace(QUOTED, '"…"').replace(LONG_NUMBERS, '…').replace(NOT_ASCII, '…');

export type LoggableError = Readonly<{
  name: string;
  code?: string;
  message: string;
  stack: readonly string[];
}>;

/** An error as it may stand in a log: what kind, where, and its message masked. */
export const toLoggable = (error: unknown): LoggableError => {
  if (!(error instanceof Error)) return { name: typeof error, message: '', stack: [] };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    name: error.name,
    ...(code && { code: toMasked(code) }),
    message: toMasked(error.message),
    stack: placesOf(error),
  };
};

/** The stack without the message before it, which may have lines that look like places. */
const placesOf = ({ stack = '', message }: Error): readonly string[] => {
  const places = stack.slice(stack.indexOf(message) + message.length);
  return places
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => toMasked(line.trim()));
};

/** pino takes an error's own message as the line's text, and libraries quote what they were given: both are masked. */
const toSafe = (given: unknown): unknown => {
  if (given instanceof Error) return { err: given };
  return typeof given === 'string' ? toMasked(given) : given;
};
const toSafeArguments = ([first, text, ...rest]: readonly unknown[]): readonly unknown[] => {
  if (first instanceof Error && text === undefined) return [{ err: first }, first.name];
  return [toSafe(first), ...(text === undefined ? [] : [toSafe(text)]), ...rest.map(toSafe)];
};
const toSafeField = (value: unknown): unknown => (value instanceof Error ? toLoggable(value) : value);

/** JSON lines on standard output. Request and reply objects are reduced to what holds nothing of a person. */
export const createLogger = (level: LogLevel, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      hooks: {
        logMethod(given, method): void {
          method.apply(this, toSafeArguments(given) as Parameters<typeof method>);
        },
      },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: {
        req: ({ method }: { method?: string }) => ({ method }),
        res: ({ statusCode }: { statusCode?: number }) => ({ status: statusCode }),
        err: toLoggable,
        error: toSafeField,
      },
    },
    destination ?? pino.destination({ sync: false }),
  );
