import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../cli/client.js';
import { startServer, type RunningServer } from '../server.js';
import { showBalances, showHistory, showTrialBalance } from './audit.scene.js';
import {
  handInAugust,
  handInElsewhere,
  handInJuly,
  mendJuly,
  payAll,
  registerAll,
  rehearseJuly,
} from './files.scene.js';
import { buy, locate } from './pharmacy.scene.js';
import { toStage, type Stage } from './stage.js';
import { verify } from './verify.scene.js';

const REMOVE = { recursive: true, force: true, maxRetries: 3 } as const;

/** The user had enough, or the machine goes down. */
export class Interrupted extends Error {}

/**
 * The whole way once, over HTTP, against the real server in a folder that is gone afterwards, also when something
 * fails or the user interrupts. Any answer that is not as promised is an error.
 */
export const runDemo = async (): Promise<void> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'shebao-demo-'));
  // The last net: whatever ends the process, a reader that closed our output included, the folder goes.
  const onExit = (): void => rmSync(dataDir, REMOVE);
  process.once('exit', onExit);
  const running: { server?: RunningServer } = {};
  const interruption = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Interrupted(signal)));
  });
  try {
    await Promise.race([perform(dataDir, running), interruption]);
  } finally {
    await running.server?.close();
    await rm(dataDir, REMOVE);
    process.removeListener('exit', onExit);
  }
};

/** `running` tells who tidies up what is open. */
const perform = async (dataDir: string, running: { server?: RunningServer }): Promise<void> => {
  const server = await startServer({ port: 0, host: '127.0.0.1', dataDir, logLevel: 'error' });
  running.server = server;
  const stage = toStage(new Client(server.url));
  stage.say(
    `A real server runs at ${server.url} on an empty data folder. All people and employers are synthetic.`,
  );
  await play(stage);
  delete running.server;
  await server.close();
  await verify(stage, dataDir);
};

const play = async (stage: Stage): Promise<void> => {
  await registerAll(stage);
  const elsewhere = await handInElsewhere(stage);
  await rehearseJuly(stage);
  const july = await handInJuly(stage);
  const mended = await mendJuly(stage, july);
  const august = await handInAugust(stage);
  await payAll(stage, [july, mended, august]);
  const person = await locate(stage);
  const lastWrite = await buy(stage, person);
  const balances = await showBalances(stage, person, lastWrite);
  await showHistory(stage, person, balances);
  await showTrialBalance(stage, lastWrite, elsewhere.outstanding);
};
