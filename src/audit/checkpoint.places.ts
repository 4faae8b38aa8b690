import type { EventStore } from '../event-store/event-store.js';
import { CheckpointUnreadable, type CheckpointReader } from './checkpoint.reader.js';

/** Places that are remembered; beyond it the one that was learnt first is forgotten. */
const REMEMBERED_MAX = 65_536;

/**
 * Where in the log the checkpoints end. Their leaves stand in the order of the log, so the one that covers a position is
 * found by halves; what was read once is remembered, as it never changes.
 */
export class CheckpointPlaces {
  private readonly remembered = new Map<number, bigint>();

  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly reader: Pick<CheckpointReader, 'find'>,
  ) {}

  /** The first checkpoint, of those from one number to another, that ends at a position or behind it. */
  async findCovering(position: bigint, from: number, to: number): Promise<number | undefined> {
    if (from > to || (await this.endOf(to)) < position) return undefined;
    let [low, high] = [from, to];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((await this.endOf(middle)) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Position of the last event that a checkpoint covers. */
  async endOf(number: number): Promise<bigint> {
    const known = this.remembered.get(number);
    if (known !== undefined) return known;
    const checkpoint = await this.reader.find(number);
    const last = checkpoint?.last;
    const [event] = last ? await this.store.read(last.stream, { from: last.revision, max: 1 }) : [];
    if (!event || event.revision !== last?.revision) throw new CheckpointUnreadable(BigInt(number));
    const [oldest] = this.remembered.keys();
    if (this.remembered.size >= REMEMBERED_MAX && oldest !== undefined) this.remembered.delete(oldest);
    this.remembered.set(number, event.position);
    return event.position;
  }
}
