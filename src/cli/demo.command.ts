import type { Command } from 'commander';
import { toPlainText } from './run.js';

/** The whole way once, from an employer's file to a replayed life. */
export const register = (program: Command): void => {
  program
    .command('demo')
    .description('Start a server in a temporary folder and walk the whole way through it over HTTP')
    .action(demo);
};

const EXIT_INTERRUPTED = 130;

/** Loaded when asked for: the other commands need no server inside them. */
const demo = async (): Promise<void> => {
  const { Interrupted, runDemo } = await import('../demo/demo.js');
  const { DemoFailure } = await import('../demo/stage.js');
  try {
    await runDemo();
  } catch (error) {
    if (error instanceof Interrupted) process.exit(EXIT_INTERRUPTED);
    const text = error instanceof DemoFailure ? error.message : toPlainText(error);
    if (text === undefined) throw error;
    process.stderr.write(`\ndemo failed: ${text}\n`);
    process.exit(1);
  }
};
