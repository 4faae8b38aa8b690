/** Where a page ended, for the client to hand back: the last row's key. Not a secret, and not for the client to read. */
export const toCursor = (key: readonly string[]): string =>
  Buffer.from(JSON.stringify(key), 'utf8').toString('base64url');

/** The key of a cursor with so many parts; undefined when it is none of ours. */
export const readCursor = (cursor: string, parts: number): readonly string[] | undefined => {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const isOurs =
      Array.isArray(key) && key.length === parts && key.every((part) => typeof part === 'string');
    return isOurs ? key : undefined;
  } catch {
    return undefined;
  }
};
