import { NO_HASH } from '../event-store/chain.js';

const HASH_BYTES = 32;
const SLOTS_AT_FIRST = 1_024;
/** Where a stream with no event stands: the revision before its first. */
const BEFORE_FIRST = -1n;

/**
 * Where each stream stands: its last revision and hash, packed, a slot a stream in two arrays that double when they are
 * full. With its name that makes about 150 bytes a stream, 1.5 GB for ten million people.
 */
export class Tips {
  private readonly slots = new Map<string, number>();
  private revisions = new BigInt64Array(SLOTS_AT_FIRST);
  private hashes = Buffer.alloc(SLOTS_AT_FIRST * HASH_BYTES);

  get size(): number {
    return this.slots.size;
  }

  /** `undefined`: no event of this stream was seen. */
  slotOf(stream: string): number | undefined {
    return this.slots.get(stream);
  }

  nextRevision(slot: number | undefined): bigint {
    return (slot === undefined ? BEFORE_FIRST : (this.revisions[slot] ?? BEFORE_FIRST)) + 1n;
  }

  /** 64 hex digits. */
  hashAt(slot: number | undefined): string {
    if (slot === undefined) return NO_HASH;
    return this.hashes.toString('hex', slot * HASH_BYTES, (slot + 1) * HASH_BYTES);
  }

  moveOn(slot: number | undefined, stream: string, revision: bigint, hash: string): void {
    const place = slot ?? this.add(stream);
    this.revisions[place] = revision;
    this.hashes.write(hash, place * HASH_BYTES, 'hex');
  }

  private add(stream: string): number {
    const slot = this.slots.size;
    if (slot === this.revisions.length) this.grow();
    this.slots.set(stream, slot);
    return slot;
  }

  private grow(): void {
    const revisions = new BigInt64Array(this.revisions.length * 2);
    revisions.set(this.revisions);
    this.revisions = revisions;
    this.hashes = Buffer.concat([this.hashes, Buffer.alloc(this.hashes.length)]);
  }
}
