import { clearTimeout, setTimeout } from 'node:timers';
import type { NewEvent, StoredEvent, StreamAppend } from './event-store.js';
import { callError, type Connection } from './eventstoredb-calls.adapter.js';
import {
  findRecorded,
  toLogRead,
  toStreamRead,
  type Acknowledged,
  type Names,
} from './eventstoredb-messages.adapter.js';

/** Where the last event of an append stands, and whether it holds the bytes that were sent. */
export type Confirmed = Readonly<{ position: bigint; same: boolean }>;
type Waiting = Readonly<{
  append: StreamAppend;
  acknowledged: Acknowledged;
  resolve: (confirmed: Confirmed) => void;
  reject: (reason: unknown) => void;
}>;

/** Others write between our events: a range is read in so many pieces at most, then places are read one by one. */
const PIECES_MAX = 4;
const PLACES_AT_ONCE = 32;
/** So many are read back at once without waiting for more, and nobody waits longer for company than this. */
const GROUP_MAX = 256;
const COMPANY_MS_MAX = 30;

/**
 * The server answers an append in the same words whether it stored it or found the same ids stored, and the ids do not
 * say who wrote the metadata: so what was acknowledged is read back. A read costs as much as an append, so those that
 * are on their way together are read back together.
 */
export class Confirmation {
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  /** Somebody asked for a start while one was running. */
  private due = false;

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
  ) {}

  confirm(append: StreamAppend, acknowledged: Acknowledged): Promise<Confirmed> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, acknowledged, resolve, reject });
      if (this.waiting.length >= GROUP_MAX) this.start();
      else this.timer ??= setTimeout(() => this.start(), COMPANY_MS_MAX);
    });
  }

  /** Reads back what waits: no more will come for now. */
  start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.due = true;
    if (!this.running) void this.run();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.due) {
      this.due = false;
      const group = this.waiting;
      this.waiting = [];
      try {
        await this.confirmGroup(group);
      } catch (reason) {
        for (const { reject } of group) reject(reason);
      }
    }
    this.running = false;
  }

  private async confirmGroup(group: readonly Waiting[]): Promise<void> {
    const wanted = new Map(group.map((one) => [placeOf(one), one]));
    const missing = [...group].filter((one) => wanted.get(placeOf(one)) !== one);
    if (group.length > 1) await this.confirmRange(group, wanted);
    missing.push(...wanted.values());
    for (let from = 0; from < missing.length; from += PLACES_AT_ONCE)
      await Promise.all(missing.slice(from, from + PLACES_AT_ONCE).map((one) => this.confirmOne(one)));
  }

  /** Reads the log from the first to the last place that is asked for; what it settles is wanted no more. */
  private async confirmRange(group: readonly Waiting[], wanted: Map<string, Waiting>): Promise<void> {
    const positions = group
      .map(({ acknowledged: { position } }) => position)
      .filter((position) => position !== undefined)
      .sort((a, b) => (a < b ? -1 : 1));
    let from = positions[0];
    const count = group.reduce((sum, { append }) => sum + append.events.length, 0);
    for (let piece = 0; piece < PIECES_MAX && from !== undefined && wanted.size > 0; piece++)
      from = await this.confirmPiece(from, count + piece, wanted);
  }

  /** The position of the last event read; undefined when there was none beyond the first. */
  private confirmPiece(
    from: bigint,
    count: number,
    wanted: Map<string, Waiting>,
  ): Promise<bigint | undefined> {
    return this.connection.retrying(async () => {
      let last = from;
      for await (const answer of this.connection.read(toLogRead(this.names, from, 'forwards', count))) {
        const event = findRecorded(this.names, answer);
        if (!event) continue;
        last = event.position;
        const place = keyOf(event.stream, event.revision);
        const one = wanted.get(place);
        if (one) settle(one, event);
        wanted.delete(place);
      }
      return last > from ? last : undefined;
    });
  }

  private async confirmOne(one: Waiting): Promise<void> {
    const { append, acknowledged } = one;
    const request = toStreamRead(this.names, append.stream, acknowledged.revision, 'forwards', 1);
    const event = await this.connection.retrying(async () => {
      for await (const answer of this.connection.read(request)) {
        const found = findRecorded(this.names, answer);
        if (found?.revision === acknowledged.revision) return found;
      }
      throw callError('an append that was acknowledged cannot be read yet');
    });
    settle(one, event);
  }
}

const keyOf = (stream: string, revision: bigint): string => `${revision} ${stream}`;
const placeOf = ({ append, acknowledged }: Waiting): string => keyOf(append.stream, acknowledged.revision);

/** The last event alone is compared: its metadata holds the hash of the one before, and an append is stored whole. */
const settle = ({ append, resolve }: Waiting, event: StoredEvent): void => {
  const last = append.events.at(-1);
  resolve({ position: event.position, same: last !== undefined && isSame(last, event) });
};
const isSame = (sent: NewEvent, stored: StoredEvent): boolean =>
  sent.id === stored.id && sent.data === stored.data && sent.metadata === stored.metadata;
