/**
 * A bounded memory of states, the least recently used goes first. What it holds may be stale: it may only lead to an
 * append, which the store checks; any refusal or no-op decided on it must be checked against the store.
 */
export class StateCache<Entry> {
  /** A Map keeps the order of insertion, which here is the order of use. */
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly entriesMax = ENTRIES_MAX) {}

  get size(): number {
    return this.entries.size;
  }

  find(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    if (entry !== undefined) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry;
  }

  set(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size <= this.entriesMax) return;
    for (const oldest of this.entries.keys()) {
      this.entries.delete(oldest);
      return;
    }
  }

  delete(key: string): void {
    this.entries.delete(key);
  }
}
/** Persons kept; each takes about 10 KiB, since only their recent months are held. */
const ENTRIES_MAX = 10_000;
