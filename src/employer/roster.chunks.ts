import type { RosterRow } from './roster.js';

/** Sealed and base64url-encoded a chunk grows by a third: this keeps its event under 400 KiB. */
const CHUNK_BYTES_MAX = 290_000;

/** Rows as JSON arrays of text, each small enough for one event; the same rows always fall into the same chunks. */
export const toChunks = (rows: readonly object[]): readonly Readonly<{ rows: number; text: string }>[] => {
  const chunks: { rows: number; text: string }[] = [];
  let parts: string[] = [];
  let bytes = 2;
  const close = (): void => {
    chunks.push({ rows: parts.length, text: `[${parts.join(',')}]` });
    parts = [];
    bytes = 2;
  };
  for (const row of rows) {
    const text = JSON.stringify(row);
    const size = Buffer.byteLength(text) + 1;
    if (parts.length > 0 && bytes + size > CHUNK_BYTES_MAX) close();
    parts.push(text);
    bytes += size;
  }
  if (parts.length > 0) close();
  return chunks;
};

export const fromChunk = <Row = RosterRow>(text: string): readonly Row[] =>
  JSON.parse(text) as readonly Row[];
