import type { Command } from 'commander';
import { onFolder, withDataFolder, type FolderOptions } from './data-folder.js';
import { showProgress, type Progress } from './progress.js';
import { print, printJson } from './run.js';

/** Makes the read models anew from the log; the server must be stopped. */
export const register = (program: Command): void => {
  withDataFolder(
    program.command('rebuild').description('Make the read models anew from the log, with the server stopped'),
  ).action(onFolder(rebuildAll));
};

const rebuildAll = async (options: FolderOptions): Promise<void> => {
  const { dataDir, json } = options;
  const { openAdapters } = await import('../app.module.js');
  const { PROJECTIONS } = await import('../projections.js');
  const { rebuild } = await import('../projection/rebuild.js');
  const { SqliteGenerations } = await import('../projection/sqlite.adapter.js');
  const adapters = openAdapters(options);
  const generations = SqliteGenerations.open(dataDir);
  let progress: Progress | undefined;
  try {
    const { events, parked, compared, differences } = await rebuild(
      adapters.store,
      generations,
      PROJECTIONS,
      {
        compare: true,
        onProgress: ({ events: done, total }) => {
          if (process.stderr.isTTY) progress ??= showProgress(total, 'events');
          progress?.update(done);
        },
      },
    );
    progress?.stop();
    if (json) printJson({ events, parked, compared, differences });
    else print(toLine(events, parked, compared ? differingRows(differences) : undefined));
    if (parked > 0) process.exitCode = 1;
  } finally {
    await generations.close();
    await adapters.close();
  }
};

const differingRows = (differences: readonly Readonly<{ rows: number }>[]): number =>
  differences.reduce((total, { rows }) => total + rows, 0);

const toLine = (events: number, parked: number, differing: number | undefined): string =>
  [
    `rebuild: ${events} events`,
    ...(parked > 0 ? [`${parked} could not be projected and are parked`] : []),
    differing === undefined
      ? 'nothing to compare with'
      : differing === 0
        ? 'same as before, row for row'
        : `${differing} rows differ from before`,
  ].join(', ');
