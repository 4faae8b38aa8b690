import ExcelJS from 'exceljs';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { XLSX_TYPE } from '../src/http/content-types.js';
import { startProcess, type ServerProcess } from '../test/support/process.js';
import { peopleOf, personOf, toCsv, type RosterPerson } from '../test/support/roster.js';
import { inFolder, quantile, type Line } from './measure.js';
import { EMPLOYER } from './sample.js';
import { rawSingleAppends } from './store.bench.js';
import { ready, register } from './submission.bench.js';

const ROWS = 100_000;
const IDLE_SAMPLES = 2_000;
/** A query now and then, as people ask: without a pause the asking would itself be the load. */
const PAUSE_MS = 5;

type File = Readonly<{ name: string; type: string; bytes: Buffer }>;
type Queries = Readonly<{ stop: () => Promise<readonly number[]> }>;
type Progress = Readonly<{ firstMs: number; judgedMs: number; doneMs: number }>;

const toWorkbook = async (people: readonly RosterPerson[]): Promise<Buffer> => {
  const stream = new PassThrough();
  const written = stream.toArray() as Promise<Buffer[]>;
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useSharedStrings: true });
  const sheet = workbook.addWorksheet('2025-07');
  sheet.addRow(['ssn', 'name', 'wage']).commit();
  for (const { ssn, name, wage } of people) sheet.addRow([ssn, name, Number(wage)]).commit();
  await workbook.commit();
  return Buffer.concat(await written);
};

/** The most memory the process ever had resident (`VmHWM`), in MB of 1,000,000 bytes; only Linux tells. */
const peakMb = ({ pid }: ServerProcess): number => {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (Number(kib) * 1024) / 1e6;
};

const submit = async ({ url }: ServerProcess, month: string, { type, bytes }: File): Promise<string> => {
  const answer = await fetch(`${url}/v1/employers/${EMPLOYER}/submissions?month=${month}`, {
    method: 'POST',
    headers: { 'content-type': type, 'idempotency-key': `bench-${month}` },
    body: new Uint8Array(bytes),
  });
  if (answer.status !== 202) throw new Error(`the submission was refused: ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
};

/** Follows the progress to its end. Times are counted from the call. */
const follow = async ({ url }: ServerProcess, id: string): Promise<Progress> => {
  const start = performance.now();
  const times: { firstMs?: number; judgedMs?: number } = {};
  const answer = await fetch(`${url}/v1/submissions/${id}/progress`);
  if (!answer.body) throw new Error('progress has a body');
  const decoder = new TextDecoder();
  let told = '';
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    told += decoder.decode(piece, { stream: true });
    const now = performance.now() - start;
    if (told.includes('event: progress')) times.firstMs ??= now;
    if (/"(?:accepted|duplicate|rejected)":[1-9]/.test(told)) times.judgedMs ??= now;
    if (told.includes('event: done')) {
      if (!told.includes(`"pending":0`)) throw new Error('rows are left');
      return { firstMs: times.firstMs ?? now, judgedMs: times.judgedMs ?? now, doneMs: now };
    }
    told = told.slice(told.lastIndexOf('\n\n') + 1);
  }
  throw new Error('the progress ended before the submission');
};

/** Milliseconds of one query of a person's balances. */
const askBalances = async (url: string, id: string): Promise<number> => {
  const start = performance.now();
  const answer = await fetch(`${url}/v1/individuals/${id}/balances`);
  await answer.text();
  if (answer.status !== 200) throw new Error(`balances were not answered: ${answer.status}`);
  return performance.now() - start;
};

/** Asks one after another until it is told to stop. */
const startQueries = (url: string, id: string): Queries => {
  const stopping = new AbortController();
  const samples: number[] = [];
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      samples.push(await askBalances(url, id));
      await pause(PAUSE_MS);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
      return samples;
    },
  };
};

const idleSamples = async (url: string, id: string): Promise<readonly number[]> => {
  const samples: number[] = [];
  for (let i = 0; i < IDLE_SAMPLES; i++) {
    samples.push(await askBalances(url, id));
    await pause(PAUSE_MS);
  }
  return samples;
};

/** Somebody whose balances can be asked for, from a file of the month before. */
const prepare = async (server: ServerProcess): Promise<string> => {
  await register(server);
  const one = Buffer.from(toCsv(peopleOf(1)));
  await follow(server, await submit(server, '2025-06', { name: 'CSV', type: 'text/csv', bytes: one }));
  const answer = await fetch(`${server.url}/v1/individuals/locate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ number: personOf(0).ssn }),
  });
  return ((await answer.json()) as { id: string }).id;
};

