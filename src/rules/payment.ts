/**
 * In which order money pays (清缴顺序): sides, and within a side insurances; those not named come after, by the alphabet. The
 * oldest month comes first; a late fee comes after the principal of its bill. No law says it: rules/national/payment.yaml.
 */
export type PaymentOrder = Readonly<{
  sides: readonly ('employer' | 'employee')[];
  insurances: readonly string[];
}>;
