import { crc32, createInflateRaw } from 'node:zlib';
import type { FileProblemCode } from './roster.file.js';

export type WorkbookProblem = Extract<
  FileProblemCode,
  'workbook-malformed' | 'workbook-too-large' | 'file-encrypted' | 'file-type-unsupported'
>;
/** A workbook that cannot be read: thrown from within the streams that unpack it, caught where reading begins. */
export class WorkbookFault extends Error {
  constructor(readonly code: WorkbookProblem) {
    super(code);
  }
}

/** One packed part, as the directory at the end of the file tells it. Sizes may be lies: what comes out is counted. */
export type ZipEntry = Readonly<{
  method: number;
  isEncrypted: boolean;
  crc: number;
  packedBytes: number;
  offset: number;
}>;
/** By name; names of parts do not differ by case (ECMA-376 part 2). */
export type ZipDirectory = ReadonlyMap<string, ZipEntry>;

const END_SIGNATURE = Buffer.from('504b0506', 'hex');
const END_BYTES = 22;
const COMMENT_BYTES_MAX = 65_535;
const FAR_END_SIGNATURE = 0x06064b50;
const FAR_LOCATOR_SIGNATURE = 0x07064b50;
const FAR_LOCATOR_BYTES = 20;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const FAR_EXTRA = 0x0001;
const U32_MAX = 0xffffffff;
const ENTRIES_MAX = 5_000;

const malformed = (): WorkbookFault => new WorkbookFault('workbook-malformed');

/** Reads the directory (APPNOTE 4.3.12 to 4.3.16, with the Zip64 records that some programs always write). */
export const readDirectory = (bytes: Buffer): ZipDirectory => {
  const tail = Math.max(0, bytes.length - END_BYTES - COMMENT_BYTES_MAX);
  const end = bytes.lastIndexOf(END_SIGNATURE);
  if (end < tail || end + END_BYTES > bytes.length) throw malformed();
  const { count, offset } = findEntries(bytes, end);
  if (count > ENTRIES_MAX) throw new WorkbookFault('workbook-too-large');
  const directory = new Map<string, ZipEntry>();
  let at = offset;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_BYTES > end || bytes.readUInt32LE(at) !== ENTRY_SIGNATURE) throw malformed();
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) =>
      bytes.readUInt16LE(at + place),
    ) as [number, number, number];
    const extraAt = at + ENTRY_BYTES + nameBytes;
    const next = extraAt + extraBytes + commentBytes;
    if (next > end) throw malformed();
    const name = bytes.toString('utf8', at + ENTRY_BYTES, extraAt);
    directory.set(partName(name), readEntry(bytes, at, bytes.subarray(extraAt, extraAt + extraBytes)));
    at = next;
  }
  return directory;
};

/** As a name is looked up: without the slash that some programs put first. */
export const partName = (name: string): string =>
  name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

const findEntries = (bytes: Buffer, end: number): Readonly<{ count: number; offset: number }> => {
  const locator = end - FAR_LOCATOR_BYTES;
  if (locator < 0 || bytes.readUInt32LE(locator) !== FAR_LOCATOR_SIGNATURE)
    return { count: bytes.readUInt16LE(end + 10), offset: bytes.readUInt32LE(end + 16) };
  const far = Number(bytes.readBigUInt64LE(locator + 8));
  if (far + 56 > bytes.length || bytes.readUInt32LE(far) !== FAR_END_SIGNATURE) throw malformed();
  return { count: Number(bytes.readBigUInt64LE(far + 32)), offset: Number(bytes.readBigUInt64LE(far + 48)) };
};

const readEntry = (bytes: Buffer, at: number, extra: Buffer): ZipEntry => {
  // Sizes that do not fit stand in an extra field, only those, in this order: unpacked, packed, offset.
  const far = farSizes(extra);
  const [, packedBytes = 0, offset = 0] = [24, 20, 42].map((place) => {
    const size = bytes.readUInt32LE(at + place);
    return size === U32_MAX ? (far.shift() ?? size) : size;
  });
  return {
    method: bytes.readUInt16LE(at + 10),
    isEncrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
    crc: bytes.readUInt32LE(at + 16),
    packedBytes,
    offset,
  };
};

const farSizes = (extra: Buffer): number[] => {
  for (let at = 0; at + 4 <= extra.length;) {
    const [kind, size] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    const body = extra.subarray(at + 4, at + 4 + size);
    if (kind === FAR_EXTRA)
      return Array.from({ length: Math.floor(body.length / 8) }, (_, i) =>
        Number(body.readBigUInt64LE(i * 8)),
      );
    at += 4 + size;
  }
  return [];
};

const STORED = 0;
const DEFLATED = 8;
const PIECE_BYTES = 65_536;

/** The part unpacked, piece by piece, at most so many bytes of it, and as long as its checksum says. */
export const unpack = async function* (
  bytes: Buffer,
  entry: ZipEntry,
  bytesMax: number,
): AsyncGenerator<Buffer> {
  if (entry.isEncrypted) throw new WorkbookFault('file-encrypted');
  const packed = packedBytesOf(bytes, entry);
  let size = 0;
  let crc = 0;
  for await (const piece of entry.method === DEFLATED ? inflate(packed) : pieces(packed)) {
    size += piece.length;
    if (size > bytesMax) throw new WorkbookFault('workbook-too-large');
    crc = crc32(piece, crc);
    yield piece;
  }
  if (crc !== entry.crc) throw malformed();
};

const packedBytesOf = (bytes: Buffer, { method, offset, packedBytes }: ZipEntry): Buffer => {
  if (method !== STORED && method !== DEFLATED) throw malformed();
  if (offset + LOCAL_BYTES > bytes.length || bytes.readUInt32LE(offset) !== LOCAL_SIGNATURE)
    throw malformed();
  const begin = offset + LOCAL_BYTES + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  if (begin + packedBytes > bytes.length) throw malformed();
  return bytes.subarray(begin, begin + packedBytes);
};

const pieces = function* (packed: Buffer): Generator<Buffer> {
  for (let at = 0; at < packed.length; at += PIECE_BYTES) yield packed.subarray(at, at + PIECE_BYTES);
};

const inflate = async function* (packed: Buffer): AsyncGenerator<Buffer> {
  const stream = createInflateRaw({ chunkSize: PIECE_BYTES });
  stream.end(packed);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) yield piece;
  } catch (error) {
    if (isDataError(error)) throw malformed();
    throw error;
  }
};
const isDataError = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  (error.code === 'Z_DATA_ERROR' || error.code === 'Z_BUF_ERROR');
