import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { startApp, type Answer, type TestApp } from '../support/app.js';
import { ENGINES } from '../support/engines.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const CALCULATOR = '/v1/calculators/contribution';
const json = { 'content-type': 'application/json' };
const good = { region: 'shanghai', month: '2025-07', wage: '12000.00' };
const fields = ({ body }: Answer): unknown =>
  body.errors.map(({ field, code }: { field: string; code: string }) => [field, code]);

describe('a refusal', () => {
  it('is a problem document of RFC 9457', async () => {
    const answer = await app.get('/v1/nothing-here');
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      type: '/problems/route-not-found',
      code: 'route-not-found',
      title: 'There is no such path',
      status: 404,
      detail: 'The paths are listed at /docs.',
      errors: [],
    });
  });

  it.each([
    ['an unknown method', 'GET', CALCULATOR, undefined, {}, 404, 'route-not-found'],
    ['malformed JSON', 'POST', CALCULATOR, '{"region":', json, 400, 'json-malformed'],
    ['an empty body', 'POST', CALCULATOR, '', json, 400, 'json-malformed'],
    ['half a surrogate pair', 'POST', CALCULATOR, '{"region":"\\ud83d"}', json, 400, 'json-malformed'],
    [
      'a key that would change the prototype',
      'POST',
      CALCULATOR,
      '{"__proto__":{}}',
      json,
      400,
      'json-malformed',
    ],
    ['a body that is no object', 'POST', CALCULATOR, '[1]', json, 400, 'request-invalid'],
    ['a body that is null', 'POST', CALCULATOR, 'null', json, 400, 'request-invalid'],
    ['plain text', 'POST', CALCULATOR, 'x', { 'content-type': 'text/plain' }, 415, 'media-type-unsupported'],
    ['an unknown type', 'POST', CALCULATOR, 'x', { 'content-type': 'a/b' }, 415, 'media-type-unsupported'],
    ['over 1 MiB', 'POST', CALCULATOR, `"${'x'.repeat(1024 * 1024)}"`, json, 413, 'body-too-large'],
    ['a broken escape', 'GET', '/v1/%zz', undefined, {}, 400, 'request-malformed'],
    [
      'a position that is none',
      'GET',
      '/health/live',
      undefined,
      { 'ledger-min-position': '-1' },
      400,
      'min-position-malformed',
    ],
  ])('of %s has its status and code', async (_, method, path, body, headers, status, code) => {
    const response = await fetch(`${app.url}${path}`, {
      method,
      headers: headers as Record<string, string>,
      ...(body !== undefined && { body }),
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status,
      body: { status, code, type: `/problems/${code}` },
    });
  });

  it('names every bad field', async () => {
    const answer = await app.post(CALCULATOR, {
      region: 'shanghai',
      month: '2025-13',
      wage: 12000,
      extra: 1,
    });
    expect(answer.status).toBe(400);
    expect(fields(answer)).toEqual(
      expect.arrayContaining([
        ['month', 'month-malformed'],
        ['wage', 'money-not-text'],
        ['extra', 'unknown-field'],
      ]),
    );
    expect(answer.body.errors).toHaveLength(3);
  });

  it.each([
    ['', 'money-malformed'],
    ['1e3', 'money-malformed'],
    ['1,000.00', 'money-malformed'],
    ['0.001', 'money-malformed'],
    ['-1.00', 'money-negative'],
    [null, 'required'],
    [{}, 'money-not-text'],
  ])('of the amount %p has the code %s', async (wage, code) => {
    const answer = await app.post(CALCULATOR, { ...good, wage });
    expect([answer.status, fields(answer)]).toEqual([400, [['wage', code]]]);
  });

  it('says back nothing that the client sent', async () => {
    const number = '310101199003070417';
    const answer = await app.post(CALCULATOR, {
      ...good,
      wage: number + 'x',
      month: number,
      [number]: number,
    });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain(number);
    const lost = await app.get(`/v1/nobody/${number}?q=${number}`);
    expect(lost.text).not.toContain(number);
    const broken = await app.get(`/v1/${number}%zz`);
    expect(broken.text).not.toContain(number);
  });

  it.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', '路径不存在'],
    ['en;q=0.5, zh', '路径不存在'],
    ['en-GB,zh;q=0.5', 'There is no such path'],
    ['fr', 'There is no such path'],
    ['zh;q=0', 'There is no such path'],
  ])('speaks the language of %s', async (language, title) => {
    const answer = await app.get('/nowhere', { 'accept-language': language });
    expect(answer.body.title).toBe(title);
    expect(answer.headers.get('vary')).toBe('Accept-Language');
  });

  it('explains bad fields in Chinese too', async () => {
    const answer = await app.post(CALCULATOR, { ...good, wage: 1 }, { 'accept-language': 'zh' });
    expect(answer.body.errors[0].message).toMatch(/文本/);
  });

  it('leads to a page that explains it', async () => {
    const page = await app.get('/problems/json-malformed');
    expect(page.headers.get('content-type')).toMatch(/^text\/markdown/);
    expect(page.text).toMatch(/## What to do/);
    expect((await app.get('/problems/..%2f..%2fpackage')).status).toBe(404);
    expect((await app.get('/problems/no-such-code')).status).toBe(404);
  });
});

