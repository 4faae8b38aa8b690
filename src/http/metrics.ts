import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Parked rows that are named; the rest is counted. */
const ROWS_NAMED_MAX = 20;

/** The figures of one server, for Prometheus. Labels are routes and codes, never an id, a number or a URL. */
export class Metrics {
  readonly registry = new Registry();
  readonly eventsAppended = new Counter({
    name: 'shebao_events_appended_total',
    help: 'Events made durable by this process',
    registers: [this.registry],
  });
  readonly appendConflicts = new Counter({
    name: 'shebao_append_conflicts_total',
    help: 'Appends refused because another writer was first',
    registers: [this.registry],
  });
  readonly appendFailures = new Counter({
    name: 'shebao_append_failures_total',
    help: 'Appends that the store could not answer',
    registers: [this.registry],
  });
  readonly checkpointFailures = new Counter({
    name: 'shebao_checkpoint_failures_total',
    help: 'Checkpoints of the log that could not be made, or were refused',
    registers: [this.registry],
  });
  readonly storeRetries = new Counter({
    name: 'shebao_store_retries_total',
    help: 'Calls and appends that were sent to the event store again',
    registers: [this.registry],
  });
  readonly subscriptionDrops = new Counter({
    name: 'shebao_subscription_drops_total',
    help: 'Subscriptions to the event store that were cut off and begun again',
    registers: [this.registry],
  });
  readonly requestSeconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of the answer, by route pattern',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: SECONDS_BUCKETS,
    registers: [this.registry],
  });
  private readonly position = new Gauge({
    name: 'shebao_projection_position',
    help: 'Position of the last event that the read models include',
    registers: [this.registry],
  });
  private readonly behind = new Gauge({
    name: 'shebao_projection_behind',
    help: 'Events of the log that the read models still lack',
    registers: [this.registry],
  });
  private readonly parked = new Gauge({
    name: 'shebao_projection_parked_events',
    help: 'Events that could not be projected, or wait behind such a one',
    registers: [this.registry],
  });

  private readonly projecting = new Gauge({
    name: 'shebao_projecting',
    help: '1 while the read models follow the log, 0 while projecting stands still',
    registers: [this.registry],
  });
  private readonly rowsParked = new Counter({
    name: 'shebao_rows_parked_total',
    help: "Rows of employers' files that could not be judged and were put aside",
    registers: [this.registry],
  });
  private lastRowsParked: readonly string[] = [];

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Takes over how far the read models are, just before the figures are read. */
  setProjection(position: number, behind: number): void {
    this.position.set(position);
    this.behind.set(behind);
  }

  setProjecting(parked: number, follows: boolean): void {
    this.parked.set(parked);
    this.projecting.set(follows ? 1 : 0);
  }

  /** A row that could not be judged: `code` is the kind of the error, never its text. */
  rowParked(submission: string, line: number, code: string): void {
    this.rowsParked.inc();
    this.lastRowsParked = [...this.lastRowsParked, `${submission} line ${line} (${code})`].slice(
      -ROWS_NAMED_MAX,
    );
  }

  /** The rows that this process parked last, for staff to look into. */
  rowsParkedLast(): readonly string[] {
    return this.lastRowsParked;
  }
}
