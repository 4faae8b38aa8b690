import type { Located } from './answers.js';
import type { Client } from './client.js';
import { argumentOrInput } from './run.js';

/** The id given, or that of the number read from standard input. */
export const idOrNumber = async (client: Client, id: string | undefined): Promise<string> => {
  if (id !== undefined) return encodeURIComponent(id);
  const number = await argumentOrInput(undefined);
  return (await client.post<Located>('/v1/individuals/locate', { number })).value.id;
};
