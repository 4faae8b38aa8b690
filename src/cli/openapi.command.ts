import type { Command } from 'commander';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The description of the interface, made from the code. */
export const register = (program: Command): void => {
  program
    .command('openapi')
    .description('Print the description of the interface (OpenAPI), made from the code')
    .option('--out <file>', 'write it to a file instead')
    .action(describe);
};

const describe = async ({ out }: Readonly<{ out?: string }>): Promise<void> => {
  const { openAdapters } = await import('../app.module.js');
  const { createApp } = await import('../server.js');
  const { toOpenApiText } = await import('../http/openapi.js');
  const folder = await mkdtemp(join(tmpdir(), 'shebao-openapi-'));
  try {
    const adapters = openAdapters({ dataDir: folder });
    const app = await createApp(adapters, { logLevel: 'silent' }, 'thread');
    const text = toOpenApiText(app);
    await app.close();
    await adapters.close();
    if (out === undefined) process.stdout.write(text);
    else await writeFile(out, text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
