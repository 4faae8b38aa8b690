import { cpus } from 'node:os';
import { largeBench } from './large.bench.js';
import { lifeLine } from './life.bench.js';
import { toTable, type Line } from './measure.js';
import { projectionLine } from './projection.bench.js';
import { rulesLine } from './rules.bench.js';
import { storeLines } from './store.bench.js';
import { closedBench, submissionBench } from './submission.bench.js';
import { verifyLine } from './verify.bench.js';

/** `npm run bench [store|life|projection|verify|submission|closed|large|rules]`: a table, then the same as JSON. It asserts nothing. */
const PARTS: Readonly<Record<string, () => Promise<readonly Line[]>>> = {
  store: storeLines,
  life: async () => [await lifeLine()],
  projection: async () => [await projectionLine()],
  verify: async () => [await verifyLine()],
  submission: submissionBench,
  closed: closedBench,
  large: largeBench,
  rules: async () => [await rulesLine()],
};

const wanted = process.argv.slice(2);
const lines: Line[] = [];
for (const [name, run] of Object.entries(PARTS))
  if (wanted.length === 0 || wanted.includes(name)) lines.push(...(await run()));
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown' };
process.stdout.write(`${toTable(lines)}\n${JSON.stringify({ machine, lines })}\n`);
