import { setImmediate } from 'node:timers/promises';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { isInvalidText } from './roster.file.js';
import { WorkbookFault } from './workbook.zip.js';

/** What a reader of one part is told. Names come without their prefix: some programs write `<x:row>`. */
export type XmlListener = Readonly<{
  open: (name: string, attributes: Readonly<Record<string, string>>) => void;
  close: (name: string) => void;
  text: (text: string) => void;
}>;

/** Workbooks nest a dozen deep and have a dozen attributes; a file that is far beyond is made to fill the memory. */
const DEPTH_MAX = 64;
const ATTRIBUTES_MAX = 128;
/** 100,000 rows of eight cells are 2.5 million. */
const ELEMENTS_MAX = 12_000_000;
/** Longest text, comment or tag: a cell holds 32,767 characters at most. */
const TOKEN_CHARACTERS_MAX = 1_000_000;

const malformed = (): WorkbookFault => new WorkbookFault('workbook-malformed');
const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Parses XML as it comes and gives what `take` has after each piece; other work is done in between. No entity is expanded but the five of XML. */
export const parseXml = async function* <T>(
  pieces: AsyncIterable<Uint8Array>,
  listener: XmlListener,
  take: () => T,
): AsyncGenerator<T> {
  const parser = new SaxesParser({ position: false });
  let quietCharacters = 0;
  const heard = (): void => {
    quietCharacters = 0;
  };
  listen(parser, listener, heard);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const piece of pieces) {
      const text = decoder.decode(piece, { stream: true });
      quietCharacters += text.length;
      parser.write(text);
      if (quietCharacters > TOKEN_CHARACTERS_MAX) throw new WorkbookFault('workbook-too-large');
      yield take();
      await setImmediate();
    }
    parser.write(decoder.decode()).close();
  } catch (error) {
    if (isInvalidText(error)) throw malformed();
    throw error;
  }
  yield take();
};

const listen = (parser: SaxesParser, { open, close, text }: XmlListener, heard: () => void): void => {
  let depth = 0;
  let attributes = 0;
  let elements = 0;
  parser.on('error', () => {
    throw malformed();
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > ATTRIBUTES_MAX) throw malformed();
  });
  parser.on('opentag', (tag: SaxesTagPlain) => {
    heard();
    attributes = 0;
    depth += 1;
    elements += 1;
    if (depth > DEPTH_MAX) throw malformed();
    if (elements > ELEMENTS_MAX) throw new WorkbookFault('workbook-too-large');
    open(localName(tag.name), tag.attributes);
  });
  parser.on('closetag', (tag: SaxesTagPlain) => {
    heard();
    depth -= 1;
    close(localName(tag.name));
  });
  parser.on('text', (value) => {
    heard();
    text(value);
  });
  parser.on('cdata', (value) => {
    heard();
    text(value);
  });
};
