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

/** Others write between our events: a range is read so much further than it must be, then places are read one by one. */
const FOREIGN_FACTOR = 4;
const FOREIGN_EXTRA = 64;
const PLACES_AT_ONCE = 32;

/**
 * The server answers an append in the same words whether it stored it or found the same ids stored, and the ids do not
 * say who wrote the metadata: so what was acknowledged is read back. Acknowledgements that come in the same turn, or
 * while others are read, are read together.
 */
export class Confirmation {
  private waiting: Waiting[] = [];
  private running = false;

  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
  ) {}

  confirm(append: StreamAppend, acknowledged: Acknowledged): Promise<Confirmed> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, acknowledged, resolve, reject });
      if (this.running) return;
      this.running = true;
      setImmediate(() => void this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
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
    const found = group.length > 1 ? await this.readRange(group) : new Map<string, StoredEvent>();
    const missing: Waiting[] = [];
    for (const one of group) {
      const event = found.get(placeOf(one));
      if (event) settle(one, event);
      else missing.push(one);
    }
    for (let from = 0; from < missing.length; from += PLACES_AT_ONCE)
      await Promise.all(missing.slice(from, from + PLACES_AT_ONCE).map((one) => this.confirmOne(one)));
  }

  /** One read of the log from the first to the last place that is asked for. */
  private async readRange(group: readonly Waiting[]): Promise<ReadonlyMap<string, StoredEvent>> {
    const positions = group
      .map(({ acknowledged }) => acknowledged.position)
      .filter((position) => position !== undefined);
    const [first] = positions;
    if (first === undefined) return new Map();
    let [low, high] = [first, first];
    for (const position of positions) {
      if (position < low) low = position;
      if (position > high) high = position;
    }
    const events = group.reduce((count, { append }) => count + append.events.length, 0);
    const request = toLogRead(this.names, low, 'forwards', FOREIGN_FACTOR * events + FOREIGN_EXTRA);
    return this.connection.retrying(async () => {
      const found = new Map<string, StoredEvent>();
      for await (const answer of this.connection.read(request)) {
        const event = findRecorded(this.names, answer);
        if (event) found.set(keyOf(event.stream, event.revision), event);
        if (event && event.position >= high) break;
      }
      return found;
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
