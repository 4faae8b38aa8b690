import type { HistoryItem } from './history.js';

const COLUMNS = [
  'revision',
  'position',
  'type',
  'recordedAt',
  'bookedOn',
  'valueDate',
  'actor',
  'channel',
  'cause',
  'data',
  'pensionDelta',
  'pensionBalance',
  'medicalDelta',
  'medicalBalance',
  'rule',
  'source',
  'formula',
  'hash',
] as const;
type Column = (typeof COLUMNS)[number];

const FORMULA = /^[=+@\t\r]|^-(?!\d+\.\d\d$)/;
/** RFC 4180; a text that a spreadsheet would run as a formula gets an apostrophe before it. */
export const toCsvField = (text: string): string => {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

const toLine = (fields: readonly string[]): string => `${fields.map(toCsvField).join(',')}\r\n`;

export const HISTORY_HEADER = toLine(COLUMNS);

/** One event a line; of several effects on one account the sum cannot be meant, so each stands in `data` and here the last. */
export const toHistoryLine = (item: HistoryItem): string => {
  const effectOf = (account: string) => item.effects.findLast((effect) => effect.account === account);
  const fields: Record<Column, string> = {
    revision: item.revision,
    position: item.position,
    type: item.type,
    recordedAt: item.recordedAt,
    bookedOn: item.bookedOn,
    valueDate: item.valueDate ?? '',
    actor: `${item.actor.role}:${item.actor.id}`,
    channel: item.channel,
    cause: item.cause,
    data: JSON.stringify(item.data),
    pensionDelta: effectOf('pension')?.delta ?? '',
    pensionBalance: effectOf('pension')?.balance ?? '',
    medicalDelta: effectOf('medical')?.delta ?? '',
    medicalBalance: effectOf('medical')?.balance ?? '',
    rule: item.why?.rule ?? '',
    source: item.why?.source ?? '',
    formula: item.why?.formula ?? '',
    hash: item.hash,
  };
  return toLine(COLUMNS.map((column) => fields[column]));
};
