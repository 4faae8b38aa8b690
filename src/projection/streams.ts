const INDIVIDUAL = 'individual-';

/** The person's id when a stream is a person's. */
export const findIndividual = (stream: string): string | undefined =>
  stream.startsWith(INDIVIDUAL) ? stream.slice(INDIVIDUAL.length) : undefined;
