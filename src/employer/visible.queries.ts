import { notYetVisible } from '../http/http-problem.js';
import type { ReadDatabase } from '../projection/projection.js';
import type { ReadModels } from '../projection/read-models.js';

/** Looks again when all that is recorded is visible: only then is a thing that is not found not there. */
export const findVisible = async <T>(
  readModels: ReadModels,
  find: (db: ReadDatabase) => Promise<T | undefined>,
): Promise<T | undefined> => {
  const found = await find(readModels.db());
  if (found !== undefined) return found;
  const waited = await readModels.waitForHead();
  if (!waited.ok) throw notYetVisible();
  return find(readModels.db());
};
