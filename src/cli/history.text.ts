import type { HistoryEvent } from './answers.js';

/**
 * A life as an auditor reads it: each event with when it counts, what it moved and how each amount came about. Sources
 * are numbered and stand once at the end; an amount explained before is not explained again.
 */
export const toHistoryText = (events: readonly HistoryEvent[]): string => {
  const sources = new Sources();
  const explained = new Map<string, string>();
  const lines = events.flatMap((event) => [
    titleOf(event),
    ...event.effects.map(
      ({ account, delta, balance }) =>
        `     ${account.padEnd(10)} ${signed(delta).padStart(12)}   balance ${balance.padStart(12)}`,
    ),
    ...reasonsOf(event, explained, sources),
  ]);
  return [...lines, ...sources.lines()].join('\n');
};

const titleOf = ({ revision, type, data, valueDate, bookedOn, hash }: HistoryEvent): string => {
  const month = typeof data['month'] === 'string' ? ` for ${data['month']}` : '';
  const value = valueDate === null ? '' : `value ${valueDate}, `;
  return `#${revision} ${type}${month}: ${value}booked ${bookedOn}, hash ${hash.slice(0, 12)}…`;
};

const signed = (delta: string): string => (delta.startsWith('-') ? delta : `+${delta}`);

const reasonsOf = (
  { revision, data, why }: HistoryEvent,
  explained: Map<string, string>,
  sources: Sources,
): readonly string[] => {
  if (!why) return [];
  const key = JSON.stringify([data['month'], why.formula]);
  const before = explained.get(key);
  if (before !== undefined) return [`     the amounts as explained at #${before}`];
  explained.set(key, revision);
  const width = Math.max(...why.steps.map(({ rule }) => rule.length));
  return why.steps.map(
    ({ rule, source, formula }) => `     ${rule.padEnd(width)} ${formula}  [${sources.numberOf(source)}]`,
  );
};

class Sources {
  private readonly numbers = new Map<string, number>();

  numberOf(source: string): number {
    const number = this.numbers.get(source) ?? this.numbers.size + 1;
    this.numbers.set(source, number);
    return number;
  }

  lines(): readonly string[] {
    if (this.numbers.size === 0) return [];
    return ['Sources:', ...[...this.numbers].map(([source, number]) => ` [${number}] ${source}`)];
  }
}
