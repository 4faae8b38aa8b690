import { CheckpointAnchor } from '../../src/audit/anchor.js';
import type { SignedHead } from '../../src/audit/checkpoint.js';
import { CheckpointReader } from '../../src/audit/checkpoint.reader.js';
import { Checkpointer } from '../../src/audit/checkpointer.js';
import { KeySigner } from '../../src/audit/signer.adapter.js';
import type { Signer } from '../../src/audit/signer.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { Metrics } from '../../src/http/metrics.js';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock } from './app.js';

/** What was signed last, in memory; a test may put another in its place. */
export class MemoryAnchor extends CheckpointAnchor {
  signed: SignedHead | undefined;

  async find(): Promise<SignedHead | undefined> {
    return this.signed;
  }
  async put(signed: SignedHead): Promise<void> {
    this.signed = signed;
  }
  async clear(): Promise<void> {
    this.signed = undefined;
  }
}

export const NOW = '2025-08-10T02:00:00.000Z';

/** Everything that signs a log, over a store. */
export const checkpointing = (store: EventStore, signer: Signer = KeySigner.fresh()) => {
  const reader = new CheckpointReader(store);
  const anchor = new MemoryAnchor();
  const clock = new FixedClock(NOW as Instant);
  const metrics = new Metrics();
  const checkpointer = new Checkpointer(store, reader, signer, anchor, clock, metrics);
  const failures = async (): Promise<number> =>
    (await metrics.checkpointFailures.get()).values[0]?.value ?? 0;
  return { store, signer, reader, anchor, clock, checkpointer, failures };
};
