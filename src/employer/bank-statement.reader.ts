import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { ReadModels } from '../projection/read-models.js';
import { RuleBook } from '../rules/policy.js';
import { BankStatementProcess } from './bank-statement.process.js';
import { listOpenBillsOf } from './bank-statement.queries.js';
import {
  LINES_PAGE_MAX,
  type BankLineAnswer,
  type BankLinesAnswer,
  type BankStatementAnswer,
  type OpenBillsAnswer,
} from './bank-statement.dto.js';
import { isMatchedWhole, type BankLine, type BankVerdict } from './bank-statement.js';
import { toLineAnswer, toLineCounts, toOpenBill, type Say } from './bank-statement.views.js';

const BILLS_MAX = 500;

type LinesWanted = Readonly<{ verdict: BankVerdict | undefined; afterLine: number; limit: number }>;

/** What is told of a statement: its own stream says what became of each line, the read models what is still owed. */
@Injectable()
export class BankStatementReader {
  constructor(
    private readonly process: BankStatementProcess,
    private readonly readModels: ReadModels,
    private readonly rules: RuleBook,
    private readonly clock: Clock,
  ) {}

  async find(id: string, say: Say): Promise<BankStatementAnswer | undefined> {
    const state = await this.process.find(id);
    if (!state) return undefined;
    const lines = await this.process.linesOf(id);
    const [first, unmatched] = await Promise.all([
      this.page(id, lines, say),
      this.page(id, lines.filter(isUnmatched), say),
    ]);
    const parked = this.process.parked().get(id);
    return {
      id,
      state: isMatchedWhole(state) ? 'matched' : 'matching',
      fileSha256: state.received.fileSha256,
      lines: toLineCounts(state),
      items: first.items,
      next: first.next,
      unmatched: unmatched.items,
      openBills: await this.openBills(lines),
      ...(parked !== undefined && { parked }),
    };
  }

  async findLines(
    id: string,
    { verdict, afterLine, limit }: LinesWanted,
    say: Say,
  ): Promise<BankLinesAnswer | undefined> {
    if (!(await this.process.find(id))) return undefined;
    const wanted = (await this.process.linesOf(id)).filter(
      (line) => line.line > afterLine && (verdict === undefined || line.verdict === verdict),
    );
    return this.page(id, wanted, say, limit);
  }

  private async page(
    id: string,
    lines: readonly BankLine[],
    say: Say,
    limit = LINES_PAGE_MAX,
  ): Promise<BankLinesAnswer> {
    const page = lines.slice(0, limit);
    if (page.length === 0) return { items: [], next: null };
    const rows = new Map((await this.process.rowsOf(id)).map((row) => [row[0], row]));
    const items: readonly BankLineAnswer[] = page.map((line) => toLineAnswer(line, rows.get(line.line), say));
    return { items, next: lines.length > limit ? (page.at(-1)?.line.toString() ?? null) : null };
  }

  /** What was booked is waited for a while, so that a bill that it paid does not look open; `freshness` tells whether it is in. */
  private async openBills(lines: readonly BankLine[]): Promise<OpenBillsAnswer> {
    const usccs = new Set(lines.flatMap(({ uscc }) => (uscc === undefined ? [] : [uscc])));
    const months = new Set(lines.flatMap(({ allocations = [] }) => allocations.map(({ month }) => month)));
    await this.readModels.waitForHead();
    const wanted = { usccs: [...usccs].sort(), months: [...months].sort(), limit: BILLS_MAX };
    const { bills, total } = await listOpenBillsOf(this.readModels.db(), wanted);
    const today = this.clock.today();
    const owed = { today, lateFeeDaily: this.rules.lateFeeDaily(today) };
    const items = bills.map((bill) => toOpenBill(bill, owed));
    return { total, items, freshness: await this.readModels.freshness() };
  }
}

const isUnmatched = ({ verdict }: BankLine): boolean => verdict === 'unmatched';
