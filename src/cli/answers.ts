/** What a client reads of the server's answers (openapi.json): money is yuan text, positions are decimal text. */
export type Freshness = Readonly<{ position: string; recordedAt: string | null; behind: number }>;

export type RowCounts = Readonly<{
  total: number;
  accepted: number;
  duplicate: number;
  rejected: number;
  pending: number;
}>;

export type SubmissionAnswer = Readonly<{
  id: string;
  state: string;
  month: string;
  rows: RowCounts;
  amounts: Readonly<{
    employer: string;
    employee: string;
    total: string;
    byInsurance: Record<string, string>;
  }>;
  paid: string;
  outstanding: string;
  lateFee: string;
  dueOn: string;
  fileSha256: string;
}>;

export type RowAnswer = Readonly<{
  line: number;
  verdict: string;
  code: string | null;
  field: string | null;
  message: string | null;
}>;
export type ListOf<T> = Readonly<{ items: readonly T[]; next?: string | null }>;

export type Located = Readonly<{ id: string; via: string; nameMatches?: boolean }>;

export type BalancesAnswer = Readonly<{
  id: string;
  accounts: readonly Readonly<{ account: string; balance: string }>[];
  months: readonly Readonly<{ insurance: string; paid: number; gaps: readonly string[] }>[];
  freshness: Freshness;
}>;

export type HistoryEvent = Readonly<{
  revision: string;
  position: string;
  type: string;
  recordedAt: string;
  bookedOn: string;
  valueDate: string | null;
  data: Readonly<Record<string, unknown>>;
  effects: readonly Readonly<{ account: string; delta: string; balance: string }>[];
  /** `steps` explains amount by amount. */
  why: (Step & Readonly<{ steps: readonly Step[] }>) | null;
  hash: string;
}>;
type Step = Readonly<{ rule: string; source: string; formula: string }>;
