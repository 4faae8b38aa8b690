import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { RowAnswer, RowCounts } from './answers.js';
import { act, clientOf, print, printJson, withServer, type ClientOptions } from './run.js';
import { follow, keyOf, rowsOf, submit } from './submission.client.js';
import { toRejectedTable } from './tables.js';

type SubmitOptions = ClientOptions & Readonly<{ uscc: string; month: string; dryRun: boolean; key?: string }>;

/** Some rows were refused: told to scripts by an exit code of its own. */
const EXIT_ROWS_REJECTED = 2;
const HELP = `
Ends with 0 when every row stands, 2 when the file was taken and some rows were rejected, 1 when it was refused.
The same file for the same month is one request however often it is sent, unless --key says otherwise.`;

/** Hands in an employer's file, follows the posting, and shows what was rejected. */
export const register = (program: Command): void => {
  withServer(
    program
      .command('submit')
      .description('Hand in an employer’s file for a month and show the verdicts')
      .argument('<file>', '.xlsx, or CSV in UTF-8 or GB18030 with commas, semicolons or tabs')
      .requiredOption('--uscc <code>', 'unified social credit code of the employer')
      .requiredOption('--month <month>', 'month owed, YYYY-MM')
      .option('--dry-run', 'the same verdicts, nothing is written', false)
      .option('--key <key>', 'Idempotency-Key instead of the one made from the file'),
  )
    .addHelpText('after', HELP)
    .action(act(handIn));
};

type Verdicts = Readonly<{ rows: RowCounts; total: string; rejected: readonly RowAnswer[]; whole: unknown }>;

const handIn = async (path: string, options: SubmitOptions): Promise<void> => {
  const file = await readFile(path);
  const verdicts = await (options.dryRun ? rehearse(file, options) : post(file, options));
  const { rows, total, rejected, whole } = verdicts;
  if (options.json) printJson(whole);
  else {
    if (rejected.length > 0) print(toRejectedTable(rejected));
    print(
      `${rows.accepted} accepted, ${rows.duplicate} stood already, ${rows.rejected} rejected; owed: ${total} yuan`,
    );
  }
  if (rows.rejected > 0) process.exitCode = EXIT_ROWS_REJECTED;
};

type DryRun = Readonly<{
  rows: RowCounts;
  amounts: Readonly<{ total: string }>;
  items: readonly RowAnswer[];
}>;
const rehearse = async (file: Buffer, options: SubmitOptions): Promise<Verdicts> => {
  const { uscc, month, key = 'dry-run' } = options;
  const path = `/v1/employers/${encodeURIComponent(uscc)}/submissions?month=${encodeURIComponent(month)}&dryRun=true`;
  const { value } = await clientOf(options).upload<DryRun>(path, file, { key });
  const rejected = value.items.filter(({ verdict }) => verdict === 'rejected');
  return { rows: value.rows, total: value.amounts.total, rejected, whole: value };
};

const post = async (file: Buffer, options: SubmitOptions): Promise<Verdicts> => {
  const { uscc, month, key = keyOf(uscc, month, file) } = options;
  const client = clientOf(options);
  const { value } = await submit(client, { uscc, month, file, key });
  const submission = await follow(client, value.id);
  const rejected = submission.rows.rejected > 0 ? await rowsOf(client, value.id, 'rejected') : [];
  const { rows, amounts } = submission;
  return { rows, total: amounts.total, rejected, whole: { ...submission, rejected } };
};
