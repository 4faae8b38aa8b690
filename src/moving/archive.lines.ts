import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ArchiveRefused, LINE_BYTES_MAX } from './archive.js';

const CHUNK_BYTES = 64 * 1024;
const LINE_FEED = 10;

/**
 * The lines of a gzip file, some at a time and none longer than LINE_BYTES_MAX; what is not read holds the reading up.
 * `onBytes` is told how many bytes of the file were taken so far.
 */
export const linesOf = async function* (
  file: string,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<readonly string[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let number = 1;
  for await (const chunk of unzipped(file, onBytes)) {
    const end = chunk.lastIndexOf(LINE_FEED);
    if (end >= 0) {
      const lines = toLines(Buffer.concat([...rest, chunk.subarray(0, end)]), number);
      number += lines.length;
      yield lines;
      [rest, restBytes] = [[], 0];
    }
    const tail = chunk.subarray(end + 1);
    rest.push(tail);
    restBytes += tail.length;
    if (restBytes > LINE_BYTES_MAX)
      throw new ArchiveRefused(`is longer than the ${LINE_BYTES_MAX} bytes that an event can take`, number);
  }
  if (restBytes > 0) throw new ArchiveRefused('is cut short', number);
};

/** Bytes that are no UTF-8 are refused: replaced silently they would be another text. */
const toLines = (bytes: Buffer, first: number): readonly string[] => {
  const lines = bytes.toString('utf8').split('\n');
  if (isUtf8(bytes)) return lines;
  throw new ArchiveRefused(`to ${first + lines.length - 1} hold bytes that are no UTF-8 text`, first);
};

const unzipped = async function* (file: string, onBytes?: (bytes: number) => void): AsyncGenerator<Buffer> {
  const source = createReadStream(file);
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // A fault of either ends the loop below with it; a loop that was left closes the file.
  pipeline(source, gunzip, () => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      yield chunk;
      onBytes?.(source.bytesRead);
    }
  } catch (error) {
    throw isZlibError(error) ? new ArchiveRefused('is cut short, damaged, or not in gzip form') : error;
  }
};

const isZlibError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && String(error.code).startsWith('Z_');
