import iconv from 'iconv-lite';

export type Encoding = 'utf-8' | 'gb18030';
const CHUNK_CHARACTERS = 32_768;

/** Lines as bytes in an encoding, in pieces of some tens of kilobytes. */
export function* toBytes(lines: Iterable<string>, encoding: Encoding): Generator<Buffer> {
  let text = '';
  for (const line of lines) {
    text += line;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield iconv.encode(text, encoding);
    text = '';
  }
  if (text) yield iconv.encode(text, encoding);
}
