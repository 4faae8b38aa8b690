import Table from 'cli-table3';
import type { BalancesAnswer, Freshness, RowAnswer } from './answers.js';

/** A table for people, as text; Chinese characters are counted as two columns wide. */
export const toTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string => {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (right.includes(column) ? 'right' : 'left')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
};

/** Rejected rows by line, with the main reason of each. */
export const toRejectedTable = (rows: readonly RowAnswer[]): string =>
  toTable(
    ['line', 'code', 'field', 'reason'],
    rows.map(({ line, code, field, message }) => [`${line}`, code ?? '', field ?? '', message ?? '']),
    [0],
  );

/** How far behind the log an answer is, in words. */
export const toFreshness = ({ position, recordedAt, behind }: Freshness): string =>
  `as of event ${position}${recordedAt ? `, recorded ${recordedAt}` : ''}; ${
    behind === 0 ? 'nothing newer in the log' : `${behind} newer events are not in it yet`
  }`;

export const toBalancesText = ({ accounts, months, freshness }: BalancesAnswer): string =>
  [
    toTable(
      ['account', 'balance'],
      accounts.map(({ account, balance }) => [account, balance]),
      [1],
    ),
    toTable(
      ['insurance', 'months paid', 'gaps'],
      months.map(({ insurance, paid, gaps }) => [insurance, `${paid}`, gaps.join(' ') || 'none']),
      [1],
    ),
    toFreshness(freshness),
  ].join('\n');
