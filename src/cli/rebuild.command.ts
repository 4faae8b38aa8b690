import type { Command } from 'commander';
import type { Adapters } from '../app.module.js';
import { AnchorUnreadable, resetAnchor } from '../audit/anchor.js';
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
    const checkpoint = await acceptLog(adapters);
    if (json) printJson({ events, parked, compared, differences, checkpoint });
    else print(toLine(events, parked, compared ? differingRows(differences) : undefined, checkpoint));
    if (parked > 0) process.exitCode = 1;
  } finally {
    await generations.close();
    await adapters.close();
  }
};

type Accepted = Readonly<{ before: number | null; now: number | null }>;

/**
 * Whoever makes the rows anew takes the log as it is: the newest checkpoint that it holds is remembered from here on,
 * also when a later one had been signed here.
 */
const acceptLog = async ({ store, anchor }: Adapters): Promise<Accepted> => {
  const before = await anchor.find().catch((error: unknown) => {
    if (error instanceof AnchorUnreadable) return undefined;
    throw error;
  });
  return { before: before?.number ?? null, now: (await resetAnchor(store, anchor)) ?? null };
};

const differingRows = (differences: readonly Readonly<{ rows: number }>[]): number =>
  differences.reduce((total, { rows }) => total + rows, 0);

const toLine = (
  events: number,
  parked: number,
  differing: number | undefined,
  { before, now }: Accepted,
): string =>
  [
    `rebuild: ${events} events`,
    ...(parked > 0 ? [`${parked} could not be projected and are parked`] : []),
    differing === undefined
      ? 'nothing to compare with'
      : differing === 0
        ? 'same as before, row for row'
        : `${differing} rows differ from before`,
    ...(before === now ? [] : [`checkpoint ${now ?? 'none'} is remembered instead of ${before ?? 'none'}`]),
  ].join(', ');
