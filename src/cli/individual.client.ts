import type { Command } from 'commander';
import type { Located } from './answers.js';
import type { Client } from './client.js';
import { argumentOrInput } from './run.js';

/** The id given, or that of the number read from standard input. */
export const idOrNumber = async (client: Client, id: string | undefined): Promise<string> => {
  if (id !== undefined) return encodeURIComponent(id);
  const number = await argumentOrInput(undefined);
  return (await client.post<Located>('/v1/individuals/locate', { number })).value.id;
};

/** From where a record is looked at: the day of value and the day of knowledge. */
export type Viewpoint = Readonly<{ asOf?: string; knownAt?: string }>;

export const withViewpoint = (command: Command): Command =>
  command
    .option('--as-of <day>', 'with value up to this day, YYYY-MM-DD')
    .option('--known-at <day>', 'as recorded up to this day, YYYY-MM-DD');

export const viewpointQuery = ({ asOf, knownAt }: Viewpoint): string =>
  new URLSearchParams({ ...(asOf && { asOf }), ...(knownAt && { knownAt }) }).toString();
