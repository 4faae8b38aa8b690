import { Tips } from '../audit/tips.js';
import { linkOf, type Link } from '../event-store/chain.js';
import { ArchiveRefused, readHeader, readLine, type ArchivedEvent, type Trailer } from './archive.js';
import { linesOf } from './archive.lines.js';
import { Tally } from './tally.js';

type Options = Readonly<{
  /** Also whether each event follows on the one before it in its stream: memory grows with the streams (Tips). */
  chain: boolean;
  /** Told how many bytes of the file were taken so far. */
  onBytes?: (bytes: number) => void;
}>;

/**
 * The events of an archive in order, some at a time, each checked before it is given; the trailer is what the walk
 * returns, after it was found to say what was read. Throws ArchiveRefused at the first line that does not fit.
 */
export const eventsOf = async function* (
  file: string,
  { chain, onBytes }: Options,
): AsyncGenerator<readonly ArchivedEvent[], Trailer> {
  const check = new ArchiveCheck(chain ? new Tips() : undefined);
  for await (const lines of linesOf(file, onBytes)) yield lines.flatMap((line) => check.take(line) ?? []);
  return check.end();
};

/** Reads an archive to its end for its own sake; gives the trailer. `onEvents` sees what passes. */
export const checkArchive = async (
  file: string,
  options: Options & Readonly<{ onEvents?: (events: readonly ArchivedEvent[]) => void }>,
): Promise<Trailer> => {
  const walk = eventsOf(file, options);
  for (;;) {
    const { value, done } = await walk.next();
    if (done) return value;
    options.onEvents?.(value);
  }
};

class ArchiveCheck {
  private readonly tally = Tally.empty();
  private line = 0;
  private trailer: Trailer | undefined;

  constructor(private readonly tips: Tips | undefined) {}

  /** Undefined for a line that is no event. */
  take(text: string): ArchivedEvent | undefined {
    this.line++;
    if (this.trailer) throw new ArchiveRefused('comes after the end of the archive', this.line);
    if (this.line === 1) return void readHeader(text);
    const read = readLine(text, this.line);
    if ('event' in read) return this.meet(read.event);
    this.trailer = read.trailer;
    this.assertTrue(read.trailer);
    return undefined;
  }

  end(): Trailer {
    if (this.line === 0) throw new ArchiveRefused('is empty');
    if (!this.trailer)
      throw new ArchiveRefused(`is cut short: it ends after line ${this.line} without counts and head`);
    return this.trailer;
  }

  private meet(event: ArchivedEvent): ArchivedEvent {
    const link = this.linkOf(event);
    if (!link.fits) throw new ArchiveRefused('was changed: its hash does not fit its bytes', this.line);
    if (this.tips) this.follow(this.tips, event, link);
    this.tally.add(event, link.hash);
    return event;
  }

  private linkOf(event: ArchivedEvent): Link {
    try {
      return linkOf(event);
    } catch {
      throw new ArchiveRefused('is an event whose metadata cannot be read', this.line);
    }
  }

  private follow(tips: Tips, { stream, revision }: ArchivedEvent, { prev, hash }: Link): void {
    const slot = tips.slotOf(stream);
    const next = tips.nextRevision(slot);
    if (revision !== next)
      throw new ArchiveRefused(
        `has revision ${revision} of ${stream}, and revision ${next} is what comes next`,
        this.line,
      );
    if (prev !== tips.hashAt(slot))
      throw new ArchiveRefused(`does not follow on the event before it in ${stream}`, this.line);
    tips.moveOn(slot, stream, revision, hash);
  }

  private assertTrue(said: Trailer): void {
    const read = this.tally.toTrailer();
    if (read.events !== said.events)
      throw new ArchiveRefused(`counts ${said.events} events where ${read.events} were read`, this.line);
    if (read.streams !== said.streams)
      throw new ArchiveRefused(`counts ${said.streams} streams where ${read.streams} were read`, this.line);
    if (read.head.root !== said.head.root || read.head.size !== said.head.size)
      throw new ArchiveRefused('has another head than the events that were read', this.line);
    if (JSON.stringify(read.last) !== JSON.stringify(said.last))
      throw new ArchiveRefused('names another last event than the one that was read', this.line);
  }
}
