import iconv from 'iconv-lite';
import type { RowAnswer, SubmissionAnswer } from '../cli/answers.js';
import { follow, keyOf, rowsOf, submit } from '../cli/submission.client.js';
import { toRejectedTable } from '../cli/tables.js';
import { mendRows, readCorrections, replaceLines } from './mend.js';
import { OTHER_EMPLOYER, SAMPLE_EMPLOYER } from './samples.js';
import { expectSame, indent, readSample, type Stage } from './stage.js';

const REJECTED = 12;
const PEOPLE = 1_000;
const JULY = '2025-07';
const AUGUST = '2025-08';
const JULY_FILE = 'shanghai-2025-07.csv';
/** The line whose person the agency knows already, by the name that the corrections give. */
const KNOWN_PERSON_LINE = 386;

/** What must be there before the first file: two employers, and one person whom the agency registered itself. */
export const registerAll = async ({ client, say, scene }: Stage): Promise<void> => {
  scene('Two employers register', 'A file is taken only from an employer that is known.');
  for (const employer of [SAMPLE_EMPLOYER, OTHER_EMPLOYER]) {
    const { status } = await client.post('/v1/employers', employer);
    expectSame('registering an employer', 201, status);
    say(`  ${employer.uscc}  ${employer.name}`);
  }
  const corrections = readCorrections((await readSample('shanghai-2025-07.corrections.csv')).toString());
  const { ssn, name } = corrections.get(KNOWN_PERSON_LINE) ?? {};
  const { status } = await client.post('/v1/individuals', { ssn, name, region: 'shanghai' });
  expectSame('registering a person', 201, status);
  say('  and the agency registers one person itself, whom the July file will call by another name.');
};

/** A file from bytes to the last verdict, with the bar. */
const handIn = async (
  { client, say }: Stage,
  uscc: string,
  month: string,
  file: Buffer,
): Promise<SubmissionAnswer> => {
  const { status, value } = await submit(client, { uscc, month, file, key: keyOf(uscc, month, file) });
  expectSame('handing in a file', 202, status);
  const submission = await follow(client, value.id, process.stdout);
  const { accepted, duplicate, rejected, pending } = submission.rows;
  expectSame('rows still pending', 0, pending);
  const counts = `${accepted} accepted, ${duplicate} stood already, ${rejected} rejected`;
  say(`  ${counts}; owed for this file: ${submission.amounts.total} yuan`);
  return submission;
};

/** Left unpaid, so that the book has something owed to show. */
export const handInElsewhere = async (stage: Stage): Promise<SubmissionAnswer> => {
  stage.scene(
    'Another employer hands in July',
    'One of its people will turn up in the next file too: that is caught.',
  );
  const submission = await handIn(
    stage,
    OTHER_EMPLOYER.uscc,
    JULY,
    await readSample('other-employer-2025-07.csv'),
  );
  expectSame('rows of the other employer', 20, submission.rows.accepted);
  return submission;
};

type DryRun = Readonly<{ items: readonly RowAnswer[] }>;
export const rehearseJuly = async ({ client, say, scene }: Stage): Promise<void> => {
  scene('July, as a dry run', 'The same verdicts as in earnest, and nothing is written.');
  const { uscc } = SAMPLE_EMPLOYER;
  const file = await readSample(JULY_FILE);
  const path = `/v1/employers/${uscc}/submissions?month=${JULY}&dryRun=true`;
  const { value } = await client.upload<DryRun>(path, file, { key: 'dry-run' });
  const rejected = value.items.filter(({ verdict }) => verdict === 'rejected').length;
  expectSame('rows rejected by the dry run', REJECTED, rejected);
  say(`  ${rejected} of ${PEOPLE} rows would be rejected.`);
};

/** The file of 1,000 with twelve bad rows on purpose. */
export const handInJuly = async (stage: Stage): Promise<SubmissionAnswer> => {
  const { client, say, scene } = stage;
  scene('July for 1,000 people', 'A GB18030 file with a Chinese header; twelve rows are bad on purpose.');
  const submission = await handIn(stage, SAMPLE_EMPLOYER.uscc, JULY, await readSample(JULY_FILE));
  expectSame('rows accepted', PEOPLE - REJECTED, submission.rows.accepted);
  const rejected = await rowsOf(client, submission.id, 'rejected');
  expectSame('rows rejected', REJECTED, rejected.length);
  say(`\n${indent(toRejectedTable(rejected))}`);
  return submission;
};

/** errors.csv is put right, and the whole file goes in again. */
export const mendJuly = async (stage: Stage, { id }: SubmissionAnswer): Promise<SubmissionAnswer> => {
  const { client, say, scene } = stage;
  scene(
    'The bad rows are mended',
    'errors.csv comes back in the file’s own template; the whole mended file goes in again.',
  );
  const errors = iconv.decode(await client.download(`/v1/submissions/${id}/errors.csv`), 'gb18030');
  const lines = (await rowsOf(client, id, 'rejected')).map(({ line }) => line);
  const corrections = readCorrections((await readSample('shanghai-2025-07.corrections.csv')).toString());
  const mended = mendRows(errors, lines, corrections);
  const [header, first] = errors.split(/\r?\n/);
  say(indent(`${header ?? ''}\n${first ?? ''}\n  becomes\n${mended.get(lines[0] ?? 0) ?? ''}\n`));
  const file = replaceLines(iconv.decode(await readSample(JULY_FILE), 'gb18030'), mended);
  const submission = await handIn(stage, SAMPLE_EMPLOYER.uscc, JULY, iconv.encode(file, 'gb18030'));
  const { accepted, duplicate, rejected } = submission.rows;
  const expected = { accepted: REJECTED, duplicate: PEOPLE - REJECTED, rejected: 0 };
  expectSame('rows of the mended file', expected, { accepted, duplicate, rejected });
  say(`  Only the ${accepted} mended rows were posted; the other ${duplicate} were there and count once.`);
  return submission;
};

export const handInAugust = async (stage: Stage): Promise<SubmissionAnswer> => {
  const why = 'UTF-8, an English header in another order, CRLF, quoted: the file decides, not the program.';
  stage.scene('August for 1,003 people', why);
  const submission = await handIn(
    stage,
    SAMPLE_EMPLOYER.uscc,
    AUGUST,
    await readSample('shanghai-2025-08.csv'),
  );
  expectSame('rows of August', 1_003, submission.rows.accepted);
  return submission;
};

type Paid = Readonly<{ allocated: string; lateFee: string; unapplied: string; state: string }>;
/** Each file is paid in full on its due day, so that no late fee arises. Gives the position of the last payment. */
export const payAll = async (
  stage: Stage,
  submissions: readonly SubmissionAnswer[],
): Promise<string | undefined> => {
  const { client, say, scene } = stage;
  scene(
    'The employer pays',
    'Each file in full on its due day; every person is credited, so no late fee arises.',
  );
  let last: string | undefined;
  for (const [i, { id, dueOn, outstanding, month }] of submissions.entries()) {
    const body = { amount: outstanding, paidOn: dueOn, reference: `DEMO-${i + 1}` };
    const { status, value, position } = await client.post<Paid>(`/v1/submissions/${id}/payments`, body, {
      key: `demo-payment-${i + 1}`,
    });
    expectSame(
      'paying',
      { status: 201, lateFee: '0.00', state: 'paid' },
      { status, lateFee: value.lateFee, state: value.state },
    );
    say(`  ${month}: ${outstanding} yuan paid on ${dueOn}, late fee ${value.lateFee}`);
    last = position;
  }
  return last;
};
