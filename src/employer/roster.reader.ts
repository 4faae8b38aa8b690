import { createHash } from 'node:crypto';
import { FILE_BYTES_MAX } from '../http/content-types.js';
import { err, ok, type Result } from '../kernel/result.js';
import { readRosterCsv } from './roster.csv.js';
import { faultOfFile, type FileFault, type FileProblemCode, type RosterFile } from './roster.file.js';
import { readRosterXlsx } from './roster.xlsx.js';

/** A client hears of a refusal only when its body has been read; beyond this the connection is cut. */
const DRAIN_TIMES_MAX = 4;

/**
 * Reads an employer's file from its bytes, a workbook or text with delimiters: what it is, its first bytes say, whatever it
 * is called. Hashes while reading, refuses what is not a roster.
 */
export const readRoster = async (
  bytes: AsyncIterable<Uint8Array>,
): Promise<Result<RosterFile, FileFault>> => {
  const received = await receive(bytes);
  if (!received.ok) return received;
  const { parts, fileSha256 } = received.value;
  const kind = kindOf(parts);
  if (kind !== 'text' && kind !== 'zip') return err(faultOfFile(kind));
  const roster = await (kind === 'zip' ? readRosterXlsx(Buffer.concat(parts)) : readRosterCsv(parts));
  return roster.ok ? ok({ fileSha256, ...roster.value }) : roster;
};

type Received = Readonly<{ parts: readonly Uint8Array[]; fileSha256: string }>;
/** The bytes in memory, hashed on the way. */
export const receive = async (
  bytes: AsyncIterable<Uint8Array>,
  bytesMax = FILE_BYTES_MAX,
): Promise<Result<Received, FileFault>> => {
  const hash = createHash('sha256');
  const blocks = new Blocks();
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > DRAIN_TIMES_MAX * bytesMax) break;
    if (size > bytesMax) {
      blocks.clear();
      continue;
    }
    hash.update(part);
    blocks.add(part);
  }
  if (size > bytesMax) return err(faultOfFile('file-too-large'));
  return ok({ parts: blocks.take(), fileSha256: hash.digest('hex') });
};

const BLOCK_BYTES = 65_536;
/** Bytes in blocks of one size: a client may send them one by one, and each piece would take a hundred bytes more. */
class Blocks {
  private whole: Buffer[] = [];
  private block = Buffer.alloc(BLOCK_BYTES);
  private filled = 0;

  add(part: Uint8Array): void {
    for (let from = 0; from < part.length;) {
      const some = part.subarray(from, from + BLOCK_BYTES - this.filled);
      this.block.set(some, this.filled);
      this.filled += some.length;
      from += some.length;
      if (this.filled === BLOCK_BYTES) this.close();
    }
  }
  clear(): void {
    this.whole = [];
    this.filled = 0;
  }
  take(): readonly Buffer[] {
    if (this.filled > 0) this.close();
    return this.whole;
  }
  private close(): void {
    this.whole.push(this.block.subarray(0, this.filled));
    this.block = Buffer.alloc(BLOCK_BYTES);
    this.filled = 0;
  }
}

const START_BYTES = 8;
/** How files begin that are neither: PDF, PNG, JPEG, gzip, RAR, 7z. */
const OTHERS = ['25504446', '89504e47', 'ffd8ff', '1f8b', '52617221', '377abcaf'];
/** Old workbooks, and new ones under a password, are packed as files of the Compound File Binary format. */
const COMPOUND = 'd0cf11e0a1b11ae1';
const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');

/** What a file is by its first bytes. */
export const kindOf = (parts: readonly Uint8Array[]): 'zip' | 'text' | FileProblemCode => {
  const head = Buffer.concat(parts.slice(0, START_BYTES)).subarray(0, START_BYTES).toString('hex');
  if (head.startsWith('504b0304') || head.startsWith('504b0506')) return 'zip';
  if (head.startsWith(COMPOUND))
    return Buffer.concat(parts).includes(ENCRYPTED) ? 'file-encrypted' : 'file-xls';
  if (OTHERS.some((other) => head.startsWith(other))) return 'file-type-unsupported';
  if (head.startsWith('fffe') || head.startsWith('feff')) return 'file-encoding';
  return isText(parts) ? 'text' : 'file-not-text';
};

/** Control bytes other than tab and line ends. A few come from a damaged cell, which is refused with its row. */
const STRAY_BYTES_MAX = 16;
const STRAY_SHARE = 200;
const isText = (parts: readonly Uint8Array[]): boolean => {
  let size = 0;
  let controls = 0;
  for (const part of parts) {
    size += part.length;
    for (const byte of part) if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) controls++;
  }
  return controls <= STRAY_BYTES_MAX + Math.floor(size / STRAY_SHARE);
};