/** What one file into a fresh server took. */
type Taken = Readonly<{
  raw: number;
  idle: readonly number[];
  busy: readonly number[];
  idleMb: number;
  receivedMb: number;
  mb: number;
  receivedMs: number;
  progress: Progress;
}>;
const take = (file: File): Promise<Taken> =>
  inFolder(async (folder) => {
    const raw = await rawSingleAppends();
    const server = await startProcess(folder, { LOG_LEVEL: 'error' });
    await ready(server);
    const person = await prepare(server);
    const idle = await idleSamples(server.url, person);
    const idleMb = peakMb(server);
    const queries = startQueries(server.url, person);
    const start = performance.now();
    const id = await submit(server, '2025-07', file);
    const receivedMs = performance.now() - start;
    const receivedMb = peakMb(server);
    const progress = await follow(server, id);
    const busy = await queries.stop();
    const mb = peakMb(server);
    await server.stop();
    return { raw, idle, busy, idleMb, receivedMb, mb, receivedMs, progress };
  });

const toMs = (ms: number): string => `${Math.round(ms)} ms`;

/** How fast, how much memory, how soon it is seen, and what others feel of it. */
const largeLines = async (file: File): Promise<readonly Line[]> => {
  const { raw, idle, busy, idleMb, receivedMb, mb, receivedMs, progress } = await take(file);
  const { firstMs, judgedMs, doneMs } = progress;
  const name = `${ROWS} rows as ${file.name}`;
  type Values = readonly [raw: number, ours: number];
  const line = (what: string, unit: string, [of, ours]: Values, wanted: string, note: string): Line => ({
    name: `${name}, ${what}`,
    unit,
    raw: of,
    ours,
    ratio: ours / of,
    wanted,
    note,
  });
  const rows = ROWS / ((receivedMs + doneMs) / 1_000);
  const medians = `${toMs(quantile(idle, 0.5))}, ${toMs(quantile(busy, 0.5))}`;
  const most = `${toMs(Math.max(...busy))} of ${busy.length}`;
  const p99: Values = [quantile(idle, 0.99), quantile(busy, 0.99)];
  const [atReceipt, firstVerdicts] = [`${Math.round(receivedMb)} MB`, toMs(judgedMs)];
  return [
    line('posted', 'rows/s', [raw, rows], '>= 3', 'raw: single durable appends'),
    line('peak memory', 'MB', [idleMb, mb], '< 400 MB', `raw: idle; at the 202 ${atReceipt}`),
    line(
      'first progress',
      'ms',
      [receivedMs, firstMs],
      '< 1000 ms',
      `raw: until the 202; first verdicts ${firstVerdicts}`,
    ),
    line('p99 of balances', 'ms', p99, '-', `raw: idle; medians ${medians}; most ${most}`),
  ];
};

export const largeBench = async (): Promise<readonly Line[]> => {
  const people = peopleOf(ROWS);
  const csv: File = { name: 'CSV', type: 'text/csv', bytes: Buffer.from(toCsv(people)) };
  const xlsx: File = { name: '.xlsx', type: XLSX_TYPE, bytes: await toWorkbook(people) };
  return [...(await largeLines(csv)), ...(await largeLines(xlsx))];
};
