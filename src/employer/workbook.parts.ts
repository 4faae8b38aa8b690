import { cutCell } from './roster.file.js';
import { parseXml, type XmlListener } from './workbook.xml.js';
import {
  partName,
  readDirectory,
  unpack,
  WorkbookFault,
  type ZipDirectory,
  type ZipEntry,
} from './workbook.zip.js';

/** A workbook that is open: its first visible sheet, and the texts that its cells refer to. */
export type Workbook = Readonly<{
  bytes: Buffer;
  sheet: ZipEntry;
  texts: readonly string[];
  /** Days are counted from 1904, as old programs of another maker did. */
  from1904: boolean;
}>;

const MIB = 1024 * 1024;
const INDEX_BYTES_MAX = 4 * MIB;
/** Of 100,000 rows with eight cells each the texts take 6 MiB and the sheet 35 to 80 MiB. */
const TEXTS_BYTES_MAX = 96 * MIB;
export const SHEET_BYTES_MAX = 160 * MIB;
const TEXTS_MAX = 1_000_000;

/** Follows the relationships from the package to the sheet (ECMA-376 part 1, 12.3; parts may have any name). */
export const openWorkbook = async (bytes: Buffer): Promise<Workbook> => {
  const directory = readDirectory(bytes);
  const root = await readRelationships(bytes, directory, '');
  const main = root.find(({ type }) => type.endsWith('/officeDocument'));
  if (!main || !/[.]xml$/.test(main.target)) throw new WorkbookFault('file-type-unsupported');
  const book = await readBook(bytes, directory, main.target);
  const relations = await readRelationships(bytes, directory, main.target);
  const sheets = book.sheets.flatMap(({ relation, isHidden }) => {
    const found = relations.find(({ id, type }) => id === relation && type.endsWith('/worksheet'));
    return found ? [{ target: found.target, isHidden }] : [];
  });
  const first = sheets.find(({ isHidden }) => !isHidden) ?? sheets[0];
  if (!first) throw new WorkbookFault('workbook-malformed');
  const texts = relations.find(({ type }) => type.endsWith('/sharedStrings'));
  return {
    bytes,
    sheet: entryOf(directory, first.target),
    texts: texts ? await readTexts(bytes, entryOf(directory, texts.target)) : [],
    from1904: book.from1904,
  };
};

const entryOf = (directory: ZipDirectory, name: string): ZipEntry => {
  const entry = directory.get(name);
  if (!entry) throw new WorkbookFault('workbook-malformed');
  return entry;
};

/** Reads a part to its end. */
const readPart = async (
  bytes: Buffer,
  entry: ZipEntry,
  bytesMax: number,
  listener: Partial<XmlListener>,
): Promise<void> => {
  const nothing = (): void => undefined;
  const whole = { open: nothing, close: nothing, text: nothing, ...listener };
  const parsing = parseXml(unpack(bytes, entry, bytesMax), whole, nothing);
  while (!(await parsing.next()).done) continue;
};

type Relationship = Readonly<{ id: string; type: string; target: string }>;

/** What a part points at, `''` being the package itself. A part that points at nothing may have no such list. */
const readRelationships = async (
  bytes: Buffer,
  directory: ZipDirectory,
  part: string,
): Promise<readonly Relationship[]> => {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const entry = directory.get(`${folder}_rels/${part.slice(folder.length)}.rels`);
  if (!entry) {
    // A package is told by its list of relationships: without it this is a zip of something else.
    if (part === '') throw new WorkbookFault('file-type-unsupported');
    return [];
  }
  const found: Relationship[] = [];
  await readPart(bytes, entry, INDEX_BYTES_MAX, {
    open: (name, { Id = '', Type = '', Target = '' }) => {
      if (name === 'Relationship') found.push({ id: Id, type: Type, target: resolve(folder, Target) });
    },
  });
  return found;
};

/** `../x.xml` and `/xl/x.xml` as names of parts. */
const resolve = (folder: string, target: string): string => {
  const steps = (target.startsWith('/') ? target : folder + target).split('/');
  const path: string[] = [];
  for (const step of steps) {
    if (step === '..') path.pop();
    else if (step !== '.' && step !== '') path.push(step);
  }
  return partName(path.join('/'));
};

type Book = Readonly<{
  sheets: readonly Readonly<{ relation: string; isHidden: boolean }>[];
  from1904: boolean;
}>;
const readBook = async (bytes: Buffer, directory: ZipDirectory, part: string): Promise<Book> => {
  const sheets: Readonly<{ relation: string; isHidden: boolean }>[] = [];
  let from1904 = false;
  await readPart(bytes, entryOf(directory, part), INDEX_BYTES_MAX, {
    open: (name, attributes) => {
      if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
      if (name !== 'sheet') return;
      const [, relation = ''] = Object.entries(attributes).find(([key]) => /:id$/.test(key)) ?? [];
      sheets.push({ relation, isHidden: (attributes['state'] ?? 'visible') !== 'visible' });
    },
  });
  return { sheets, from1904 };
};

/** The shared texts in order; each cut as a cell is. Phonetic guides (`rPh`) are not part of a text. */
const readTexts = async (bytes: Buffer, entry: ZipEntry): Promise<readonly string[]> => {
  const texts: string[] = [];
  const reading = new TextReading();
  await readPart(bytes, entry, TEXTS_BYTES_MAX, {
    open: (name) => {
      if (name === 'si') reading.begin();
      reading.open(name);
    },
    text: (text) => reading.add(text),
    close: (name) => {
      reading.close(name);
      if (name !== 'si') return;
      if (texts.length >= TEXTS_MAX) throw new WorkbookFault('workbook-too-large');
      texts.push(reading.end());
    },
  });
  return texts;
};

/** `_x000D_` stands for a character that XML cannot hold (ECMA-376 part 1, 22.9.2.19). */
const ESCAPED = /_x([0-9A-Fa-f]{4})_/g;

/** Puts the pieces of a text together: plain, or in runs with a format each. */
export class TextReading {
  private text = '';
  private isIn = false;
  private inPhonetic = false;

  begin(): void {
    this.text = '';
  }
  open(name: string): void {
    if (name === 'rPh') this.inPhonetic = true;
    else if (name === 't') this.isIn = !this.inPhonetic;
  }
  add(text: string): void {
    if (this.isIn) this.text = cutCell(this.text + text);
  }
  close(name: string): void {
    if (name === 'rPh') this.inPhonetic = false;
    else if (name === 't') this.isIn = false;
  }
  end(): string {
    const text = this.text.replace(ESCAPED, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
    return ownText(text.toWellFormed());
  }
}

const SHARED_FROM = 13;
/** A part of a longer text keeps all of that alive: 64 KiB for each cell. */
export const ownText = (text: string): string =>
  text.length < SHARED_FROM ? text : Buffer.from(text, 'utf16le').toString('utf16le');
