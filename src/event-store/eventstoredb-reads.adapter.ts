import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadAllOptions, ReadOptions, SinceLast, StoredEvent } from './event-store.js';
import type { Connection } from './eventstoredb-calls.adapter.js';
import {
  COUNT_MAX,
  findRecorded,
  isOurs,
  isStreamDeleted,
  streamDeleted,
  toLogRead,
  toStreamRead,
  type Direction,
  type Names,
} from './eventstoredb-messages.adapter.js';
import type { Seen } from './eventstoredb-seen.adapter.js';

/** Streams that are read at once. */
const STREAMS_AT_ONCE = 32;
const PAGE_EVENTS = 1_000;
/** The end of a stream is about a year of one person. */
const END_PAGE_EVENTS = 50;

/** Reading streams and the log. A read that was cut off goes on from where it stood. */
export class Reads {
  constructor(
    private readonly connection: Connection,
    private readonly names: Names,
    private readonly seen: Seen,
  ) {}

  async stream(stream: string, options: ReadOptions | SinceLast = {}): Promise<readonly StoredEvent[]> {
    return 'sinceLast' in options ? this.endOf(stream, options) : this.part(stream, options);
  }

  /** Backwards page by page until the type is met: the server stops at a number of events, not at a type. */
  private async endOf(stream: string, { sinceLast }: SinceLast): Promise<readonly StoredEvent[]> {
    const found: StoredEvent[] = [];
    for (let max = END_PAGE_EVENTS; ; max = PAGE_EVENTS) {
      const before = found.at(-1)?.revision;
      if (before === 0n) return found.reverse();
      const from = before === undefined ? {} : { from: before - 1n };
      const page = await this.part(stream, { ...from, direction: 'backwards', max });
      const met = page.findIndex(({ type }) => type === sinceLast);
      found.push(...(met < 0 ? page : page.slice(0, met + 1)));
      if (met >= 0 || page.length < max) return found.reverse();
    }
  }

  private async part(stream: string, options: ReadOptions): Promise<readonly StoredEvent[]> {
    const { from, to, direction = 'forwards', max = COUNT_MAX } = options;
    const found: StoredEvent[] = [];
    const step = direction === 'forwards' ? 1n : -1n;
    await this.connection.retrying(async () => {
      const last = found.at(-1)?.revision;
      const next = last === undefined ? from : last + step;
      const count = countOf(next, to, direction, max - found.length);
      if (count <= 0 || (next !== undefined && next < 0n)) return;
      const request = toStreamRead(this.names, stream, next, direction, count);
      for await (const event of this.answersOf(stream, request)) {
        if (isPast(event.revision, to, direction)) return;
        found.push(event);
        this.seen.note(event.position);
      }
    });
    return found;
  }

  async streams(
    streams: readonly string[],
    options?: SinceLast,
  ): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
    const found = new Map<string, readonly StoredEvent[]>(streams.map((stream) => [stream, []]));
    const left = found.keys();
    const readOn = async (): Promise<void> => {
      for (const stream of left) found.set(stream, await this.stream(stream, options));
    };
    await Promise.all(Array.from({ length: Math.min(STREAMS_AT_ONCE, found.size) }, readOn));
    return found;
  }

  async log({ after, types, max }: ReadAllOptions): Promise<readonly StoredEvent[]> {
    const wanted = types && new Set(types);
    const found: StoredEvent[] = [];
    if (max <= 0 || wanted?.size === 0) return found;
    for await (const event of this.walk(after, wanted ? COUNT_MAX : max)) {
      if (wanted && !wanted.has(event.type)) continue;
      found.push(event);
      if (found.length === max) break;
    }
    return found;
  }

  async *positions(after: bigint | undefined, max: number): AsyncGenerator<bigint> {
    for await (const { position } of this.walk(after, max)) yield position;
  }

  /** The position of our last event. It is asked for alone first: the server would send many, and one is wanted. */
  async head(): Promise<bigint | undefined> {
    for (const count of [1, COUNT_MAX]) {
      let any = false;
      for await (const answer of this.connection.read(toLogRead(this.names, undefined, 'backwards', count))) {
        const event = findRecorded(this.names, answer);
        any ||= event !== undefined;
        if (!event || !isOurs(event)) continue;
        this.seen.note(event.position);
        return event.position;
      }
      if (!any) return undefined;
    }
    return undefined;
  }

  /** Our events strictly after a position, at most so many, a page in memory at a time. */
  private async *walk(after: bigint | undefined, max: number): AsyncGenerator<StoredEvent> {
    let last = after;
    for (let left = Math.min(max, COUNT_MAX - 1); left > 0;) {
      const from = last;
      // The server begins with the position itself, which we have.
      const asked = Math.min(from === undefined ? left : left + 1, PAGE_EVENTS);
      const page = await this.connection.retrying(() => this.page(from, asked));
      const events = page.filter(isOurs).slice(0, left);
      this.seen.note(events.at(-1)?.position);
      yield* events;
      left -= events.length;
      last = page.at(-1)?.position ?? last;
      if (page.length < asked - (from === undefined ? 0 : 1)) return;
    }
  }

  private async page(from: bigint | undefined, count: number): Promise<readonly StoredEvent[]> {
    const found: StoredEvent[] = [];
    for await (const answer of this.connection.read(toLogRead(this.names, from, 'forwards', count))) {
      const event = findRecorded(this.names, answer);
      if (event && (from === undefined || event.position > from)) found.push(event);
    }
    return found;
  }

  private async *answersOf(stream: string, request: ReadReq): AsyncGenerator<StoredEvent> {
    try {
      for await (const answer of this.connection.read(request)) {
        const event = findRecorded(this.names, answer);
        if (event && isOurs(event)) yield event;
      }
    } catch (error) {
      throw isStreamDeleted(error) ? streamDeleted(stream) : error;
    }
  }
}

/** How many events there can be from one revision to another; bounded by what the caller takes. */
const countOf = (
  from: bigint | undefined,
  to: bigint | undefined,
  direction: Direction,
  max: number,
): number => {
  if (to === undefined || (from === undefined && direction === 'backwards')) return Math.min(max, COUNT_MAX);
  const span = direction === 'forwards' ? to - (from ?? 0n) + 1n : (from ?? 0n) - to + 1n;
  return span > BigInt(COUNT_MAX) ? Math.min(max, COUNT_MAX) : Math.min(max, Number(span));
};

const isPast = (revision: bigint, to: bigint | undefined, direction: Direction): boolean =>
  to !== undefined && (direction === 'forwards' ? revision > to : revision < to);
