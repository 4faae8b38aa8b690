import type { StoredEvent, Subscription } from './event-store.js';

/** Events a batch holds unless the subscriber says otherwise. */
export const BATCH_MAX = 500;

type Page = (after: bigint | undefined, max: number) => Promise<readonly StoredEvent[]>;
type OnBatch = (events: readonly StoredEvent[]) => Promise<void>;

/** The subscriptions of a store that tells of its commits in this process: paging until the end, then woken. */
export class Subscriptions {
  private readonly open = new Set<Subscription>();
  private commits = 0;
  private wakers: (() => void)[] = [];

  constructor(private readonly readPage: Page) {}

  /** Something was committed, or a subscription is to look again whether it is closed. */
  readonly wake = (): void => {
    this.commits++;
    for (const waker of this.wakers.splice(0)) waker();
  };

  start(
    { after, batchMax = BATCH_MAX }: Readonly<{ after?: bigint; batchMax?: number }>,
    onBatch: OnBatch,
  ): Subscription {
    let closing = false;
    const run = async (): Promise<void> => {
      let position = after;
      while (!closing) {
        const commits = this.commits;
        const events = await this.readPage(position, batchMax);
        const last = events.at(-1);
        if (closing) return;
        if (last) {
          await onBatch(events);
          position = last.position;
        } else if (commits === this.commits) {
          // Nothing was committed since the page was asked for, so nothing can be slept through.
          await new Promise<void>((resolve) => this.wakers.push(resolve));
        }
      }
    };
    const done = run().finally(() => this.open.delete(subscription));
    const close = async (): Promise<void> => {
      closing = true;
      this.wake();
      await done.catch(() => undefined); // whoever holds `done` hears of it
    };
    const subscription: Subscription = { close, done };
    this.open.add(subscription);
    return subscription;
  }

  async close(): Promise<void> {
    await Promise.all([...this.open].map((subscription) => subscription.close()));
  }
}
