import { Command } from '@nestjs/cqrs';
import type { Instant } from '../kernel/calendar.js';
import type { Fen } from '../kernel/money.js';
import type { Result } from '../kernel/result.js';
import type { Identifier } from '../kernel/ssn.js';
import type { Failure } from './failures.js';
import type { Origin, Written } from './individual.messages.js';

export type Settlement = Readonly<{
  institution: string;
  institutionSerial: string;
  kind: 'pharmacy' | 'outpatient' | 'inpatient';
  occurredAt: Instant;
  total: Fen;
  ownExpense: Fen;
  inScope: Fen;
  fundPaid: Fen;
  accountMax?: Fen;
}>;
/** `receipt` is text for a 58 mm till, 32 columns, a Chinese character counting two. */
export type Settled = Readonly<{
  settlementId: string;
  accountPaid: Fen;
  cashPaid: Fen;
  fundPaid: Fen;
  balanceBefore: Fen;
  balanceAfter: Fen;
  receipt: string;
}>;
type Payer = Readonly<{ id: string }> | Readonly<{ identifier: Identifier }>;

export class SettleCard extends Command<Result<Written<Settled>, Failure>> {
  constructor(
    readonly payer: Payer,
    readonly settlement: Settlement,
    readonly origin: Origin,
  ) {
    super();
  }
}
/** The same answer as SettleCard, writing nothing. */
export class QuoteSettlement extends Command<Result<Settled, Failure>> {
  constructor(
    readonly payer: Payer,
    readonly settlement: Settlement,
  ) {
    super();
  }
}
export class ReverseSettlement extends Command<
  Result<
    Written<Readonly<{ settlementId: string; accountReturned: Fen; fundReturned: Fen; balanceAfter: Fen }>>,
    Failure
  >
> {
  constructor(
    readonly settlementId: string,
    readonly institution: string,
    readonly institutionSerial: string,
    readonly reason: string,
    readonly origin: Origin,
  ) {
    super();
  }
}
/** 冲正: takes back a message by its serial, also one that never arrived: then it can no longer be settled. */
export class ReverseMessage extends Command<
  Result<Written<Readonly<{ settlementId: string; outcome: 'reversed' | 'voided' }>>, Failure>
> {
  constructor(
    readonly institution: string,
    readonly originalSerial: string,
    readonly origin: Origin,
  ) {
    super();
  }
}
