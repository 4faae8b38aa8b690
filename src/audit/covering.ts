import type { LogReader, StoredEvent } from '../event-store/event-store.js';
import type { Instant } from '../kernel/calendar.js';
import { CHECKPOINT_STREAM, fromLeafLines, NO_CHECKPOINT, type Leaf, type SignedHead } from './checkpoint.js';
import type { Check } from './faults.js';
import { judgeCheckpoint, type Continuation } from './judgement.js';
import type { TrustedKeys } from './trusted-keys.js';

/** What the checkpoints bear out so far. `unverified`: checkpoints that fit, but whose signature there was no key for. */
export type Coverage = Readonly<{
  checkpoints: number;
  covered: number;
  unverified: number;
  signedThrough?: Instant;
}>;

/**
 * The checkpoints, read one at a time ahead of the walk: each is judged, and its leaves then say which events must come.
 * One that does not fit ends it; the walk names that one when it comes to its event, so that an earlier fault is still the
 * first. Checkpoints written after the walk began are left to the next one, since part of what they cover may be past.
 */
export class Covering {
  private reached: Continuation = NO_CHECKPOINT;
  private current: SignedHead | undefined;
  private leaves: readonly Leaf[] = [];
  private leafHashes: readonly Buffer[] = [];
  private start = 0;
  private end = 0;
  private ended = false;
  private tally: Coverage = { checkpoints: 0, covered: 0, unverified: 0 };
  private readonly forged = new Map<bigint, Check>();

  private constructor(
    private readonly log: Pick<LogReader, 'read'>,
    private readonly keys: TrustedKeys,
    private readonly remembered: readonly SignedHead[],
    private readonly last: bigint | undefined,
  ) {}

  /** `remembered`: heads that somebody kept outside of the log. */
  static async open(
    log: Pick<LogReader, 'read'>,
    keys: TrustedKeys,
    remembered: readonly SignedHead[],
  ): Promise<Covering> {
    const [last] = await log.read(CHECKPOINT_STREAM, { direction: 'backwards', max: 1 });
    return new Covering(log, keys, remembered, last?.revision);
  }

  /** Whether the leaves in memory end before this event, counted from nought, and more may follow. */
  isUsedUp(ordinal: number): boolean {
    return ordinal >= this.end && !this.ended;
  }

  /** Counts the checkpoint whose leaves were all borne out, and reads the next. */
  async advance(): Promise<void> {
    this.count();
    this.current = undefined;
    const revision = BigInt(this.reached.next);
    const event = await this.find(revision);
    const judgement = event && judgeCheckpoint(event, this.reached, this.keys);
    if (judgement?.type === 'Forged') this.forged.set(revision, judgement.check);
    if (judgement?.type !== 'Fits') {
      this.ended = true;
      return;
    }
    const { head, leaves, leafHashes } = judgement;
    if (this.remembered.some((kept) => kept.number === head.number && kept.head !== head.head))
      this.forged.set(revision, 'anchor-differs');
    this.current = head;
    this.leaves = leaves;
    this.leafHashes = leafHashes;
    this.start = this.end;
    this.end = this.start + head.count;
    this.reached = { next: head.number + 1, first: BigInt(this.end), head: head.head };
  }

  /** What must stand at this place of the log; undefined when no checkpoint says. */
  leafAt(ordinal: number): Leaf | undefined {
    return this.leaves[ordinal - this.start];
  }

  /** The same as it stands in the tree. */
  leafHashAt(ordinal: number): Buffer | undefined {
    return this.leafHashes[ordinal - this.start];
  }

  /** What is wrong with the checkpoint of this number, when it was read and does not fit. */
  forgeryOf(revision: bigint): Check | undefined {
    return this.forged.get(revision);
  }

  /** By the numbers of their checkpoints. */
  get forgeries(): ReadonlyMap<bigint, Check> {
    return this.forged;
  }

  /** The checkpoint in hand turned out not to fit what it covers: it is not believed any longer. */
  disown(check: Check): void {
    if (!this.current) return;
    this.forged.set(BigInt(this.current.number), check);
    this.current = undefined;
    this.leaves = [];
    this.leafHashes = [];
    this.ended = true;
  }

  /** The number of the last checkpoint when the walk began. */
  get lastNumber(): bigint | undefined {
    return this.last;
  }

  get coverage(): Coverage {
    return this.tally;
  }

  /** A leaf of a later place, of this checkpoint or of one that follows. */
  async findLater(ordinal: number, isWanted: (leaf: Leaf) => boolean): Promise<Leaf | undefined> {
    const found = this.leaves.slice(Math.max(ordinal - this.start, -1) + 1).find(isWanted);
    if (found) return found;
    for (let number = BigInt(this.reached.next); ; number++) {
      const event = await this.find(number);
      if (!event) return undefined;
      const later = leavesOf(event).find(isWanted);
      if (later) return later;
    }
  }

  private async find(revision: bigint): Promise<StoredEvent | undefined> {
    if (this.last === undefined || revision > this.last) return undefined;
    const [event] = await this.log.read(CHECKPOINT_STREAM, { from: revision, max: 1 });
    return event?.revision === revision ? event : undefined;
  }

  private count(): void {
    if (!this.current) return;
    const { count, at } = this.current;
    const { checkpoints, covered, unverified } = this.tally;
    this.tally =
      this.keys.size === 0
        ? { ...this.tally, unverified: unverified + 1 }
        : { checkpoints: checkpoints + 1, covered: covered + count, unverified, signedThrough: at };
  }
}

/** The leaves that a checkpoint's event holds, unjudged: to look something up after the first fault. */
const leavesOf = ({ data }: StoredEvent): readonly Leaf[] => {
  const content = /"leaves":"([^"]*)"/.exec(data)?.[1] ?? '';
  return fromLeafLines(content.replaceAll('\\n', '\n')) ?? [];
};
