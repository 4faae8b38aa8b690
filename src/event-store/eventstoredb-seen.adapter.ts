/** So many answers are remembered before those that no longer matter are looked for. */
const GIVEN_MAX = 4_096;

/**
 * Which positions this process knows of. An append whose answer names a position that was known when it was sent, or
 * that another append was given as its own, was a repeat.
 */
export class Seen {
  private top: bigint | undefined;
  private readonly given = new Set<bigint>();

  /** The highest position known: whatever stands up to it was stored before now. */
  get highest(): bigint | undefined {
    return this.top;
  }

  note(position: bigint | undefined): void {
    if (position !== undefined && (this.top === undefined || position > this.top)) this.top = position;
  }

  /** Takes the position of an answer to an append that was sent when `floor` was the highest; whether it may be new. */
  take(position: bigint, floor: bigint | undefined): boolean {
    this.note(position);
    if ((floor !== undefined && position <= floor) || this.given.has(position)) return false;
    this.given.add(position);
    return true;
  }

  /** Forgets what no append under way can be mistaken for: `floor` was the highest when the oldest of them was sent. */
  forget(floor: bigint | undefined): void {
    if (this.given.size <= GIVEN_MAX || floor === undefined) return;
    for (const position of this.given) if (position <= floor) this.given.delete(position);
  }
}
