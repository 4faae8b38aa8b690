import { describe, expect, it } from '@jest/globals';
import { ACCOUNT_HISTORY } from '../../test/support/account-history.js';
import {
  billChanged,
  billExtended,
  estimateSettled,
  moneyReceived,
} from '../../test/support/account-life.js';
import { USCC } from '../../test/support/life.js';
import { logOf } from '../../test/support/log.js';
import { project, rowsOf, type Rows } from '../../test/support/projecting.js';
import { ProjectionRunner } from '../projection/projection.runner.js';
import { rebuild } from '../projection/rebuild.js';
import { MemoryGenerations } from '../projection/sqlite.adapter.js';
import { accountProjection } from './account.projection.js';
import { estimateProjection } from './estimate.projection.js';
import type { EmployerEvent } from './events.js';

const PROJECTIONS = [accountProjection, estimateProjection];
const logged = (events: readonly EmployerEvent[] = ACCOUNT_HISTORY) => logOf([`employer-${USCC}`, events]);
const ofTable = (rows: Rows, table: string, ...columns: readonly string[]): readonly (readonly unknown[])[] =>
  (rows[table] ?? []).map((row) => columns.map((column) => row[column]));

describe('rows of an employer’s account', () => {
  it('hold every bill by insurance and side', async () => {
    const rows = await project(await logged(), PROJECTIONS);
    expect(
      ofTable(rows, 'bill', 'bill', 'state', 'amount_fen', 'paid_fen', 'late_fee_paid_fen', 'last_paid_on'),
    ).toEqual([
      ['d1', 'assessed', 3_000n, 0n, 0n, null],
      ['s1', 'paid', 216_000n, 216_000n, 1_200n, '2025-07-25'],
      ['s2', 'withdrawn', 240_000n, 0n, 0n, null],
      ['s3', 'part-paid', 240_000n, 9_500n, 0n, '2025-08-10'],
    ]);
    expect(ofTable(rows, 'bill_cell', 'bill', 'side', 'amount_fen', 'paid_fen')).toEqual([
      ['d1', 'employee', 1_000n, 0n],
      ['d1', 'employer', 2_000n, 0n],
      ['s1', 'employee', 72_000n, 72_000n],
      ['s1', 'employer', 144_000n, 144_000n],
      ['s2', 'employee', 80_000n, 0n],
      ['s2', 'employer', 160_000n, 0n],
      ['s3', 'employee', 80_000n, 9_500n],
      ['s3', 'employer', 160_000n, 0n],
    ]);
  });

  it('hold what came in, and where it went', async () => {
    const [account] = (await project(await logged(), PROJECTIONS))['employer_account'] ?? [];
    expect(account).toEqual({
      uscc: USCC,
      billed_fen: 459_000n,
      principal_fen: 225_500n,
      late_fee_fen: 1_200n,
      received_fen: 250_700n,
      refunded_fen: 4_000n,
      credit_fen: 20_000n,
    });
    const { received_fen: came, refunded_fen: went, ...held } = account as Record<string, bigint>;
    expect(held['principal_fen'] ?? 0n).toBe(
      (came ?? 0n) - (went ?? 0n) - (held['late_fee_fen'] ?? 0n) - (held['credit_fen'] ?? 0n),
    );
  });

  it.each([1, 2, 5])('are the same however the log is cut, into batches of %d', async (size) =>
    expect(await project(await logged(), PROJECTIONS, size)).toEqual(
      await project(await logged(), PROJECTIONS, ACCOUNT_HISTORY.length),
    ),
  );

  it('are the same when they are built anew', async () => {
    const store = await logged();
    const generations = new MemoryGenerations();
    const runner = await ProjectionRunner.open(store, generations, PROJECTIONS);
    runner.start();
    await runner.readModels.waitForHead();
    const before = await rowsOf(runner.readModels.db(), accountProjection.tables);
    await runner.stop();
    const rebuilt = await rebuild(store, generations, PROJECTIONS, { compare: true });
    expect(rebuilt).toMatchObject({ compared: true, differences: [] });
    expect(await rowsOf((await generations.live()).reader, accountProjection.tables)).toEqual(before);
    await generations.close();
  });

  it.each([
    ['extended', billExtended()],
    ['paid', moneyReceived()],
    ['changed', billChanged()],
  ])('refuse a bill that is %s and was never issued', async (_, event) =>
    expect(project(await logged([event]), PROJECTIONS)).rejects.toThrow('1 events were parked'),
  );

  it('refuse that an estimate is settled which was never made', async () =>
    expect(project(await logged([estimateSettled()]), PROJECTIONS)).rejects.toThrow('1 events were parked'));
});
