import type { Command } from 'commander';
import type { Located } from './answers.js';
import { act, argumentOrInput, clientOf, print, printJson, withServer, type ClientOptions } from './run.js';

const HELP = `
The number is taken from standard input when it is not given as an argument:
  echo NUMBER | shebao locate
An argument is seen by everyone who lists the processes of this machine, and stays in the shell's history.`;

/** Finds a person's id by a number: 18 or 15 digits, a foreign document, or a number replaced since. */
export const register = (program: Command): void => {
  withServer(
    program
      .command('locate')
      .description('Find the id of an insured person by a number')
      .argument('[number]', 'social security number; better given on standard input')
      .option('--name <name>', 'also ask whether this is the name on record'),
  )
    .addHelpText('after', HELP)
    .action(act(locate));
};

const locate = async (
  argument: string | undefined,
  options: ClientOptions & Readonly<{ name?: string }>,
): Promise<void> => {
  const number = await argumentOrInput(argument);
  const body = { number, ...(options.name !== undefined && { name: options.name }) };
  const { value } = await clientOf(options).post<Located>('/v1/individuals/locate', body);
  if (options.json) return printJson(value);
  const named =
    value.nameMatches === undefined ? '' : `, name ${value.nameMatches ? 'matches' : 'does not match'}`;
  print(`${value.id}  (${value.via}${named})`);
};
