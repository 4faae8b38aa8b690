import { StoreUnavailable, type AppendResult, type StreamAppend } from './event-store.js';

/** A transaction takes no more events than this, so that it holds the event loop for some 30 ms at most. */
export const GROUP_EVENTS_MAX = 2_000;
/** More events than this do not wait: a caller beyond is turned away, so that memory is bounded. */
export const WAITING_EVENTS_MAX = 200_000;

type Job = Readonly<{
  appends: readonly StreamAppend[];
  verdicts: AppendResult[];
  resolve: (verdicts: readonly AppendResult[]) => void;
  reject: (reason: unknown) => void;
}>;
type Share = Readonly<{ job: Job; count: number }>;

/**
 * Group commit: appends that wait in the same turn of the event loop share one transaction, hence one fsync. `commit`
 * stores a group in one transaction and gives a verdict for each append; when it throws, nothing of the group is stored.
 */
export class CommitQueue {
  private jobs: Job[] = [];
  private waiting = 0;
  private scheduled = false;
  private drained: (() => void)[] = [];

  constructor(
    private readonly commit: (group: readonly StreamAppend[]) => readonly AppendResult[],
    private readonly onCommit: () => void,
  ) {}

  add(appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    if (appends.length === 0) return Promise.resolve([]);
    const events = appends.reduce((count, append) => count + append.events.length, 0);
    if (this.waiting > 0 && this.waiting + events > WAITING_EVENTS_MAX)
      return Promise.reject(new StoreUnavailable('too many events wait to be stored'));
    this.waiting += events;
    return new Promise((resolve, reject) => {
      this.jobs.push({ appends, verdicts: [], resolve, reject });
      this.schedule();
    });
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    if (this.jobs.length > 0) await new Promise<void>((resolve) => this.drained.push(resolve));
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(this.flush);
  }

  private readonly flush = (): void => {
    this.scheduled = false;
    const { group, shares } = this.takeGroup();
    try {
      this.share(this.commit(group), shares);
    } catch (reason) {
      this.fail(shares, reason);
    }
    if (this.jobs.length > 0) return this.schedule();
    for (const resolve of this.drained.splice(0)) resolve();
  };

  /** From the front as many appends as fit, at least one. A long list is cut and goes on in the next transaction. */
  private takeGroup(): { group: readonly StreamAppend[]; shares: readonly Share[] } {
    const group: StreamAppend[] = [];
    const shares: Share[] = [];
    let events = 0;
    for (const job of this.jobs) {
      const from = job.verdicts.length;
      let to = from;
      for (; to < job.appends.length; to++) {
        const append = job.appends[to];
        if (!append || (events > 0 && events + append.events.length > GROUP_EVENTS_MAX)) break;
        events += append.events.length;
        group.push(append);
      }
      if (to > from) shares.push({ job, count: to - from });
      if (to < job.appends.length) break;
    }
    this.waiting -= events;
    return { group, shares };
  }

  private share(verdicts: readonly AppendResult[], shares: readonly Share[]): void {
    let index = 0;
    let whole = 0;
    for (const { job, count } of shares) {
      for (const end = index + count; index < end; index++) {
        const verdict = verdicts[index];
        if (verdict) job.verdicts.push(verdict);
      }
      if (job.verdicts.length < job.appends.length) break;
      whole++;
      job.resolve(job.verdicts);
    }
    this.jobs.splice(0, whole);
    this.onCommit();
  }

  private fail(shares: readonly Share[], reason: unknown): void {
    for (const { job, count } of shares) {
      for (const { events } of job.appends.slice(job.verdicts.length + count)) this.waiting -= events.length;
      job.reject(reason);
    }
    this.jobs.splice(0, shares.length);
  }
}
