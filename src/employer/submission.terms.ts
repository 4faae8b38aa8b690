import { Injectable } from '@nestjs/common';
import { toDomain } from '../event-store/transact.js';
import { EventStore } from '../event-store/event-store.js';
import type { SubmissionKind } from '../individual/individual.messages.js';
import { monthOf, toDay, toMonth, type Day, type Month } from '../kernel/calendar.js';
import { Clock } from '../kernel/clock.js';
import { parsePercent, type Ppm } from '../kernel/money.js';
import { err, ok, type Result } from '../kernel/result.js';
import { parseUscc, type Uscc } from '../kernel/uscc.js';
import { RuleBook, type Policy } from '../rules/policy.js';
import { employer, employerStreamOf, type Employer } from './employer.js';
import type { Terms, TermsFailure } from './employer.messages.js';
import type { EmployerEvent } from './events.js';
import type { RosterFacts } from './roster.js';
import type { Received } from './submission.js';

/** What the sender says of a file. `evidence`: the papers that allow to pay for months long past. */
type AskedTerms = Readonly<{ month: Month; kind: SubmissionKind; evidence?: string | undefined }>;

/** Gathers under which terms a file is taken, or was taken. */
@Injectable()
export class SubmissionTerms {
  constructor(
    private readonly store: EventStore,
    private readonly rules: RuleBook,
    private readonly clock: Clock,
  ) {}

  /** Asked before the file is read, so that a hopeless upload is refused at once. */
  async find(code: string, asked: AskedTerms): Promise<Result<Terms, TermsFailure>> {
    const { month, kind, evidence } = asked;
    const uscc = parseUscc(code);
    const known = uscc.ok ? await this.findEmployer(uscc.value) : undefined;
    if (!uscc.ok || !known) return err({ type: 'EmployerNotFound' });
    const { region } = known;
    const today = this.clock.today();
    if (month > monthOf(today)) return err({ type: 'MonthInFuture' });
    const policy = this.rules.inForce(region, month, 'employee');
    if (!policy.ok) return policy;
    const dueOn = this.rules.dueOn(region, month);
    if (!dueOn.ok) return dueOn;
    const since = this.rules.paidWithoutPapersFrom(today);
    if (month < since && evidence === undefined) return err({ type: 'EvidenceRequired', since });
    return ok({
      uscc: uscc.value,
      region,
      month,
      kind,
      ...(evidence !== undefined && { evidence }),
      injuryRate: rateOf(known.injuryRate),
      dueOn: dueOn.value,
      insurances: this.insurances(policy.value),
    });
  }

  /** The terms that a received file is judged under. */
  of({ uscc, region, month, kind, evidence, injuryRate, dueOn }: Received): Terms {
    if (kind === 'difference') throw new Error('differences come from a notice, not from a file');
    const policy = this.rules.inForce(region, toMonth(month), 'employee');
    if (!policy.ok) throw new Error('the rules no longer know a month that was submitted');
    return {
      uscc: uscc as Uscc,
      region,
      month: toMonth(month),
      kind,
      ...(evidence !== undefined && { evidence }),
      injuryRate: rateOf(injuryRate),
      dueOn: toDay(dueOn),
      insurances: this.insurances(policy.value),
    };
  }

  /** What the rows of a received file are judged against, as of the day on which it came. */
  factsOf(received: Received, today: Day): RosterFacts {
    const { month, insurances } = this.of(received);
    return { today, month, insurances };
  }

  async findEmployer(uscc: Uscc): Promise<Employer | undefined> {
    const events = await this.store.read(employerStreamOf(uscc));
    return employer.replay(events.map(toDomain<EmployerEvent>));
  }

  /** What a row may name: anything that either kind of employment pays. */
  private insurances({ region, month, insurances }: Policy): ReadonlySet<string> {
    const flexible = this.rules.inForce(region, month, 'flexible');
    const rules = flexible.ok ? [...insurances, ...flexible.value.insurances] : insurances;
    return new Set(rules.map(({ insurance }) => insurance));
  }
}

const rateOf = (percent: string): Ppm => {
  const rate = parsePercent(percent);
  if (!rate.ok) throw new Error('a rate from our own record is well formed');
  return rate.value;
};
