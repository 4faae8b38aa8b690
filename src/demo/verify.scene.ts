import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DemoFailure, type Stage } from './stage.js';

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));
const WHOLE = /^verify: [1-9]\d* events, chain whole; .+$/;

/** The server is closed: a process of its own reads the folder that it left and follows every hash. */
export const verify = async ({ say, scene }: Stage, dataDir: string): Promise<void> => {
  scene(
    'The history proves itself',
    'With the server closed, `shebao verify` reads every event and follows the hashes.',
  );
  const run = promisify(execFile)(process.execPath, [CLI, 'verify', '--data-dir', dataDir]);
  const { stdout } = await run.catch((error: unknown) => {
    throw new DemoFailure(
      `verify failed: ${error instanceof Error ? error.message : 'for an unknown reason'}`,
    );
  });
  if (!WHOLE.test(stdout.trim())) throw new DemoFailure(`verify said: ${stdout.trim()}`);
  say(`  ${stdout.trim()}`);
};
