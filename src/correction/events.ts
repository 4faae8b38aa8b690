import type { BillEffect } from '../individual/events.js';

/** What a correction (更正) is about. */
export type CorrectionRequest =
  /** A month is taken back, or one insurance of it. */
  | Readonly<{ kind: 'reversal'; individual: string; month: string; insurance?: string }>
  /** A month that was assessed for the wrong person goes to the right one. */
  | Readonly<{ kind: 'move'; from: string; to: string; month: string }>
  /** Credit of an employer is paid out (退费). */
  | Readonly<{ kind: 'refund'; uscc: string; amount: string; reference: string }>;

/** What can happen in `correction-<id>`, as stored (schema 1). */
export type CorrectionRequested = Readonly<{
  type: 'CorrectionRequested';
  data: Readonly<{
    correction: string;
    request: CorrectionRequest;
    reason: string;
    evidence: string;
    requestedBy: string;
  }>;
}>;
/** Another person than who asked agreed: from here on it is carried out, also after a crash. */
export type CorrectionApproved = Readonly<{
  type: 'CorrectionApproved';
  data: Readonly<{ correction: string; approvedBy: string }>;
}>;
export type CorrectionRejected = Readonly<{
  type: 'CorrectionRejected';
  data: Readonly<{ correction: string; rejectedBy: string; reason: string }>;
}>;
/** The person's stream says it; what is left is to tell the employer's account. */
export type CorrectionPosted = Readonly<{
  type: 'CorrectionPosted';
  data: Readonly<{
    correction: string;
    employer: string;
    /** Of a reversal: what bills claim less. */
    bills?: readonly BillEffect[];
    /** Of a move: the row, and what had been credited, yuan text. */
    moved?: Readonly<{ submission: string; line: number; credited: string }>;
  }>;
}>;
export type CorrectionDone = Readonly<{
  type: 'CorrectionDone';
  data: Readonly<{ correction: string }>;
}>;
/** What was asked is not possible any more: `code` says why. Nothing was changed. */
export type CorrectionFailed = Readonly<{
  type: 'CorrectionFailed';
  data: Readonly<{ correction: string; code: string }>;
}>;
export type CorrectionEvent =
  | CorrectionRequested
  | CorrectionApproved
  | CorrectionRejected
  | CorrectionPosted
  | CorrectionDone
  | CorrectionFailed;
