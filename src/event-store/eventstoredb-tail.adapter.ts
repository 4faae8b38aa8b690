/** Positions that are kept between two questions; what lies beyond is read again. */
const KEPT_MAX = 100_000;

/** The positions of our events after a position, in order, as they stand now. */
type PositionsAfter = (after: bigint | undefined, max: number) => AsyncIterable<bigint>;

/**
 * How many events follow a position. Positions are places in the server's log and have gaps, so events are counted; the
 * end of the log is asked about again and again, so what was counted is kept and only what is new is read.
 */
export class Tail {
  /** The positions of all events after `from` that are known, without a gap. */
  private known: bigint[] = [];
  private from: bigint | undefined;
  private begun = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly positionsAfter: PositionsAfter) {}

  /** One question at a time: those that wait find what the one before has read. */
  count(position: bigint | undefined, max: number): Promise<number> {
    const counting = this.turn.then(() => this.countNow(position, max));
    this.turn = counting.catch(() => undefined); // whoever asked hears of it
    return counting;
  }

  private async countNow(position: bigint | undefined, max: number): Promise<number> {
    if (max <= 0) return 0;
    if (this.begun && isBefore(position, this.from)) return this.countOn(position, 0, max, []);
    this.begun = true;
    this.from = position;
    const first = this.known.findIndex((known) => isBefore(position, known));
    this.known = first === -1 ? [] : this.known.slice(first);
    return this.countOn(this.known.at(-1) ?? position, this.known.length, max, this.known);
  }

  private async countOn(
    after: bigint | undefined,
    counted: number,
    max: number,
    kept: bigint[],
  ): Promise<number> {
    let count = counted;
    if (count >= max) return max;
    for await (const position of this.positionsAfter(after, max - count)) {
      if (kept.length === count && kept.length < KEPT_MAX) kept.push(position);
      count++;
    }
    return count;
  }
}

/** Before everything comes "from the start". */
const isBefore = (a: bigint | undefined, b: bigint | undefined): boolean =>
  b !== undefined && (a === undefined || a < b);
