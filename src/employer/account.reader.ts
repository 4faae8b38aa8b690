import { Injectable } from '@nestjs/common';
import { Clock } from '../kernel/clock.js';
import { parseUscc } from '../kernel/uscc.js';
import type { ReadDatabase } from '../projection/projection.js';
import { ReadModels, type Freshness } from '../projection/read-models.js';
import { RuleBook } from '../rules/policy.js';
import type { Today } from './account.views.js';
import { toProblem } from './employer.refusals.js';
import { findEmployerRecord } from './submission.queries.js';
import { findVisible } from './visible.queries.js';

/** Where a question about an employer is asked: rows as fresh as `freshness` says or fresher. */
export type Asked = Readonly<{ uscc: string; db: ReadDatabase; freshness: Freshness; today: Today }>;

/** What every question about an employer begins with: is it registered, how fresh are the rows, what day is it. */
@Injectable()
export class AccountReader {
  constructor(
    private readonly readModels: ReadModels,
    private readonly rules: RuleBook,
    private readonly clock: Clock,
  ) {}

  /** Throws employer-not-found. */
  async open(code: string): Promise<Asked> {
    const uscc = parseUscc(code);
    const known = uscc.ok && (await findVisible(this.readModels, (db) => findEmployerRecord(db, uscc.value)));
    if (!known) throw toProblem('EmployerNotFound');
    const freshness = await this.readModels.freshness();
    return { uscc: known.uscc, db: this.readModels.db(), freshness, today: this.today() };
  }

  today(): Today {
    const today = this.clock.today();
    return { today, lateFeeDaily: this.rules.lateFeeDaily(today) };
  }
}
