import Database from 'better-sqlite3';
import {
  CHECKPOINT_STREAM,
  fromLeafLines,
  headHashOf,
  rootOf,
  statementBytesOf,
  type LogCheckpointed,
} from '../../src/audit/checkpoint.js';
import type { KeySigner } from '../../src/audit/signer.adapter.js';
import { toCanonical, type Json } from '../../src/event-store/canonical.js';
import { hashOf, NO_HASH } from '../../src/event-store/chain.js';
import type { StoredEvent } from '../../src/event-store/event-store.js';

export type Place = Readonly<{ stream: string; revision: number }>;
type Content = Pick<StoredEvent, 'id' | 'type' | 'data' | 'metadata'>;

/** What somebody with write access to the file of the log can do to it. */
export class TamperedFile {
  private readonly db: Database.Database;

  constructor(path: string) {
    this.db = new Database(path).defaultSafeIntegers(true);
  }

  close(): void {
    this.db.close();
  }

  run(sql: string, ...values: readonly (string | number | bigint)[]): void {
    const { changes } = this.db.prepare(sql).run(...values);
    if (changes === 0) throw new Error(`nothing was changed by ${sql}`);
  }

  at({ stream, revision }: Place): StoredEvent {
    const found = this.db
      .prepare<[string, number], StoredEvent>('SELECT * FROM event WHERE stream = ? AND revision = ?')
      .get(stream, revision);
    if (!found) throw new Error(`there is no revision ${revision} of ${stream}`);
    return found;
  }

  set({ stream, revision }: Place, change: Partial<StoredEvent>): void {
    for (const [column, value] of Object.entries(change))
      this.run(`UPDATE event SET ${column} = ? WHERE stream = ? AND revision = ?`, value, stream, revision);
  }

  remove({ stream, revision }: Place): void {
    this.run('DELETE FROM event WHERE stream = ? AND revision = ?', stream, revision);
  }

  /** Makes positions dense again. */
  renumber(): void {
    const positions = this.db
      .prepare<[], bigint>('SELECT position FROM event ORDER BY position')
      .pluck()
      .all();
    const move = this.db.prepare('UPDATE event SET position = ? WHERE position = ?');
    this.db.transaction(() => positions.forEach((position, i) => move.run(i + 1, position)))();
  }

  /** Opens a gap before an event, so that another one can be put there; gives the free position. */
  makeRoom(place: Place): bigint {
    const { position } = this.at(place);
    this.run('UPDATE event SET position = -position WHERE position >= ?', position);
    this.run('UPDATE event SET position = 1 - position WHERE position < 0');
    return position;
  }

  insert(event: StoredEvent): void {
    const { position, stream, revision, id, type, data, metadata } = event;
    this.run(
      'INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?)',
      position,
      stream,
      revision,
      id,
      type,
      data,
      metadata,
    );
  }

  swapPositions(a: Place, b: Place): void {
    const [first, second] = [this.at(a).position, this.at(b).position];
    this.set(a, { position: -1n });
    this.set(b, { position: first });
    this.set(a, { position: second });
  }

  swapContents(a: Place, b: Place): void {
    const contentOf = ({ id, type, data, metadata }: StoredEvent): Content => ({ id, type, data, metadata });
    const [first, second] = [contentOf(this.at(a)), contentOf(this.at(b))];
    this.set(a, second);
    this.set(b, first);
  }

  /** Moves every later event of a stream up by one revision. */
  moveUp({ stream, revision }: Place): void {
    this.run('UPDATE event SET revision = -revision WHERE stream = ? AND revision > ?', stream, revision);
    this.run('UPDATE event SET revision = -revision - 1 WHERE stream = ? AND revision < 0', stream);
  }

  /** Gives an event other data, and a hash that fits it; with `rechain` every later event of its stream too. */
  forge(place: Place, change: (data: string) => string, rechain = false): void {
    const { data } = this.at(place);
    if (change(data) === data) throw new Error('a forgery changes something');
    this.set(place, { data: change(data) });
    if (rechain) this.rechain(place);
    else this.rehash(place, (JSON.parse(this.at(place).metadata) as { prev: string }).prev);
  }

  rechain({ stream, revision }: Place): void {
    const [, last] = this.db
      .prepare<[string], [bigint, bigint]>('SELECT min(revision), max(revision) FROM event WHERE stream = ?')
      .raw()
      .get(stream) ?? [0n, -1n];
    let prev = revision === 0 ? NO_HASH : hashIn(this.at({ stream, revision: revision - 1 }));
    for (let next = revision; next <= last; next++) prev = this.rehash({ stream, revision: next }, prev);
  }

  private rehash(place: Place, prev: string): string {
    const event = this.at(place);
    const { hash: _, ...rest } = JSON.parse(event.metadata) as Record<string, Json>;
    const hash = hashOf(event.stream, event.revision, event, toCanonical({ ...rest, prev }));
    this.set(place, { metadata: toCanonical({ ...rest, hash, prev }) });
    return hash;
  }

  /** Rewrites a checkpoint so that its event fits its hash. */
  forgeCheckpoint(
    number: number,
    change: (data: LogCheckpointed['data']) => Partial<LogCheckpointed['data']>,
  ): void {
    this.forge({ stream: CHECKPOINT_STREAM, revision: number }, (text) => {
      const data = JSON.parse(text) as LogCheckpointed['data'];
      return toCanonical({ ...data, ...change(data) });
    });
  }

  /** Makes every checkpoint anew, as somebody with a key can, over what the log holds now. */
  signAnew(signer: KeySigner): void {
    let previous = NO_HASH;
    const count = this.db
      .prepare<[string], bigint>('SELECT count(*) FROM event WHERE stream = ?')
      .pluck()
      .get(CHECKPOINT_STREAM);
    for (let revision = 0; revision < Number(count); revision++) {
      const place = { stream: CHECKPOINT_STREAM, revision };
      const {
        leaves,
        head: _,
        signature: __,
        ...statement
      } = JSON.parse(this.at(place).data) as LogCheckpointed['data'];
      const lines = (fromLeafLines(leaves) ?? []).map((leaf) => ({
        ...leaf,
        hash: hashIn(this.at({ stream: leaf.stream, revision: Number(leaf.revision) })),
      }));
      const made = signedBy(signer, { ...statement, root: rootOf(lines), previous });
      const text = lines.map(
        ({ stream, revision: at, hash }) =>
          `${stream} ${at} ${Buffer.from(hash, 'hex').toString('base64url')}`,
      );
      previous = made.head;
      this.set(place, { data: toCanonical({ ...made, leaves: text.join('\n') }) });
      this.rechain(place);
    }
  }
}

const hashIn = ({ metadata }: Pick<StoredEvent, 'metadata'>): string =>
  (JSON.parse(metadata) as { hash: string }).hash;

type Statement = Parameters<typeof headHashOf>[0];
/** A statement under a signer's key, with the head and signature that belong to it. */
export const signedBy = (signer: KeySigner, given: Statement) => {
  const statement = { ...given, keyId: signer.keyId() };
  return {
    ...statement,
    head: headHashOf(statement),
    signature: signer.sign(statementBytesOf(statement)),
  };
};
