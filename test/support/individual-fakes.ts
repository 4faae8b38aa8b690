import type { AppendResult, StoredEvent, StreamAppend } from '../../src/event-store/event-store.js';
import { MemoryEventStore } from '../../src/event-store/memory.adapter.js';
import { addMonths, monthOf, toDay, toMonth, type Day, type Month } from '../../src/kernel/calendar.js';
import { fen, ppm, type Ppm } from '../../src/kernel/money.js';
import { err, ok, type Result } from '../../src/kernel/result.js';
import type { BillCell } from '../../src/individual/individual.messages.js';
import type { PaymentOrder } from '../../src/rules/payment.js';
import { RuleBook, type InsuranceRule, type NoPolicy, type Policy } from '../../src/rules/policy.js';

const rule = (insurance: string, toAccount: bigint): InsuranceRule => ({
  insurance,
  floor: fen(500_000n),
  ceiling: fen(3_000_000n),
  employer: ppm(160_000n),
  employee: ppm(80_000n),
  toAccount: ppm(toAccount),
  employerFixed: fen(0n),
  employeeFixed: fen(0n),
  employerRounding: 'fen-half-up',
  employeeRounding: 'fen-half-up',
  employerOwnRate: false,
  source: { text: 'a test', mark: 'sure' },
});

/** What the rule book below asks for, each side of it. */
export const ALL_CELLS: readonly BillCell[] = ['pension', 'medical'].flatMap((insurance) =>
  (['employee', 'employer'] as const).map((side) => ({ insurance, side })),
);

/** One region, from 2020 on. Nobody born before 1960 works after 2020. */
export class FakeRuleBook extends RuleBook {
  asked = 0;
  regions(): readonly string[] {
    return ['shanghai'];
  }
  inForce(region: string, month: Month, employment: 'employee' | 'flexible'): Result<Policy, NoPolicy> {
    this.asked++;
    if (region !== 'shanghai') return err({ type: 'NoPolicy', region, month, known: false });
    const insurances = [rule('pension', 80_000n), rule('medical', 20_000n)];
    return ok({ region, month, employment, table: 'shanghai/test', insurances });
  }
  inForceAsPublished(
    region: string,
    month: Month,
    employment: 'employee' | 'flexible',
  ): Result<Policy, NoPolicy> {
    return this.inForce(region, month, employment);
  }
  injuryRate(): Result<Ppm, NoPolicy> {
    return ok(ppm(2_000n));
  }
  dueOn(_: string, month: Month): Result<Day, NoPolicy> {
    return ok(toDay(`${month}-15`));
  }
  lastWorkingMonth(birthDate: Day): Month {
    return toMonth(birthDate < '1960' ? '2020-12' : '2050-12');
  }
  lateFeeDaily(): Ppm {
    return ppm(500n);
  }
  paymentOrder(): PaymentOrder {
    return { sides: ['employee', 'employer'], insurances: ['pension', 'medical', 'unemployment', 'injury'] };
  }
  paidWithoutPapersFrom(today: Day): Month {
    return addMonths(monthOf(today), -36);
  }
}

/** Counts reads, and lets a test slip something in before an append. */
export class WatchedStore {
  reads = 0;
  readManyStreams = 0;
  beforeAppend: () => Promise<void> = () => Promise.resolve();
  /** The same before the next append to one stream. */
  beforeAppendTo = new Map<string, () => Promise<unknown>>();
  readonly store = MemoryEventStore.open();

  constructor() {
    const { store } = this;
    const [read, readMany, appendMany] = [
      store.read.bind(store),
      store.readMany.bind(store),
      store.appendMany.bind(store),
    ];
    const append = store.append.bind(store);
    store.append = async (stream, ...rest): Promise<AppendResult> => {
      const first = this.beforeAppendTo.get(stream);
      this.beforeAppendTo.delete(stream);
      await first?.();
      return append(stream, ...rest);
    };
    store.read = (...args): Promise<readonly StoredEvent[]> => {
      this.reads++;
      return read(...args);
    };
    store.readMany = (streams, options): ReturnType<typeof readMany> => {
      this.readManyStreams += streams.length;
      return readMany(streams, options);
    };
    store.appendMany = async (appends: readonly StreamAppend[]): Promise<readonly AppendResult[]> => {
      const first = this.beforeAppend;
      this.beforeAppend = () => Promise.resolve();
      await first();
      return appendMany(appends);
    };
  }
}
