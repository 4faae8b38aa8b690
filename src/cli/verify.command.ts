import type { Command } from 'commander';
import { verifyLog, type LogFault, type Verification } from '../audit/verification.js';
import { logSourceOf, openLogReader } from '../engines.js';
import type { LogReader } from '../event-store/event-store.js';
import { pagesOf } from '../event-store/pages.js';
import { onFolder, withDataFolder, type FolderOptions } from './data-folder.js';
import { showProgress } from './progress.js';
import { print, printJson } from './run.js';

/** Follows every hash of the log; the server may run meanwhile. */
export const register = (program: Command): void => {
  withDataFolder(
    program
      .command('verify')
      .description('Follow every hash of the log, and name the first event that does not fit'),
  ).action(onFolder(verify));
};

const verify = async (options: FolderOptions): Promise<void> => {
  const { json } = options;
  const log = openLogReader(logSourceOf(options));
  try {
    const verification = await walk(log);
    if (json) printJson(toAnswer(verification));
    else print(toLine(verification));
    if (verification.fault) process.exitCode = 1;
  } finally {
    await log.close();
  }
};

const walk = async (log: LogReader): Promise<Verification> => {
  if (!process.stderr.isTTY) return verifyLog(pagesOf(log));
  const progress = showProgress(await log.countAfter(undefined), 'events');
  try {
    return await verifyLog(pagesOf(log), progress.update);
  } finally {
    progress.stop();
  }
};

const toLine = ({ events, fault }: Verification): string =>
  fault ? `verify: ${events} events fit, then ${nameOf(fault)}` : `verify: ${events} events, chain whole`;
const nameOf = ({ kind, stream, revision, position }: LogFault): string =>
  `${kind} at revision ${revision} of ${stream} (position ${position})`;

const toAnswer = ({ events, streams, fault }: Verification): object => ({
  whole: fault === undefined,
  events,
  streams,
  ...(fault && {
    fault: { ...fault, revision: fault.revision.toString(), position: fault.position.toString() },
  }),
});
