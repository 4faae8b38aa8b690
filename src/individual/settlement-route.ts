/** What can happen in `settlement-<id>`: it leads from an institution's serial to the person (docs/adr). */
export type SettlementRouted = Readonly<{
  type: 'SettlementRouted';
  data: Readonly<{ settlement: string; individual: string }>;
}>;
export type SettlementVoided = Readonly<{
  type: 'SettlementVoided';
  data: Readonly<{ settlement: string; institution: string; institutionSerial: string; reason: string }>;
}>;
export type SettlementEvent = SettlementRouted | SettlementVoided;
