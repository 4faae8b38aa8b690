import type { Command } from 'commander';
import type { HistoryEvent } from './answers.js';
import { idOrNumber } from './individual.client.js';
import { act, clientOf, print, printJson, withServer, type ClientOptions } from './run.js';
import { allOf } from './submission.client.js';
import { toHistoryText } from './history.text.js';

/** The replayed life of a person: every event in order, what it moved and why. */
export const register = (program: Command): void => {
  withServer(
    program
      .command('history')
      .description('Replay a person’s events, with the amounts explained')
      .argument('[id]', 'id of the person; without it a number is read from standard input')
      .option('--as-of <day>', 'with value up to this day, YYYY-MM-DD')
      .option('--known-at <day>', 'as recorded up to this day, YYYY-MM-DD'),
  ).action(act(history));
};

const history = async (
  argument: string | undefined,
  options: ClientOptions & Readonly<{ asOf?: string; knownAt?: string }>,
): Promise<void> => {
  const client = clientOf(options);
  const id = await idOrNumber(client, argument);
  const query = new URLSearchParams({
    ...(options.asOf && { asOf: options.asOf }),
    ...(options.knownAt && { knownAt: options.knownAt }),
  });
  const events = await allOf<HistoryEvent>(client, `/v1/audit/individuals/${id}/history?${query.toString()}`);
  return options.json ? printJson(events) : print(toHistoryText(events));
};
