import assert from 'node:assert';
import type { EventStore } from '../event-store/event-store.js';
import { err, ok, type Result } from '../kernel/result.js';
import type { Standing } from './applier.js';
import type { Continuity } from './continuity.js';
import type { ReadDatabase } from './projection.js';
import {
  BEHIND_COUNTED_MAX,
  ReadModels,
  WAIT_MS_MAX,
  type Freshness,
  type NotYetVisible,
} from './read-models.js';

/** `position` of read models that include nothing yet. */
const NOTHING = '0';

/** The read models as the runner keeps them: queries see the generation it writes. */
export class LiveReadModels extends ReadModels {
  private readonly listeners = new Set<() => void>();
  private standing: Standing | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly continuity: Continuity,
    private readonly waitMsMax = WAIT_MS_MAX,
  ) {
    super();
  }

  /** The runner names the generation that queries see from now on. */
  serve(standing: Standing): void {
    this.standing = standing;
    this.advanced();
  }

  /** The runner tells that a batch became visible. */
  advanced(): void {
    for (const listener of [...this.listeners]) listener();
  }

  db(): ReadDatabase {
    this.continuity.assertUnbroken();
    return this.served().generation.reader;
  }

  assertCurrent(): Promise<void> {
    return this.continuity.assertHolds();
  }

  /** Take it before the rows: then the rows include at least what it says. */
  async freshness(): Promise<Freshness> {
    await this.continuity.assertHolds();
    const { checkpoint } = this.served();
    const behind = await this.store.countAfter(checkpoint?.position, BEHIND_COUNTED_MAX);
    return { position: this.positionText(), recordedAt: checkpoint?.recordedAt ?? null, behind };
  }

  async waitFor(position: bigint): Promise<Result<void, NotYetVisible>> {
    this.continuity.assertUnbroken();
    if (this.includes(position)) return ok(undefined);
    const included = await new Promise<boolean>((resolve) => {
      const settle = (found: boolean): void => {
        clearTimeout(timer);
        stop();
        resolve(found);
      };
      const stop = this.onAdvance(() => {
        if (this.includes(position)) settle(true);
      });
      const timer = setTimeout(() => settle(false), this.waitMsMax);
    });
    if (included) return ok(undefined);
    this.continuity.assertUnbroken();
    return err(this.notYet(position));
  }

  async waitForHead(): Promise<Result<void, NotYetVisible>> {
    const head = await this.store.head();
    return head === undefined ? ok(undefined) : this.waitFor(head);
  }

  onAdvance(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private includes(position: bigint): boolean {
    const { checkpoint } = this.served();
    return checkpoint !== undefined && checkpoint.position >= position;
  }

  private notYet(position: bigint): NotYetVisible {
    return { type: 'NotYetVisible', wanted: position.toString(), position: this.positionText() };
  }

  private positionText(): string {
    return this.served().checkpoint?.position.toString() ?? NOTHING;
  }

  private served(): Standing {
    assert(this.standing, 'the runner has opened a generation');
    return this.standing;
  }
}
