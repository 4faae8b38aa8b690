/** In an auditor's words, what happened to the log. */
export const FAULT_KINDS = [
  'changed',
  'missing',
  'reordered',
  'truncated',
  'stream-removed',
  'checkpoint-forged',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What is wrong with a signed head or with the event that holds it. */
export type HeadCheck =
  | 'statement-unreadable'
  | 'number-differs'
  | 'first-differs'
  | 'link-differs'
  | 'leaves-unreadable'
  | 'count-differs'
  | 'root-differs'
  | 'leaves-differ'
  | 'head-differs'
  | 'key-unknown'
  | 'signature-invalid';

/** What the walk sees at an event: by itself, in its stream, in the order of the log, against what a checkpoint remembers. */
export type WalkCheck =
  | 'unreadable'
  | 'hash-differs'
  | 'revision-gap'
  | 'revision-again'
  | 'prev-differs'
  | 'position-order'
  | 'leaf-differs';

/**
 * `place-differs`: the bytes fit their hash at another revision or in another stream.
 * `revision-again`: a revision that was there already. `leaf-*`: against what a checkpoint remembers of this place in the
 * log: other bytes, nothing, an event that stands elsewhere, one too many. `anchor-*`: against what is remembered outside
 * of the log: not there, another one, or something remembered that is itself not signed as it should be.
 */
export type Check =
  | WalkCheck
  | HeadCheck
  | 'place-differs'
  | 'leaf-absent'
  | 'leaf-elsewhere'
  | 'leaf-extra'
  | 'anchor-absent'
  | 'anchor-differs'
  | 'anchor-forged';

/**
 * The first event that does not fit. Of an event that is gone, `stream` and `revision` are its own, and `position` is
 * where its absence was noticed.
 */
export type LogFault = Readonly<{
  kind: FaultKind;
  check: Check;
  stream: string;
  revision: bigint;
  position: bigint;
}>;
