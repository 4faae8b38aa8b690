import assert from 'node:assert';
import { parentPort, workerData } from 'node:worker_threads';
import { openLogReader, type LogSource } from './engines.js';
import { serveProjecting } from './projection/projecting.host.js';
import { Projector } from './projection/projector.js';
import { openWriter } from './projection/sqlite.adapter.js';
import { PROJECTIONS } from './projections.js';

/** Where the log is, and which generation in which folder is written. */
export type ProjectorFiles = Readonly<{ log: LogSource; dataDir: string; generation: string }>;

// The server's projecting thread; see the ADR on read models.
assert(parentPort, 'this file is run as a thread');
const { log: source, dataDir, generation } = workerData as ProjectorFiles;
const writer = openWriter(dataDir, generation);
const log = openLogReader(source);
const projector = await Projector.open({ name: generation, reader: writer, writer }, PROJECTIONS);
serveProjecting(parentPort, {
  projector,
  log,
  close: async () => {
    await log.close();
    await writer.destroy();
  },
});
