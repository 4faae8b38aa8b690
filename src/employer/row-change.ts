import type { RowChange } from '../individual/events.js';
import { daysBetween, lastDayOf, parseDay, toDay, type Day, type Month } from '../kernel/calendar.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { RowProblem } from './events.js';

/** Joiners and leavers (增减员): what the words of the column mean. Of the words the first of each kind is a template's own. */
const JOIN = new Set('join 增员 新参保 续保 转入 新增 增加 入职 参保'.split(' '));
const LEAVE = new Set('leave 减员 停保 退休 死亡 转出 离职 减少 停缴 解除'.split(' '));
/** Nobody joins or leaves. */
const NONE = new Set(['', '无', '正常', '无变动', '不变', '-', 'none']);

export type ChangeProblem =
  'change-unknown' | 'change-empty' | 'change-date-empty' | 'change-date-format' | 'change-date-outside';

/** An employer has thirty days from hiring to register somebody (Social Insurance Law art. 58), and as long to tell who left. */
const DAYS_BEFORE_MAX = 30;

/**
 * Reads the columns of a change. A joiner's day lies in the month of the file or at most thirty days before it; so does the
 * last day of a leaver, unless the month is still paid: then it lies in the month.
 */
export const readChange = (
  [word, date, reason]: readonly [word: string, date: string, reason: string],
  month: Month,
  isPaid: boolean,
): Result<RowChange | undefined, readonly RowProblem[]> => {
  const written = word.trim();
  const kind = kindOf(written.toLowerCase());
  if (kind === 'none') return date.trim() === '' ? ok(undefined) : err([change('change-empty')]);
  const day = readDay(date);
  const problems = [
    ...(kind === undefined ? [change('change-unknown')] : []),
    ...(day.ok ? [] : [changeDate(day.error)]),
  ];
  if (!day.ok || kind === undefined) return err(problems);
  const earliest = kind === 'leave' && isPaid ? 0 : DAYS_BEFORE_MAX;
  if (day.value > lastDayOf(month) || daysBetween(day.value, toDay(`${month}-01`)) > earliest)
    return err([changeDate('change-date-outside')]);
  return ok({ kind, on: day.value, reason: reason.trim() || written });
};

const change = (reason: ChangeProblem): RowProblem => ({ code: 'change-invalid', field: 'change', reason });
const changeDate = (reason: ChangeProblem): RowProblem => ({
  code: 'change-date-invalid',
  field: 'changeDate',
  reason,
});

const kindOf = (word: string): 'join' | 'leave' | 'none' | undefined => {
  if (NONE.has(word)) return 'none';
  if (JOIN.has(word)) return 'join';
  return LEAVE.has(word) ? 'leave' : undefined;
};

/** `2025-07-15`, `2025/7/15`, `2025.7.15`, `20250715`, `2025年7月15日`, and these with a time of day behind. */
const DAY =
  /^(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|(\d\d)(\d\d)|年(\d{1,2})月(\d{1,2})日)(?:[T ]\d{1,2}:\d\d(?::\d\d(?:[.]0+)?)?Z?)?$/;
const AROUND = /\s*([-/.年月日])\s*/gu;
const readDay = (text: string): Result<Day, ChangeProblem> => {
  const written = text.normalize('NFKC').trim().replace(AROUND, '$1');
  if (written === '') return err('change-date-empty');
  const [, year, ...parts] = DAY.exec(written) ?? [];
  const [month, date] = parts.filter((part) => part !== undefined);
  if (!year || !month || !date) return err('change-date-format');
  const day = parseDay(`${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`);
  return day.ok ? day : err('change-date-format');
};

/** Whether a row without a wage is one: the month is not paid for somebody who leaves. */
export const isLeaver = (word: string): boolean => kindOf(word.trim().toLowerCase()) === 'leave';
