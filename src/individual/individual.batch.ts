import { Injectable } from '@nestjs/common';
import assert from 'node:assert';
import { metadataOf, NO_STREAM, seal, tipOf, type Tip } from '../event-store/chain.js';
import {
  EventStore,
  StoreUnavailable,
  type SinceLast,
  type StoredEvent,
  type StreamAppend,
} from '../event-store/event-store.js';
import { ATTEMPTS_MAX, toDomain } from '../event-store/transact.js';
import { addMonths, toMonth, type Month } from '../kernel/calendar.js';
import type { Result } from '../kernel/result.js';
import type { IndividualEvent } from './events.js';
import { individual, recentOf, streamOf, type Act, type Individual } from './individual.js';
import type { Origin } from './individual.messages.js';
import { SINCE_CLOSE } from './individual.reading.js';
import { StateCache } from './state-cache.js';

/** A person's recent state, and where the stream stood then. Months before `from` are not in it. */
export type KnownIndividual = Readonly<{
  state: Individual;
  tip: Tip;
  position: bigint | undefined;
  from: Month;
}>;

/** One command on one person. It is made on the state, so that costly facts are gathered only when they are needed. */
export type Job<Command> = Readonly<{
  id: string;
  cause: string;
  commandOn: (state: Individual) => Command;
}>;
type Decision<Failure> = Result<readonly IndividualEvent[], Failure>;
export type Judged<Failure> = Readonly<{
  decision: Decision<Failure>;
  /** The person after the command. */
  after: Individual;
  position: bigint | undefined;
}>;
export type BatchOptions = Readonly<{ month: Month; origin: Origin; dryRun: boolean }>;

type Decided<C, X> = Readonly<{ job: Job<C>; known: KnownIndividual; decision: Decision<X> }>;
type Decisive<C, X> = Decided<C, X> & Readonly<{ decision: Extract<Decision<X>, { ok: true }> }>;

/** Streams read at once: a whole life may be a megabyte, and only its recent months are kept. */
const LOAD_MAX = 64;
const MONTHS_BACK = 12;
const MONTHS_KEPT_MAX = 36;

/** Decides commands of one act on many persons, each once and all on one month; what follows is one batch. */
@Injectable()
export class IndividualBatch {
  constructor(
    private readonly store: EventStore,
    private readonly cache: StateCache<KnownIndividual>,
  ) {}

  /** Verdicts in the order of the jobs. With `dryRun` they are the same and neither store nor cache is written. */
  async run<C, X>(
    act: Act<C, X>,
    jobs: readonly Job<C>[],
    options: BatchOptions,
  ): Promise<readonly Judged<X>[]> {
    const judged = new Map<Job<C>, Judged<X>>();
    const known = this.recall(jobs, options.month);
    const cached = new Set(known.keys());
    await this.load(jobs, known, options.month);
    let pending = jobs;
    for (let attempt = 1; pending.length > 0; attempt++) {
      if (attempt > ATTEMPTS_MAX)
        throw new StoreUnavailable('too many races were lost: send the batch again');
      const decided = await this.decide(act, pending, known, cached);
      for (const { job, known: before, decision } of decided)
        judged.set(job, { decision, after: afterOf(before, decision), position: before.position });
      pending = options.dryRun ? [] : await this.append(decided.filter(leadsToAppend), judged, options);
      await this.refresh(pending, known);
      cached.clear();
    }
    return jobs.map((job) => judged.get(job)).filter((verdict) => verdict !== undefined);
  }

  private recall<C>(jobs: readonly Job<C>[], month: Month): Map<string, KnownIndividual> {
    const known = new Map<string, KnownIndividual>();
    for (const { id } of jobs) {
      const entry = this.cache.find(id);
      if (entry && entry.from <= month) known.set(id, entry);
    }
    return known;
  }

  private async load<C>(
    jobs: readonly Job<C>[],
    known: Map<string, KnownIndividual>,
    month: Month,
  ): Promise<void> {
    const missing = jobs.filter(({ id }) => !known.has(id));
    for (let start = 0; start < missing.length; start += LOAD_MAX) {
      const ids = missing.slice(start, start + LOAD_MAX).map(({ id }) => id);
      await this.read(ids, known, month, SINCE_CLOSE);
      // What concerns a month that is closed is judged on the whole life.
      const closed = ids.filter((id) => (known.get(id)?.from ?? month) > month);
      await this.read(closed, known, month);
    }
  }

  private async read(
    ids: readonly string[],
    known: Map<string, KnownIndividual>,
    month: Month,
    options?: SinceLast,
  ): Promise<void> {
    if (ids.length === 0) return;
    const from = addMonths(month, -MONTHS_BACK);
    const unread = { state: individual.initial, tip: NO_STREAM, position: undefined, from };
    const streams = await this.store.readMany(ids.map(streamOf), options);
    for (const id of ids) known.set(id, continued(unread, streams.get(streamOf(id)) ?? []));
  }

