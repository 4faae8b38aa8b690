/** Every way in which a command on a person can be refused. HTTP learns of them in individual.problems.ts alone. */
export type Failure =
  | Readonly<{ type: 'IndividualNotFound' }>
  | Readonly<{ type: 'IndividualConflict'; differs: readonly string[] }>
  | Readonly<{ type: 'NothingToReverse'; month: string }>
  | Readonly<{ type: 'InsuranceNotAssessed'; insurance: string }>
  /** The sender's key was used before with other content. */
  | Readonly<{ type: 'IdempotencyKeyReused'; differs: readonly string[] }>
  | Readonly<{ type: 'SettlementConflict'; differs: readonly string[] }>
  | Readonly<{ type: 'SettlementNotFound' }>
  | Readonly<{ type: 'SettlementVoided' }>
  | Readonly<{ type: 'SettlementAlreadyReversed' }>
  | Readonly<{ type: 'AmountsDoNotAddUp'; fields: readonly string[] }>
  | Readonly<{ type: 'Conflict'; stream: string; actual: bigint | 'no-stream' }>;
