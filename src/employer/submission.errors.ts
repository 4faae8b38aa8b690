import { Injectable } from '@nestjs/common';
import { EventStore } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { ReadModels } from '../projection/read-models.js';
import type { RejectedRow } from './roster.errors.js';
import type { RosterFile } from './roster.file.js';
import { SubmissionLog } from './submission.log.js';
import { findRejected } from './submission.queries.js';
import { problemsOf } from './submission.views.js';

/** The rejected rows of a submission in the order of the file, and how the file was written. */
export type Rejected = Readonly<{
  format: RosterFile['format'];
  pages: AsyncIterable<readonly RejectedRow[]>;
}>;

/** Gives the rejected rows back: verdicts from the read model, cells unsealed from the stream, a chunk at a time. */
@Injectable()
export class SubmissionErrors {
  constructor(
    private readonly store: EventStore,
    private readonly keyring: Keyring,
    private readonly readModels: ReadModels,
  ) {}

  async of(id: string): Promise<Rejected> {
    const log = await SubmissionLog.open(this.store, id);
    if (!log.state) throw new Error('a submission that is visible has a stream');
    return { format: log.state.received.format, pages: this.rejected(log) };
  }

  private async *rejected(log: SubmissionLog): AsyncGenerator<readonly RejectedRow[]> {
    for await (const rows of log.chunks(this.keyring)) {
      const [first, last] = [rows[0], rows.at(-1)];
      if (!first || !last) continue;
      const records = await findRejected(this.readModels.db(), log.id, first[0], last[0]);
      const byLine = new Map(records.map((record) => [Number(record.line), problemsOf(record)]));
      yield rows.flatMap((row) => {
        const problems = byLine.get(row[0]);
        return problems ? [{ row, problems }] : [];
      });
    }
  }
}
