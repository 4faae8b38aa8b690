/**
 * Every stream of this system is named by one of these openings. An engine that other programs share tells our events by
 * them, so a stream of a new kind is entered here first: an append to any other name is a bug.
 */
export const CATEGORIES: readonly string[] = [
  'individual-',
  'employer-',
  'submission-',
  'difference-',
  'bank-statement-',
  'settlement-',
  'correction-',
  'payout-run-',
  'interest-run-',
  'access-',
  'checkpoint',
];
