import { merkleLeafOf } from '../audit/checkpoint.js';
import { MerkleRange, type MerkleState } from '../audit/merkle.js';
import type { ArchivedEvent, Last, Trailer } from './archive.js';

export type TallyState = Readonly<{ streams: number; last: Last | null; range: MerkleState }>;

/** Counts and head of the events so far. A stream is counted by its first event, so that memory does not grow. */
export class Tally {
  private constructor(
    private readonly range: MerkleRange,
    private streams: number,
    private last: Last | null,
  ) {}

  static empty(): Tally {
    return new Tally(new MerkleRange(), 0, null);
  }

  /** Undefined for what `toState` cannot have given. */
  static fromState({ streams, last, range }: TallyState): Tally | undefined {
    const restored = MerkleRange.fromState(range);
    return restored && new Tally(restored, streams, last);
  }

  get events(): number {
    return this.range.size;
  }

  /** `hash`: the event's own, 64 hex digits. */
  add({ stream, revision }: Pick<ArchivedEvent, 'stream' | 'revision'>, hash: string): void {
    this.range.push(merkleLeafOf({ hash }));
    if (revision === 0n) this.streams++;
    this.last = { stream, revision: revision.toString(), hash };
  }

  toState(): TallyState {
    return { streams: this.streams, last: this.last, range: this.range.toState() };
  }

  toTrailer(): Trailer {
    const { size } = this.range;
    const head = { size, root: this.range.head().toString('hex') };
    return { events: size, streams: this.streams, head, last: this.last };
  }
}