describe('every answer', () => {
  it('has the headers that keep it from being kept, framed or sniffed', async () => {
    const { headers } = await app.post(CALCULATOR, good);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  it('carries the correlation id of the request when it is a UUID, and none else', async () => {
    const id = '0b9f9a52-3b7e-5f9f-8a51-6d1f0f1f0001';
    expect((await app.get('/health/live', { 'x-correlation-id': id })).headers.get('x-correlation-id')).toBe(
      id,
    );
    const other = await app.get('/health/live', { 'x-correlation-id': '310101199003070417' });
    expect(other.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the interface', () => {
  it('show a page of the interface', async () => {
    const page = await app.get('/docs');
    expect(page.text).toContain('<title>shebao-ledger</title>');
    const script = await app.get('/docs/swagger-ui-bundle.js');
    expect([script.status, script.text.length > 100_000]).toEqual([200, true]);
  });

  it('describe the interface as it is checked in: npm run openapi', async () => {
    const served = JSON.parse((await app.get('/openapi.json')).text) as { paths: object };
    const checkedIn = await readFile(new URL('../../openapi.json', import.meta.url), 'utf8');
    expect(`${JSON.stringify(served, null, 2)}\n`).toBe(checkedIn);
    expect(Object.keys(served.paths)).toEqual(
      expect.arrayContaining(['/v1/individuals', '/v1/employers/{uscc}/submissions', '/v1/settlements']),
    );
  });
});

describe.each(ENGINES)('on %s', (engine) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ engine });
  });
  afterAll(() => app.close());

  describe('operations', () => {
    it('tell that the server lives and is ready', async () => {
      expect((await app.get('/health/live')).body).toEqual({ status: 'live' });
      const ready = await app.get('/health/ready');
      expect(ready.status).toBe(200);
      expect(
        ready.body.checks.map(({ name, good: fine }: { name: string; good: boolean }) => [name, fine]),
      ).toEqual([
        ['event-store', true],
        ['read-models', true],
        ['projecting', true],
        ['parked', true],
      ]);
    });

    it('give figures by route and never by URL', async () => {
      await app.get('/problems/request-invalid');
      await app.get('/v1/nobody/310101199003070417');
      const { text } = await app.get('/metrics');
      expect(text).toMatch(
        /^http_request_duration_seconds_count\{[^}]*route="\/problems\/:code"[^}]*\} [1-9]/m,
      );
      expect(text).toMatch(/^shebao_events_appended_total \d/m);
      expect(text).toMatch(/^shebao_projection_behind 0$/m);
      expect(text).not.toContain('310101199003070417');
      expect(text).not.toContain('request-invalid');
    });

    it('make a reader wait for a position that never comes, then tell it to come again', async () => {
      const answer = await app.get('/health/live', { 'ledger-min-position': '9223372036854775807' });
      expect(answer.status).toBe(503);
      expect(answer.body.code).toBe('not-yet-visible');
      expect(answer.headers.get('retry-after')).toBe('1');
    });
  });

  describe('stopping', () => {
    it('does not wait for a client that keeps its connection open', async () => {
      const own = await startApp({ engine });
      const { port } = new URL(own.url);
      const socket = connect(Number(port), '127.0.0.1');
      const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      await new Promise<void>((resolve) => {
        socket.once('data', () => resolve());
        socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
      });
      await own.close();
      await gone;
      await expect(fetch(`${own.url}/health/live`)).rejects.toThrow();
    });

    it('frees the data folder, and only then another may open it', async () => {
      const own = await startApp({ engine });
      await expect(startApp({ engine, dataDir: own.dataDir })).rejects.toThrow(/in use/);
      await own.close();
      const next = await startApp({ engine, dataDir: own.dataDir });
      await next.close();
    });
  });
});