  private async decide<C, X>(
    act: Act<C, X>,
    jobs: readonly Job<C>[],
    known: Map<string, KnownIndividual>,
    cached: ReadonlySet<string>,
  ): Promise<readonly Decided<C, X>[]> {
    const judge = (job: Job<C>): Decided<C, X> => {
      const before = known.get(job.id);
      assert(before, 'every person of a batch is loaded before it is judged');
      return { job, known: before, decision: act.decide(job.commandOn(before.state), before.state) };
    };
    const decided = jobs.map(judge);
    const doubtful = decided.filter((one) => cached.has(one.job.id) && !leadsToAppend(one));
    if (doubtful.length === 0) return decided;
    const again = new Set(doubtful.map(({ job }) => job));
    await this.refresh([...again], known);
    return decided.map((one) => (again.has(one.job) ? judge(one.job) : one));
  }

  /** Carries what is known on with what the streams hold beyond it. */
  private async refresh<C>(jobs: readonly Job<C>[], known: Map<string, KnownIndividual>): Promise<void> {
    await Promise.all(
      jobs.map(async ({ id }) => {
        const before = known.get(id);
        assert(before, 'only what is known is refreshed');
        const from = before.tip.revision === undefined ? 0n : before.tip.revision + 1n;
        known.set(id, continued(before, await this.store.read(streamOf(id), { from })));
      }),
    );
  }

  /** Appends, keeps what is known then, and gives back the jobs whose stream had moved on. */
  private async append<C, X>(
    appending: readonly Decisive<C, X>[],
    judged: Map<Job<C>, Judged<X>>,
    { month, origin }: BatchOptions,
  ): Promise<readonly Job<C>[]> {
    if (appending.length === 0) return [];
    const appends = appending.map(({ job, known: { tip }, decision }): StreamAppend => {
      const stream = streamOf(job.id);
      const events = seal(stream, tip, decision.value, { ...origin, cause: job.cause });
      return { stream, expected: tip.revision ?? 'no-stream', events };
    });
    const results = await this.store.appendMany(appends);
    return appending.flatMap(({ job, known: before, decision }, index) => {
      const [result, append] = [results[index], appends[index]];
      if (!result?.ok || !append) return [job];
      const { position, revision, stored } = result.value;
      const after = judged.get(job)?.after ?? afterOf(before, decision);
      judged.set(job, { decision, after, position });
      if (stored)
        this.keep(job.id, { ...before, state: after, tip: tipAfter(append, revision), position }, month);
      else this.cache.delete(job.id); // an earlier call's bytes stand there: their hash is not the one made here
      return [];
    });
  }

  private keep(id: string, entry: KnownIndividual, month: Month): void {
    const kept = entry.state.months.size > MONTHS_KEPT_MAX ? trimmed(entry, month) : entry;
    if (kept.state.months.size > MONTHS_KEPT_MAX) this.cache.delete(id);
    else this.cache.set(id, kept);
  }
}

/** Where the last of them stands in the log. */
export const latestOf = (judged: readonly Judged<unknown>[]): bigint | undefined => {
  let latest: bigint | undefined;
  for (const { position } of judged)
    if (position !== undefined && (latest === undefined || position > latest)) latest = position;
  return latest;
};

const leadsToAppend = <C, X>(one: Decided<C, X>): one is Decisive<C, X> =>
  one.decision.ok && one.decision.value.length > 0;

const afterOf = <X>({ state }: KnownIndividual, decision: Decision<X>): Individual =>
  decision.ok && decision.value.length > 0 ? individual.replay(decision.value, state) : state;

const continued = (known: KnownIndividual, stored: readonly StoredEvent[]): KnownIndividual => {
  if (stored.length === 0) return known;
  const state = individual.replay(stored.map(toDomain<IndividualEvent>), known.state);
  const position = stored.at(-1)?.position;
  const recent = recentOf(state, known.from);
  return { state: recent, tip: tipOf(stored), position, from: firstOf(recent, known.from) };
};

const trimmed = (entry: KnownIndividual, month: Month): KnownIndividual => {
  const from = addMonths(month, -MONTHS_BACK);
  const state = recentOf(entry.state, from);
  return { ...entry, state, from: firstOf(state, from) };
};

/** A life that was read from its last close is known from there only. */
const firstOf = ({ knownFrom }: Individual, from: Month): Month =>
  knownFrom === undefined ? from : toMonth(knownFrom);

const tipAfter = ({ events }: StreamAppend, revision: bigint): Tip => {
  const last = events.at(-1);
  assert(last, 'an append holds events');
  return { revision, hash: metadataOf(last).hash };
};
