import type { Command } from 'commander';
import type { BalancesAnswer } from './answers.js';
import { idOrNumber, viewpointQuery, withViewpoint, type Viewpoint } from './individual.client.js';
import { act, clientOf, print, printJson, withServer, type ClientOptions } from './run.js';
import { toBalancesText } from './tables.js';

/** What a person has in the personal accounts, the months paid, and how fresh the answer is. */
export const register = (program: Command): void => {
  withServer(
    withViewpoint(
      program
        .command('balance')
        .description('Show the personal accounts and paid months of a person')
        .argument('[id]', 'id of the person; without it a number is read from standard input'),
    ),
  ).action(act(balance));
};

const balance = async (argument: string | undefined, options: ClientOptions & Viewpoint): Promise<void> => {
  const client = clientOf(options);
  const id = await idOrNumber(client, argument);
  const { value } = await client.get<BalancesAnswer>(
    `/v1/individuals/${id}/balances?${viewpointQuery(options)}`,
  );
  return options.json ? printJson(value) : print(toBalancesText(value));
};
