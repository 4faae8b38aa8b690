import type { FieldError } from '../http/problem.js';

/** RFC 9457, as this server sends it. */
export type Problem = Readonly<{
  code: string;
  title: string;
  status: number;
  detail: string;
  errors: readonly FieldError[];
}>;

/** The server refused. The problem is told as it came. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly path: string,
  ) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
  }
}

/** Nobody answered, or somebody who is not this server. */
export class Unreachable extends Error {}

/** `position` is where a write stands in the log; `replayed` that it had been done before. */
export type Answer<T> = Readonly<{
  status: number;
  value: T;
  position: string | undefined;
  replayed: boolean;
}>;

type Extras = Readonly<{ key?: string; minPosition?: string; type?: string; accept?: string }>;

/** Speaks to the server over HTTP as any client would; knows nothing of what is inside. */
export class Client {
  constructor(
    private readonly url: string,
    private readonly language: 'en' | 'zh' = 'en',
  ) {}

  get<T>(path: string, extras: Extras = {}): Promise<Answer<T>> {
    return this.json(path, { method: 'GET', headers: this.headers(extras) });
  }

  post<T>(path: string, body: object, extras: Extras = {}): Promise<Answer<T>> {
    const headers = this.headers({ type: 'application/json', ...extras });
    return this.json(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** An employer's file: a workbook, or text with delimiters. */
  upload<T>(path: string, file: Buffer, extras: Extras): Promise<Answer<T>> {
    const headers = this.headers({ type: isPackage(file) ? XLSX_TYPE : 'text/csv', ...extras });
    return this.json(path, { method: 'POST', headers, body: new Uint8Array(file) });
  }

  async download(path: string): Promise<Buffer> {
    const response = await this.send(path, { headers: this.headers({ accept: 'text/csv' }) });
    return Buffer.from(await response.arrayBuffer());
  }

  /** Server-Sent Events, parsed, until the server ends them. */
  async *events(path: string): AsyncGenerator<Readonly<{ event: string; data: unknown }>> {
    const response = await this.send(path, { headers: this.headers({ accept: 'text/event-stream' }) });
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true }).replaceAll('\r\n', '\n');
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = toEvent(block);
        if (event) yield { event: event.event, data: JSON.parse(event.data) as unknown };
      }
    }
  }

  private headers({ key, minPosition, type, accept = 'application/json' }: Extras): Record<string, string> {
    return {
      Accept: accept,
      'Accept-Language': this.language,
      ...(type && { 'Content-Type': type }),
      ...(key && { 'Idempotency-Key': key }),
      ...(minPosition && { 'Ledger-Min-Position': minPosition }),
    };
  }

  private async json<T>(path: string, init: RequestInit): Promise<Answer<T>> {
    const response = await this.send(path, init);
    return {
      status: response.status,
      value: (await response.json()) as T,
      position: response.headers.get('Ledger-Position') ?? undefined,
      replayed: response.headers.get('Idempotency-Replayed') === 'true',
    };
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(new URL(path, this.url), init).catch((error: unknown) => {
      throw new Unreachable(
        `No answer from ${this.url} (${reasonOf(error)}). Is the server running? npm start`,
      );
    });
    if (response.ok) return response;
    const problem: unknown = await response.json().catch(() => undefined);
    if (isProblem(problem)) throw new Refused(problem, path);
    throw new Unreachable(`${this.url} answered ${response.status} in a way that this client does not know`);
  }
}

const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
/** Workbooks are zip packages. */
const isPackage = (file: Buffer): boolean => file.toString('latin1', 0, 2) === 'PK';

const toEvent = (block: string): Readonly<{ event: string; data: string }> | undefined => {
  const fields = block.split('\n').map((line) => /^(event|data): ?(.*)$/.exec(line));
  const data = fields.flatMap((field) => (field?.[1] === 'data' ? [field[2] ?? ''] : [])).join('\n');
  const event = fields.find((field) => field?.[1] === 'event')?.[2] ?? 'message';
  return data === '' ? undefined : { event, data };
};

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'unknown reason';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
};

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body && 'errors' in body;
