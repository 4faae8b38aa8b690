import { describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import { PassThrough } from 'node:stream';
import { textRow, workbookOf, workbookParts, zipOf } from '../../test/support/workbook.js';
import { readRoster } from './roster.reader.js';
import { readDirectory, unpack } from './workbook.zip.js';

async function* piece(bytes: Buffer) {
  yield bytes;
}
const read = async (bytes: Buffer) => {
  const roster = await readRoster(piece(bytes));
  return roster.ok
    ? roster.value.rows
    : roster.error.problems.map(({ field, code }) => `${field} ${code}`).join();
};
const header = textRow(1, 'ssn', 'name', 'wage');
const parts = workbookParts({ data: header });
const without = (name: string) => zipOf(parts.filter((part) => part.name !== name));

describe('a package', () => {
  it.each<[string, Buffer, string]>([
    ['a zip of something else', zipOf([{ name: 'a.txt', content: 'a' }]), 'file-type-unsupported'],
    ['an empty zip', zipOf([]), 'file-type-unsupported'],
    ['a workbook without its sheet', without('xl/worksheets/sheet1.xml'), 'workbook-malformed'],
    ['a workbook without its index', without('xl/workbook.xml'), 'workbook-malformed'],
    ['one cut short', zipOf(parts).subarray(0, -60), 'workbook-malformed'],
    ['one under a password of zip', zipOf(parts.map((part) => ({ ...part, flags: 1 }))), 'file-encrypted'],
    [
      'too many parts',
      zipOf([...parts, ...Array.from({ length: 5_001 }, (_, i) => ({ name: `${i}`, content: '' }))]),
      'workbook-too-large',
    ],
    [
      'a text that unpacks to no end',
      workbookOf({ data: ' '.repeat(20 * 1024 * 1024) }),
      'workbook-too-large',
    ],
  ])('%s is refused', async (_, bytes, code) => expect(await read(bytes)).toBe(`file ${code}`));

  it('a flipped byte is found by the checksum', async () => {
    const made = workbookParts({ data: header + textRow(2, '1', '甲', '8000') });
    const bytes = zipOf(made.map((part) => ({ ...part, method: 0 })));
    bytes[bytes.indexOf('8000')] = '9'.charCodeAt(0);
    expect(await read(bytes)).toBe('file workbook-malformed');
  });
  it('is read as a program writes it that packs while it goes', async () => {
    const stream = new PassThrough();
    const written = stream.toArray() as Promise<Buffer[]>;
    const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useSharedStrings: true });
    const sheet = workbook.addWorksheet('a');
    sheet.addRow(['ssn', 'name', 'wage']).commit();
    for (let i = 0; i < 3_000; i++) sheet.addRow(['310101199001010000', `甲${i}`, i / 100]).commit();
    await workbook.commit();
    const rows = await read(Buffer.concat(await written));
    expect(rows).toHaveLength(3_000);
    expect(rows[1_234]).toEqual([1_236, '310101199001010000', '甲1234', '12.34', '', '', '', '', '']);
  });
});

describe('a part', () => {
  const bytes = zipOf([{ name: 'A.xml', content: ' '.repeat(100_000) }]);
  const unpacked = async (packed: Buffer, bytesMax: number): Promise<number> => {
    const entry = readDirectory(packed).get('a.xml');
    if (!entry) throw new Error('the part is there');
    let size = 0;
    for await (const some of unpack(packed, entry, bytesMax)) size += some.length;
    return size;
  };

  it('comes out whole', async () => expect(await unpacked(bytes, 100_000)).toBe(100_000));
  it('is cut off when it is larger than may be, whatever it says of itself', async () => {
    const lie = Buffer.from(bytes);
    lie.writeUInt32LE(10, lie.indexOf('PK\u0001\u0002', 0, 'latin1') + 24);
    for (const bomb of [bytes, lie])
      await expect(unpacked(bomb, 99_999)).rejects.toMatchObject({ code: 'workbook-too-large' });
  });
  it('is found where its size and place stand in a Zip64 field', async () => {
    const at = bytes.indexOf('PK\u0001\u0002', 0, 'latin1');
    const extra = Buffer.alloc(28);
    extra.writeUInt16LE(1, 0);
    extra.writeUInt16LE(24, 2);
    [100_000, bytes.readUInt32LE(at + 20), 0].forEach((size, i) =>
      extra.writeBigUInt64LE(BigInt(size), 4 + i * 8),
    );
    const entry = Buffer.from(bytes.subarray(at, -22));
    for (const place of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, place);
    entry.writeUInt16LE(extra.length, 30);
    const end = Buffer.from(bytes.subarray(-22));
    end.writeUInt32LE(entry.length + extra.length, 12);
    const far = Buffer.concat([bytes.subarray(0, at), entry, extra, end]);
    expect(await unpacked(far, 100_000)).toBe(100_000);
  });
});
