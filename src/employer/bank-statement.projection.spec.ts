import { describe, expect, it } from '@jest/globals';
import { logOf } from '../../test/support/log.js';
import { project } from '../../test/support/projecting.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { Projector } from '../projection/projector.js';
import { readLog } from '../../test/support/log.js';
import { bankStatementProjection } from './bank-statement.projection.js';
import { findUnmatchedStatements } from './bank-statement.queries.js';
import { bankStatementStreamOf, type BankLine, type BankStatementEvent } from './bank-statement.js';

const received = (statement: string, linesTotal = 3, chunks = 2): BankStatementEvent => ({
  type: 'BankStatementReceived',
  data: {
    statement,
    fileSha256: 'a'.repeat(64),
    format: { kind: 'csv', encoding: 'utf-8', delimiter: ',' },
    linesTotal,
    chunks,
  },
});
const stored = (statement: string, chunk: number): BankStatementEvent => ({
  type: 'BankStatementLinesStored',
  data: { statement, chunk, lines: 2, sealed: 'k1.x' },
});
const matched = (statement: string, ...lines: readonly number[]): BankStatementEvent => ({
  type: 'BankLinesMatched',
  data: { statement, lines: lines.map((line): BankLine => ({ line, verdict: 'unmatched' })) },
});
const whole = [received('a'), stored('a', 0), stored('a', 1), matched('a', 2, 3), matched('a', 4)];

describe('rows of statements of the bank', () => {
  it.each([1, 100])('say how far each is, in batches of %i', async (batchMax) => {
    const log = await logOf(
      [bankStatementStreamOf('a'), whole],
      [bankStatementStreamOf('b'), [received('b'), stored('b', 0)]],
    );
    expect(await project(log, [bankStatementProjection], batchMax)).toEqual({
      bank_statement: [
        { id: 'a', lines_total: 3n, chunks_missing: 0n, lines_matched: 3n, received_position: 1n },
        { id: 'b', lines_total: 3n, chunks_missing: 1n, lines_matched: 0n, received_position: 6n },
      ],
    });
  });

  it('name those that are stored whole and not matched whole, oldest first', async () => {
    const log = await logOf(
      [bankStatementStreamOf('z'), whole.slice(0, 4).map((event) => renamed(event, 'z'))],
      [bankStatementStreamOf('a'), whole],
      [bankStatementStreamOf('b'), [received('b'), stored('b', 0)]],
      [bankStatementStreamOf('c'), [received('c', 1, 1), stored('c', 0)]],
    );
    const generations = new MemoryGenerations();
    const projector = await Projector.open(await generations.live(), [bankStatementProjection]);
    await projector.apply(await readLog(log));
    expect(await findUnmatchedStatements(projector.generation.reader)).toEqual(['z', 'c']);
    await generations.close();
  });
});

const renamed = ({ type, data }: BankStatementEvent, statement: string): BankStatementEvent =>
  ({ type, data: { ...data, statement } }) as BankStatementEvent;
