import { Injectable } from '@nestjs/common';
import type { SubmissionReceived } from '../employer/events.js';
import { EventStore, type StoredEvent } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { maskName, maskNumber } from '../identity/masking.js';
import { streamOf } from '../individual/individual.js';
import type { SealedIdentity } from '../individual/individual.sealing.js';
import type { IndividualEvent, IndividualRegistered } from '../individual/events.js';
import type { Viewpoint } from '../projection/viewpoint.js';
import { RuleBook } from '../rules/policy.js';
import { replayOne, toHistoryItem, type HistoryItem, type Running } from './history.js';
import { adjustmentReasonOf, interestReasonOf, reasonOf, type Reason } from './reasons.js';

const EVENTS_A_PAGE = 500;

/** Replays a person's life from the stream itself, page by page; no read model has a say in it. */
@Injectable()
export class HistoryReader {
  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
    private readonly rules: RuleBook,
  ) {}

  async isRecorded(id: string): Promise<boolean> {
    return (await this.store.read(streamOf(id), { max: 1 })).length > 0;
  }

  /** Events after a revision, within a viewpoint. Those before it are replayed too, for the balances. */
  async *read(id: string, viewpoint: Viewpoint, after?: bigint): AsyncGenerator<HistoryItem> {
    const stream = streamOf(id);
    const running: Running = new Map();
    const reasons = new Reasons(this.store, this.rules);
    for await (const stored of this.pages(stream)) {
      const replayed = replayOne(stored, running, viewpoint);
      if (!replayed) continue;
      const why = await reasons.of(replayed.event);
      if (after !== undefined && stored.revision <= after) continue;
      yield toHistoryItem(replayed, this.toShown(stream, replayed.event), why);
    }
  }

  private async *pages(stream: string): AsyncGenerator<StoredEvent> {
    for (let from = 0n; ;) {
      const page = await this.store.read(stream, { from, max: EVENTS_A_PAGE });
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < EVENTS_A_PAGE) return;
      from = last.revision + 1n;
    }
  }

  /** Personal fields are opened and masked. A birth date would complete the masked number: its year is left. */
  private toShown(stream: string, { type, data }: IndividualEvent): Readonly<Record<string, unknown>> {
    if (type === 'YearClosed') {
      const { carried } = data;
      return { ...data, carried: { ...carried, registration: this.masked(stream, carried.registration) } };
    }
    return type === 'IndividualRegistered' ? this.masked(stream, data) : data;
  }

  private masked(stream: string, data: IndividualRegistered['data']): Readonly<Record<string, unknown>> {
    const { birthDate, ...rest } = data;
    const year = birthDate === undefined ? {} : { birthDate: `${birthDate.slice(0, 4)}-**-**` };
    return { ...rest, ...year, sealed: this.open(data.sealed, stream) };
  }

  private open(sealed: string, stream: string): Readonly<Record<string, unknown>> {
    let text: string;
    try {
      text = this.keyring.open(sealed, stream);
    } catch {
      // An auditor must see the rest of a life of which one envelope was damaged or whose key is lost.
      return { unreadable: true };
    }
    const { ssn, name, documentType, phone } = JSON.parse(text) as SealedIdentity;
    return {
      ssn: maskNumber(ssn),
      name: maskName(name),
      ...(documentType === undefined ? {} : { documentType }),
      ...(phone === undefined ? {} : { phone: maskNumber(phone) }),
    };
  }
}

/**
 * Reasons of one life: an assessment and a change have their own. What was paid has that of the bill it was paid for, what
 * was taken back the newest of its slip.
 */
class Reasons {
  private readonly bySlip = new Map<string, Reason | null>();
  private readonly byBill = new Map<string, Reason | null>();
  private readonly injuryRates = new Map<string, string | undefined>();

  constructor(
    private readonly store: EventStore,
    private readonly rules: RuleBook,
  ) {}

  async of(event: IndividualEvent): Promise<Reason | null> {
    switch (event.type) {
      case 'IndividualRegistered':
      case 'CoverageStarted':
      case 'CoverageStopped':
      case 'CardSettled':
      case 'CardSettlementReversed':
      case 'YearClosed':
        return null;
      case 'InterestCredited':
        return interestReasonOf(event.data);
      case 'ContributionAssessed': {
        const { submission } = event.data;
        const reason = reasonOf(this.rules, event.data, await this.injuryRateOf(submission));
        return this.keep({ ...event.data, bill: submission }, reason);
      }
      case 'ContributionAdjusted':
        return this.keep(event.data, adjustmentReasonOf(event.data));
      case 'ContributionPaid': {
        const slip = slipOf(event.data);
        const ofBill = this.byBill.get(`${slip} ${event.data.bill}`);
        return ofBill === undefined ? (this.bySlip.get(slip) ?? null) : ofBill;
      }
      case 'ContributionReversed':
        return this.bySlip.get(slipOf(event.data)) ?? null;
    }
  }

  private keep(
    claim: Readonly<{ submission: string; month: string; bill: string }>,
    reason: Reason | null,
  ): Reason | null {
    const slip = slipOf(claim);
    this.bySlip.set(slip, reason);
    this.byBill.set(`${slip} ${claim.bill}`, reason);
    return reason;
  }

  /** The employer's own rate, as it was when the submission came in. */
  private async injuryRateOf(submission: string): Promise<string | undefined> {
    if (!this.injuryRates.has(submission)) {
      const [received] = await this.store.read(`submission-${submission}`, { max: 1 });
      const data = received && (JSON.parse(received.data) as Partial<SubmissionReceived['data']>);
      this.injuryRates.set(submission, data?.injuryRate);
    }
    return this.injuryRates.get(submission);
  }
}

const slipOf = ({ submission, month }: Readonly<{ submission: string; month: string }>): string =>
  `${submission} ${month}`;
