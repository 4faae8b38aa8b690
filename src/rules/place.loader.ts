import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';

/** One thing wrong with a rules file; `key` is the path inside it, `tables[2].entries[0].floor`. */
export type Fault = Readonly<{ file: string; line: number; key: string; message: string }>;

/** The rules cannot be used: every fault that was found, one a line, `rules/shanghai/2025-07.yaml:12 tables[0]…: …`. */
export class RulesError extends Error {
  constructor(readonly faults: readonly Fault[]) {
    super(
      ['the rules are refused:', ...faults.map((f) => `  ${f.file}:${f.line} ${f.key}: ${f.message}`)].join(
        '\n',
      ),
    );
    this.name = 'RulesError';
  }
}

/** Reads one value, or notes a fault and gives nothing. */
export type Reader<T> = (place: Place) => T | undefined;
export type Fields = Readonly<Record<string, Reader<unknown>>>;
/** What a record of readers yields. */
export type Read<F extends Fields> = Readonly<{ [K in keyof F]: Exclude<ReturnType<F[K]>, undefined> }>;

type File = Readonly<{ name: string; lines: LineCounter; faults: Fault[] }> & { lost: boolean };

/** A node of a YAML file and where it stands: it turns into a typed value, or notes why not. */
export class Place {
  private constructor(
    private readonly source: File,
    private readonly node: unknown,
    readonly key: string,
    private readonly offset: number,
  ) {}

  /** The top of a file. Faults of YAML itself (a key twice, bad indentation) are noted with their lines. */
  static top(name: string, text: string, faults: Fault[]): Place | undefined {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines });
    const before = faults.length;
    for (const { message, pos } of [...document.errors, ...document.warnings])
      faults.push({
        file: name,
        line: lines.linePos(pos[0]).line,
        key: '',
        message: message.split('\n')[0] ?? '',
      });
    return faults.length > before
      ? undefined
      : new Place({ name, lines, faults, lost: false }, document.contents, '', 0);
  }

  get file(): string {
    return this.source.name;
  }

  get line(): number {
    return this.source.lines.linePos(this.offset).line;
  }

  /** Notes a fault here and gives nothing. */
  fault(message: string): undefined {
    this.source.faults.push({ file: this.file, line: this.line, key: this.key || 'file', message });
  }

  /** Whether a piece of this file could not be read at all, so that what it leaves open says nothing. */
  get hasLost(): boolean {
    return this.source.lost;
  }

  lose(): void {
    this.source.lost = true;
  }

  /** Reads again without noting faults. */
  quietly<T>(reader: Reader<T>): T | undefined {
    return reader(new Place({ ...this.source, faults: [] }, this.node, this.key, this.offset));
  }

  /** The value of a key, without judging the others. */
  find(key: string): Place | undefined {
    return this.members()?.get(key);
  }

  /** A map with these keys and no others; an unknown one is noted. Nothing when any of them is missing or faulty. */
  record<F extends Fields>(required: F): Read<F> | undefined;
  record<F extends Fields, O extends Fields>(
    required: F,
    optional: O,
  ): (Read<F> & Partial<Read<O>>) | undefined;
  record(required: Fields, optional: Fields = {}): Readonly<Record<string, unknown>> | undefined {
    const members = this.members();
    if (!members) return this.fault('must be a map of keys');
    const values: Record<string, unknown> = {};
    let whole = true;
    for (const [key, place] of members)
      if (!Object.hasOwn(required, key) && !Object.hasOwn(optional, key)) place.fault('unknown key');
    for (const [key, reader] of Object.entries({ ...required, ...optional })) {
      const place = members.get(key);
      if (!place && Object.hasOwn(required, key)) this.at(key).fault('missing key');
      const value = place && reader(place);
      if (value === undefined) whole &&= !place && !Object.hasOwn(required, key);
      else values[key] = value;
    }
    return whole ? values : undefined;
  }

  /** The members of a list that is not empty. */
  list(): readonly Place[] | undefined {
    if (!isSeq(this.node) || this.node.items.length === 0) {
      this.lose();
      return this.fault('must be a list that is not empty');
    }
    return this.node.items.map((item, i) => this.below(item, `${this.key}[${i}]`));
  }

  /** A scalar, as YAML read it. */
  scalar(): unknown {
    return isScalar(this.node) ? this.node.value : undefined;
  }

  /** Text that is not empty. A number without quotes is refused: YAML would have made a float of it. */
  text(): string | undefined {
    const value = this.scalar();
    if (typeof value === 'number') return this.fault('must be text: put the number in quotes');
    if (typeof value !== 'string') return this.fault('must be text');
    return value.trim() === '' ? this.fault('must not be empty') : value;
  }

  private at(key: string): Place {
    return new Place(this.source, undefined, this.key ? `${this.key}.${key}` : key, this.offset);
  }

  private below(node: unknown, key: string, fallback = this.offset): Place {
    return new Place(this.source, node, key, (node as Node | null)?.range?.[0] ?? fallback);
  }

  private members(): ReadonlyMap<string, Place> | undefined {
    if (!isMap(this.node)) return undefined;
    return new Map(
      this.node.items.map(({ key, value }) => {
        const name = isScalar(key) ? String(key.value) : '?';
        const path = this.key ? `${this.key}.${name}` : name;
        return [name, this.below(value, path, (key as Node).range?.[0])];
      }),
    );
  }
}

/** One of a few words. */
export const oneOf =
  <T extends string>(words: readonly T[], what: string): Reader<T> =>
  (place) => {
    const text = place.text();
    if (text === undefined) return undefined;
    return words.find((word) => word === text) ?? place.fault(`unknown ${what}: one of ${words.join(', ')}`);
  };

/** Text that a parser of the kernel takes. */
export const parsed =
  <T>(
    parse: (text: string) => Readonly<{ ok: true; value: T }> | Readonly<{ ok: false }>,
    what: string,
  ): Reader<T> =>
  (place) => {
    const text = place.text();
    if (text === undefined) return undefined;
    const result = parse(text);
    return result.ok ? result.value : place.fault(`must be ${what}`);
  };

/** A whole number from nought, written without quotes. */
export const count: Reader<number> = (place) => {
  const value = place.scalar();
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : place.fault('must be a whole number');
};
