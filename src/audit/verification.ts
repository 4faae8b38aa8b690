import { linkOf, type Link } from '../event-store/chain.js';
import type { LogReader, StoredEvent } from '../event-store/event-store.js';
import { pagesOf } from '../event-store/pages.js';
import { CHECKPOINT_STREAM, merkleLeafOf } from './checkpoint.js';
import { Covering, type Coverage } from './covering.js';
import type { Check, LogFault, WalkCheck } from './faults.js';
import { inquire, whyUnmet } from './inquiry.js';
import { MerkleRange } from './merkle.js';
import { findForgotten, type Remembered } from './remembered.js';
import { Tips } from './tips.js';
import { NO_KEYS, type TrustedKeys } from './trusted-keys.js';

/**
 * `events` counts those that fit, before the fault if there is one. `head` is the RFC 6962 head over their leaves: two
 * logs with the same one hold the same events in the same order, whatever the engine. `covered`: events that a checkpoint
 * with a good signature bears out, the last of them written at `signedThrough`.
 */
export type Verification = Coverage &
  Readonly<{
    events: number;
    streams: number;
    head: Readonly<{ size: number; root: string }>;
    fault?: LogFault;
  }>;

export type VerifyOptions = Readonly<{
  keys?: TrustedKeys;
  remembered?: Remembered;
  onProgress?: (events: number) => void;
}>;

/**
 * Walks the whole log in order and names the first event that does not fit, and how. Each event is held against its own
 * hash, its place in its stream, its place in the log, and what the checkpoint that covers it remembers. In memory are a
 * page, the leaves of one checkpoint and where each stream stands (Tips). What follows the last checkpoint is
 * proven by its chain alone: an end that was cut off there is found only by what is remembered outside of the log.
 */
export const verifyLog = async (
  log: Pick<LogReader, 'read' | 'readAll'>,
  { keys = NO_KEYS, remembered = {}, onProgress }: VerifyOptions = {},
): Promise<Verification> => {
  const covering = await Covering.open(log, keys, remembered.heads ?? []);
  const walk = new Walk(log, covering);
  for await (const page of pagesOf(log)) {
    const fault = await walk.take(page);
    if (fault) return { ...walk.outcome(), fault };
    onProgress?.(walk.events);
  }
  const fault =
    (await walk.findUnmet()) ??
    (await findForgotten(log, remembered, keys, {
      events: walk.events,
      position: walk.position,
      lastCheckpoint: covering.lastNumber,
    }));
  return { ...walk.outcome(), ...(fault && { fault }) };
};

const BEFORE_ALL = -1n;

class Walk {
  events = 0;
  /** Of the event before. */
  position = BEFORE_ALL;
  private readonly tips = new Tips();
  private readonly range = new MerkleRange();
  private provenThrough: bigint | undefined;

  constructor(
    private readonly log: Pick<LogReader, 'read' | 'readAll'>,
    private readonly covering: Covering,
  ) {}

  async take(page: readonly StoredEvent[]): Promise<LogFault | undefined> {
    for (const event of page) {
      if (this.covering.isUsedUp(this.events)) await this.covering.advance();
      const check = this.meet(event);
      if (check) return this.explain(check, event);
      if (event.stream !== CHECKPOINT_STREAM) continue;
      const forgery = this.covering.forgeryOf(event.revision);
      if (forgery) return forged(forgery, event.revision, event.position);
    }
    return undefined;
  }

  /** Holds an event against everything that is known of it, and moves on when it fits. */
  private meet(event: StoredEvent): WalkCheck | undefined {
    const { stream, revision, position } = event;
    const link = findLink(event);
    if (!link) return 'unreadable';
    if (!link.fits) return 'hash-differs';
    const slot = this.tips.slotOf(stream);
    const next = this.tips.nextRevision(slot);
    if (revision !== next) return revision > next ? 'revision-gap' : 'revision-again';
    if (link.prev !== this.tips.hashAt(slot)) return 'prev-differs';
    if (position <= this.position) return 'position-order';
    const leaf = this.covering.leafAt(this.events);
    if (leaf) {
      if (leaf.hash !== link.hash) return 'leaf-differs';
      // The root covers hashes alone, and this one is right: then it is the line beside it that lies.
      if (leaf.revision !== revision || leaf.stream !== stream) this.covering.disown('leaves-differ');
      this.provenThrough = position;
    }
    this.tips.moveOn(slot, stream, revision, link.hash);
    this.range.push(this.covering.leafHashAt(this.events) ?? merkleLeafOf(link));
    this.position = position;
    this.events++;
    return undefined;
  }

  private explain(check: WalkCheck, event: StoredEvent): Promise<LogFault> {
    const { events: ordinal, provenThrough, tips } = this;
    const slot = tips.slotOf(event.stream);
    const [next, prev, leaf] = [tips.nextRevision(slot), tips.hashAt(slot), this.covering.leafAt(ordinal)];
    return inquire(this.log, { check, event, ordinal, leaf, next, prev, provenThrough }, this.covering);
  }

  /** What the checkpoints still speak of when the log has come to its end. */
  async findUnmet(): Promise<LogFault | undefined> {
    const { covering, position } = this;
    if (covering.isUsedUp(this.events)) await covering.advance();
    const leaf = covering.leafAt(this.events);
    if (leaf) return whyUnmet(this.log, leaf, position);
    const [forgery] = covering.forgeries;
    return forgery && forged(forgery[1], forgery[0], position);
  }

  outcome(): Omit<Verification, 'fault'> {
    const head = { size: this.range.size, root: this.range.head().toString('hex') };
    return { events: this.events, streams: this.tips.size, ...this.covering.coverage, head };
  }
}

const forged = (check: Check, revision: bigint, position: bigint): LogFault => ({
  kind: 'checkpoint-forged',
  check,
  stream: CHECKPOINT_STREAM,
  revision,
  position,
});

const findLink = (event: StoredEvent): Link | undefined => {
  try {
    return linkOf(event);
  } catch {
    return undefined;
  }
};
