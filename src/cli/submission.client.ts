import { createHash } from 'node:crypto';
import type { ListOf, RowAnswer, RowCounts, SubmissionAnswer } from './answers.js';
import type { Answer, Client } from './client.js';
import { showProgress } from './progress.js';

/** Rows asked for at once; the most that the server gives. */
const PAGE = 500;

export type Upload = Readonly<{ uscc: string; month: string; file: Buffer; key: string }>;

/**
 * The key of a file: the same file handed in again for the same month is the same request, so that a command which was
 * cut off can simply be given again.
 */
export const keyOf = (uscc: string, month: string, file: Buffer): string =>
  `file-${createHash('sha256').update(`${uscc} ${month} `).update(file).digest('hex').slice(0, 32)}`;

export const submit = (
  client: Client,
  { uscc, month, file, key }: Upload,
): Promise<Answer<Readonly<{ id: string; state: string }>>> =>
  client.upload(
    `/v1/employers/${encodeURIComponent(uscc)}/submissions?month=${encodeURIComponent(month)}`,
    file,
    { key },
  );

/** Shows how the rows are posted, as the server tells it, and gives the submission when all are judged. */
export const follow = async (
  client: Client,
  id: string,
  stream: NodeJS.WriteStream = process.stderr,
): Promise<SubmissionAnswer> => {
  const { value: before } = await client.get<SubmissionAnswer>(`/v1/submissions/${id}`);
  const progress = showProgress(before.rows.total, 'rows posted', stream);
  try {
    for await (const { event, data } of client.events(`/v1/submissions/${id}/progress`)) {
      const { rows } = data as Readonly<{ rows: RowCounts }>;
      progress.update(rows.total - rows.pending);
      if (event === 'done') break;
    }
  } finally {
    progress.stop();
  }
  return (await client.get<SubmissionAnswer>(`/v1/submissions/${id}`)).value;
};

/** All rows of a verdict, page after page. */
export const rowsOf = (client: Client, id: string, verdict: string): Promise<readonly RowAnswer[]> =>
  allOf<RowAnswer>(client, `/v1/submissions/${id}/rows?verdict=${verdict}`);

/** Every item of a list, page after page. */
export const allOf = async <T>(client: Client, path: string, minPosition?: string): Promise<readonly T[]> => {
  const items: T[] = [];
  let cursor = '';
  do {
    const page = `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const { value } = await client.get<ListOf<T>>(page, minPosition ? { minPosition } : {});
    items.push(...value.items);
    cursor = value.next ?? '';
  } while (cursor !== '');
  return items;
};
