import { crc32, deflateRawSync } from 'node:zlib';

export type ZipPart = Readonly<{ name: string; content: Buffer | string; flags?: number; method?: 0 | 8 }>;

/** A zip file put together by hand, so that a test can also write what no program would. */
export const zipOf = (parts: readonly ZipPart[]): Buffer => {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, content, flags = 0x0800, method = 8 } of parts) {
    const bytes = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(flags, 2);
    head.writeUInt16LE(method, 4);
    head.writeUInt32LE(crc32(bytes), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(bytes.length, 18);
    head.writeUInt16LE(Buffer.byteLength(name), 22);
    const at = Buffer.alloc(14);
    at.writeUInt32LE(offset, 10);
    entries.push(Buffer.from('504b01021400', 'hex'), head, at, Buffer.from(name));
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), head, Buffer.from(name), packed]);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('504b0506', 'hex');
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
};

const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const xml = (content: string): string => `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${content}`;
const relations = (...list: readonly (readonly [id: string, type: string, target: string])[]): string =>
  xml(
    `<Relationships>${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="${RELATION}/${type}" Target="${target}"/>`).join('')}</Relationships>`,
  );

export type HandMade = Readonly<{
  /** What is in `<sheetData>`. */
  data: string;
  /** `<si>` elements. */
  texts?: string;
  sheets?: string;
  properties?: string;
  target?: string;
  others?: readonly ZipPart[];
}>;

/** The parts of a small workbook, each of which a test may replace. */
export const workbookParts = ({
  data,
  texts = '',
  sheets = '<sheet name="a" sheetId="1" r:id="rId1"/>',
  properties = '',
  target = 'worksheets/sheet1.xml',
  others = [],
}: HandMade): readonly ZipPart[] => [
  { name: '_rels/.rels', content: relations(['rId1', 'officeDocument', 'xl/workbook.xml']) },
  {
    name: 'xl/workbook.xml',
    content: xml(`<workbook xmlns:r="r">${properties}<sheets>${sheets}</sheets></workbook>`),
  },
  {
    name: 'xl/_rels/workbook.xml.rels',
    content: relations(
      ['rId1', 'worksheet', target],
      ['rId2', 'worksheet', 'worksheets/sheet2.xml'],
      ['rId3', 'sharedStrings', 'sharedStrings.xml'],
    ),
  },
  {
    name: target.startsWith('/') ? target.slice(1) : `xl/${target}`,
    content: xml(`<worksheet><sheetData>${data}</sheetData></worksheet>`),
  },
  { name: 'xl/sharedStrings.xml', content: xml(`<sst>${texts}</sst>`) },
  ...others,
];
export const workbookOf = (made: HandMade): Buffer => zipOf(workbookParts(made));

/** A row of cells that hold their text themselves. */
export const textRow = (line: number, ...cells: readonly string[]): string =>
  `<row r="${line}">${cells.map((cell) => `<c t="inlineStr"><is><t>${cell}</t></is></c>`).join('')}</row>`;
