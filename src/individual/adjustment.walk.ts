import type { SubmissionReceived } from '../employer/events.js';
import { nameOf } from '../event-store/chain.js';
import type { LogReader, StoredEvent } from '../event-store/event-store.js';
import { toDomain } from '../event-store/transact.js';
import { parsePercent, type Ppm } from '../kernel/money.js';
import type { RuleBook } from '../rules/policy.js';
import type { Adjust } from './adjustment.js';
import { differenceBillOf } from './adjustment.messages.js';
import type { ContributionAssessed, IndividualEvent } from './events.js';
import { individual, streamOf, type Individual } from './individual.js';
import { declaredBy, isInRange, reckon, slipsIn, type Range } from './reckoning.js';
import { StateCache } from './state-cache.js';

/** A person of the range: the whole life, what it asks of the decider, and how many months the rules know nothing of. */
export type AffectedPerson = Readonly<{
  id: string;
  events: readonly IndividualEvent[];
  state: Individual;
  command: Adjust;
  withoutRules: number;
}>;
export type Publication = Range & Readonly<{ publication: string; reason: string }>;
type Log = Pick<LogReader, 'read' | 'readAll' | 'head'>;

const PAGE_EVENTS = 500;
/** Whole lives in memory at once. */
const LIVES_AT_ONCE = 64;
/** Persons remembered as done, and rates of submissions: a bound on memory, not on how many there may be. */
const REMEMBERED_MAX = 100_000;
const OPENING = streamOf('');

/**
 * Everyone who was assessed in the range, once, a few at a time, up to where the log ends now. The log alone is read: a
 * person is taken at the first assessment of the range in their own stream, so that nobody has to be remembered.
 */
export class AffectedPersons {
  private readonly done = new StateCache<true>(REMEMBERED_MAX);
  private readonly rates = new StateCache<Readonly<{ rate: Ppm | undefined }>>(REMEMBERED_MAX);

  constructor(
    private readonly log: Log,
    private readonly rules: RuleBook,
    private readonly asked: Publication,
  ) {}

  async *groups(): AsyncGenerator<readonly AffectedPerson[]> {
    const head = await this.log.head();
    for (let after: bigint | undefined; head !== undefined;) {
      const page = await this.log.readAll({
        types: ['ContributionAssessed'],
        max: PAGE_EVENTS,
        ...(after !== undefined && { after }),
      });
      const events = page.filter(({ position }) => position <= head);
      const wanted = this.wantedOf(events);
      for (let from = 0; from < wanted.length; from += LIVES_AT_ONCE) {
        const group = wanted.slice(from, from + LIVES_AT_ONCE);
        const persons = await Promise.all(group.map((each) => this.personAt(each)));
        yield persons.flatMap((person) => person ?? []);
      }
      after = page.at(-1)?.position;
      if (after === undefined || after >= head) return;
    }
  }

  /** The first assessment of the range of each person of a page who is not known to be done. */
  private wantedOf(events: readonly StoredEvent[]): readonly StoredEvent[] {
    const first = new Map<string, StoredEvent>();
    for (const event of events)
      if (!first.has(event.stream) && this.isWanted(event) && !this.done.find(event.stream))
        first.set(event.stream, event);
    return [...first.values()];
  }

  private isWanted(event: StoredEvent): boolean {
    return (
      event.stream.startsWith(OPENING) && isInRange(this.asked, toDomain<ContributionAssessed>(event).data)
    );
  }

  private async personAt({ stream, position }: StoredEvent): Promise<AffectedPerson | undefined> {
    const stored = await this.log.read(stream);
    this.done.set(stream, true);
    const first = stored.find((event) => event.type === 'ContributionAssessed' && this.isWanted(event));
    if (first?.position !== position) return undefined;
    const events = stored.map(toDomain<IndividualEvent>);
    const state = individual.replay(events);
    const id = stream.slice(OPENING.length);
    const slips = slipsIn(state, this.asked);
    const rates = new Map<string, Ppm | undefined>();
    for (const { slip } of slips) {
      const submission = declaredBy(slip);
      rates.set(submission, await this.rateOf(submission));
    }
    const { publication, reason, region } = this.asked;
    const { months, withoutRules } = reckon(slips, {
      inForce: (month, employment) => this.rules.inForce(region, month, employment),
      injuryRateOf: (submission) => rates.get(submission),
      nameOf: (month, slip) =>
        nameOf('adjustment', publication, id, month, slip.submission, slip.line.toString()),
      billOf: (month, { employer }) => differenceBillOf(publication, employer, month),
    });
    return { id, events, state, command: { type: 'Adjust', publication, reason, months }, withoutRules };
  }

  /** The employer's own rate, as it was when the file came in. */
  private async rateOf(submission: string): Promise<Ppm | undefined> {
    const known = this.rates.find(submission);
    if (known) return known.rate;
    const [received] = await this.log.read(`submission-${submission}`, { max: 1 });
    const percent = received && toDomain<SubmissionReceived>(received).data.injuryRate;
    const parsed = percent === undefined ? undefined : parsePercent(percent);
    const rate = parsed?.ok ? parsed.value : undefined;
    this.rates.set(submission, { rate });
    return rate;
  }
}
