import type { LogReader } from '../event-store/event-store.js';
import { CHECKPOINT_STREAM, toSignedHead, type SignedHead } from './checkpoint.js';

/**
 * The newest head that was signed here, remembered outside the log: a log that lacks it was cut off or is another one.
 */
export abstract class CheckpointAnchor {
  /** Undefined when nothing is remembered. Rejects with AnchorUnreadable when what is there is no signed head. */
  abstract find(): Promise<SignedHead | undefined>;
  /** Remembers durably; what was remembered before is gone. */
  abstract put(signed: SignedHead): Promise<void>;
  abstract clear(): Promise<void>;
}

/** What is remembered cannot be read: whether the log still holds it is unknown. */
export class AnchorUnreadable extends Error {
  override readonly name = 'AnchorUnreadable';
}

/**
 * Accepts the log as it is, after staff have looked: the anchor becomes the log's newest checkpoint, or nothing when the
 * log has none. Gives its number.
 */
export const resetAnchor = async (
  log: Pick<LogReader, 'read'>,
  anchor: CheckpointAnchor,
): Promise<number | undefined> => {
  const [newest] = await log.read(CHECKPOINT_STREAM, { direction: 'backwards', max: 1 });
  const signed = newest && toSignedHead(JSON.parse(newest.data));
  if (signed) await anchor.put(signed);
  else await anchor.clear();
  return signed?.number;
};
