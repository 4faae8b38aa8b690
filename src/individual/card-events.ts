/** What can happen to a person's medical account at a till, as stored (schema 1). Others take these from events.ts. */
export type CardSettled = Readonly<{
  type: 'CardSettled';
  data: Readonly<{
    settlement: string;
    institution: string;
    institutionSerial: string;
    kind: string;
    occurredAt: string;
    valueOn: string;
    total: string;
    ownExpense: string;
    inScope: string;
    fundPaid: string;
    accountPaid: string;
    cashPaid: string;
    accountMax?: string;
  }>;
}>;

export type CardSettlementReversed = Readonly<{
  type: 'CardSettlementReversed';
  data: Readonly<{
    settlement: string;
    institution: string;
    institutionSerial: string;
    reason: string;
    valueOn: string;
    fundPaid: string;
    accountPaid: string;
  }>;
}>;
