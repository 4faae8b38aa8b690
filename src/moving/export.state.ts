import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import type { Last } from './archive.js';
import { Tally, type TallyState } from './tally.js';

const STATE_FORMAT = 'shebao-ledger/export-state/1';
const OWNER_ONLY = 0o600;

/** How far an export is: so many bytes of the part file hold whole parts, and the last event in them stands there. */
export type ExportState = Readonly<{ bytes: number; position: bigint; tally: Tally }>;
type Written = Readonly<{ format: string; bytes: number; position: string; tally: TallyState }>;

const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Replaced as a whole, so that a power cut leaves it as it was or as it is to be. */
export const writeState = async (file: string, { bytes, position, tally }: ExportState): Promise<void> => {
  const written: Written = {
    format: STATE_FORMAT,
    bytes,
    position: position.toString(),
    tally: tally.toState(),
  };
  const text = JSON.stringify(written);
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', OWNER_ONLY);
  try {
    await handle.writeFile(`${text}\n${sumOf(text)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
};

/** Undefined when there is none, or none that can be trusted: its last line is the SHA-256 of the first. */
export const findState = async (file: string): Promise<ExportState | undefined> => {
  const [text = '', sum] = (await findText(file))?.split('\n') ?? [];
  if (sum !== sumOf(text)) return undefined;
  // The sum shows that these are the very bytes that `writeState` wrote.
  const { format, bytes, position, tally } = JSON.parse(text) as Written;
  if (format !== STATE_FORMAT) return undefined;
  const restored = Tally.fromState(tally);
  return restored && { bytes, position: BigInt(position), tally: restored };
};

const findText = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

export const isSame = (a: Last | null, b: Last): boolean =>
  a?.stream === b.stream && a.revision === b.revision && a.hash === b.hash;
