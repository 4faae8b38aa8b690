import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Client, Refused, Unreachable } from './client.js';
import { toPlainText } from './run.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const clientOf = async (listener: RequestListener): Promise<Client> => {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
};

describe('the client', () => {
  it('reads events however the bytes are cut', async () => {
    const bytes = Buffer.from(
      'event: progress\ndata: {"名":1}\n\n: still here\n\nevent: done\r\ndata: {"名":2}\r\n\r\n',
    );
    const client = await clientOf((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      for (const byte of bytes) response.write(Buffer.of(byte));
      response.end();
    });
    const events = [];
    for await (const event of client.events('/x')) events.push(event);
    expect(events).toEqual([
      { event: 'progress', data: { 名: 1 } },
      { event: 'done', data: { 名: 2 } },
    ]);
  });

  it('sends the key and the position, and gives back what the headers say', async () => {
    const client = await clientOf((request, response) => {
      response.writeHead(201, { 'Ledger-Position': '42', 'Idempotency-Replayed': 'true' });
      response.end(
        JSON.stringify([request.headers['idempotency-key'], request.headers['ledger-min-position']]),
      );
    });
    expect(await client.post('/x', {}, { key: 'k', minPosition: '7' })).toEqual({
      status: 201,
      value: ['k', '7'],
      position: '42',
      replayed: true,
    });
  });

  it('tells a refusal with its code and every field', async () => {
    const problem = {
      code: 'request-invalid',
      title: 'Some fields are malformed',
      status: 400,
      detail: 'Two fields are wrong',
      errors: [
        { field: 'name', code: 'required', message: 'must be given' },
        { field: 'wage', code: 'money-not-text', message: 'must be text' },
      ],
    };
    const client = await clientOf((_, response) => {
      response.writeHead(400, { 'Content-Type': 'application/problem+json' });
      response.end(JSON.stringify(problem));
    });
    const refusal = await client.get('/x').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Refused);
    expect(toPlainText(refusal)).toBe(
      'request-invalid (400): Two fields are wrong\n  name: must be given (required)\n  wage: must be text (money-not-text)',
    );
  });

  it('tells a server that is not there from one that is not ours', async () => {
    const nobody = await new Client('http://127.0.0.1:9').get('/x').catch((error: unknown) => error);
    expect(nobody).toBeInstanceOf(Unreachable);
    const client = await clientOf((_, response) => response.writeHead(502).end('<html>'));
    const stranger = await client.get('/x').catch((error: unknown) => error);
    expect(toPlainText(stranger)).toContain('502');
  });
});
