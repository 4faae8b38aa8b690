import type { Command } from 'commander';
import type { HistoryEvent } from './answers.js';
import { idOrNumber, viewpointQuery, withViewpoint, type Viewpoint } from './individual.client.js';
import { act, clientOf, print, printJson, withServer, type ClientOptions } from './run.js';
import { allOf } from './submission.client.js';
import { toHistoryText } from './history.text.js';

/** The replayed life of a person: every event in order, what it moved and why. */
export const register = (program: Command): void => {
  withServer(
    withViewpoint(
      program
        .command('history')
        .description('Replay a person’s events, with the amounts explained')
        .argument('[id]', 'id of the person; without it a number is read from standard input'),
    ),
  ).action(act(history));
};

const history = async (argument: string | undefined, options: ClientOptions & Viewpoint): Promise<void> => {
  const client = clientOf(options);
  const id = await idOrNumber(client, argument);
  const events = await allOf<HistoryEvent>(
    client,
    `/v1/audit/individuals/${id}/history?${viewpointQuery(options)}`,
  );
  return options.json ? printJson(events) : print(toHistoryText(events));
};
