import { StoreUnavailable, type LogReader } from '../event-store/event-store.js';
import type { Checkpoint } from './checkpoint.queries.js';
import { ReadModelsStale } from './read-models.js';

/** `unsure`: the log could not be asked lately, or was away meanwhile and may have come back as another one. */
type Verdict = 'holds' | 'unsure' | 'broken';

/**
 * Whether the log still holds the event that the live rows end with. When it does not, the log was restored to an
 * earlier point or is another one: nothing may be served from the rows, and nothing written before somebody has looked.
 * A log that cannot be read says nothing about that.
 */
export class Continuity {
  private verdict: Verdict = 'unsure';
  private doubts = 0;
  private builtOn: () => Checkpoint | undefined = () => undefined;

  constructor(private readonly log: Pick<LogReader, 'read'>) {}

  /** The runner tells where the live rows stand, now and whenever asked. */
  follow(builtOn: () => Checkpoint | undefined): void {
    this.builtOn = builtOn;
  }

  /** Looks into the log. Rejects with ReadModelsStale, or with StoreUnavailable when the log cannot be read. */
  async look(): Promise<void> {
    const { doubts } = this;
    const checkpoint = this.builtOn();
    const holds = checkpoint === undefined || (await this.isMadeFrom(checkpoint));
    if (!holds) this.verdict = 'broken';
    else this.verdict = doubts === this.doubts ? 'holds' : 'unsure';
    this.assertUnbroken();
  }

  /** Looks only when that is in doubt. */
  async assertHolds(): Promise<void> {
    this.assertUnbroken();
    if (this.verdict === 'unsure') await this.look();
  }

  assertUnbroken(): void {
    if (this.isBroken()) throw new ReadModelsStale();
  }

  isBroken(): boolean {
    return this.verdict === 'broken';
  }

  /** The log did not answer: what comes back may be another one. */
  doubt(): void {
    this.doubts += 1;
    if (this.verdict === 'holds') this.verdict = 'unsure';
  }

  private async isMadeFrom(checkpoint: Checkpoint): Promise<boolean> {
    try {
      return await isMadeFrom(this.log, checkpoint);
    } catch (error) {
      if (error instanceof StoreUnavailable) this.doubt();
      throw error;
    }
  }
}

/** Whether the event that a checkpoint names stands in the log where it stood. */
export const isMadeFrom = async (
  log: Pick<LogReader, 'read'>,
  { stream, revision, position, eventId }: Checkpoint,
): Promise<boolean> => {
  const [event] = await log.read(stream, { from: revision, max: 1 });
  return event?.revision === revision && event.position === position && event.id === eventId;
};
