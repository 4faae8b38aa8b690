import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { EventStore, type Conflict } from '../event-store/event-store.js';
import { knownOf, readOn, toDomain, transact, type Known } from '../event-store/transact.js';
import type { Origin } from '../individual/individual.messages.js';
import { addMonths, lastDayOf, monthOf, toDay, toMonth, type Day } from '../kernel/calendar.js';
import { ok, type Result } from '../kernel/result.js';
import { RuleBook } from '../rules/policy.js';
import { EmployerAccounts } from './account.log.js';
import type { AccountFailure } from './account.js';
import { difference, differenceStreamOf, runNameOf, type DifferenceState } from './difference.js';
import { BillDifferences, ChangeEmployerBills, type Difference } from './employer.messages.js';
import type { DifferencesAdded } from './events.js';

/** Bills whose persons are remembered between the groups of one notice. */
const REMEMBERED_MAX = 256;

type Outcome = Result<void, AccountFailure | Conflict>;
type Run = DifferencesAdded['data'];

/** Writes down whose differences a bill holds, then tells the account: cut short in between, the same call again does it. */
@CommandHandler(BillDifferences)
export class BillDifferencesHandler implements ICommandHandler<BillDifferences> {
  private readonly known = new Map<string, Known<DifferenceState>>();

  constructor(
    private readonly store: EventStore,
    private readonly accounts: EmployerAccounts,
    private readonly commands: CommandBus,
    private readonly rules: RuleBook,
  ) {}

  async execute(message: BillDifferences): Promise<Outcome> {
    for (const bill of new Set(message.differences.map((each) => each.bill))) {
      const differences = message.differences.filter((each) => each.bill === bill);
      const billed = await this.bill(differences, message);
      if (!billed.ok) return billed;
    }
    return ok(undefined);
  }

  private async bill(differences: readonly Difference[], message: BillDifferences): Promise<Outcome> {
    const [first] = differences;
    if (!first) return ok(undefined);
    const { bill, uscc, month } = first;
    const { publication, region, origin } = message;
    const dueOn = message.dueOn ?? this.usualDueDay(region, origin.bookedOn);
    const command = { bill, publication, uscc, region, month, dueOn, persons: differences };
    const stream = differenceStreamOf(bill);
    const added = await transact(
      this.store,
      stream,
      difference,
      { ...command, persons: differences.map(({ individual, effects }) => ({ individual, effects })) },
      { ...origin, cause: `differences/${first.individual}` },
      () => this.recall(bill),
    );
    if (!added.ok) return added;
    const [run] = await this.store.read(stream, { direction: 'backwards', max: 1 });
    return run ? this.tellAccount(toDomain<DifferencesAdded>(run).data, origin) : ok(undefined);
  }

  private async recall(bill: string): Promise<Known<DifferenceState>> {
    const stream = differenceStreamOf(bill);
    const before = this.known.get(bill);
    const now = before
      ? await readOn(this.store, stream, difference, before)
      : knownOf(difference, await this.store.read(stream));
    if (this.known.size >= REMEMBERED_MAX) this.known.delete(this.known.keys().next().value ?? '');
    this.known.set(bill, now);
    return now;
  }

  /** Runs are told one after the other, so that only the last can be missing in the account. */
  private async tellAccount(run: Run, origin: Origin): Promise<Outcome> {
    const { uscc, bill, region, lines, less } = run;
    const name = runNameOf(bill, run.run);
    const [month, dueOn] = [toMonth(run.month), toDay(run.dueOn)];
    if (lines.length > 0) {
      const named = { uscc, bill, kind: 'difference', region, month, dueOn } as const;
      const extend = {
        type: 'ExtendBill',
        ...named,
        extension: name,
        lines,
        today: origin.bookedOn,
      } as const;
      const extended = await this.accounts.execute(uscc, extend, `extended/${name}`, origin);
      if (!extended.ok) return extended;
    }
    if (less.length === 0) return ok(undefined);
    const change = new ChangeEmployerBills(uscc, name, 'difference', month, less, origin);
    const changed = await this.commands.execute(change);
    return changed.ok ? ok(undefined) : changed;
  }

  /** Notices give time to pay what nobody could have known: until what is declared next month falls due. */
  private usualDueDay(region: string, today: Day): Day {
    const next = addMonths(monthOf(today), 1);
    const dueOn = this.rules.dueOn(region, next);
    return dueOn.ok ? dueOn.value : lastDayOf(next);
  }
}
