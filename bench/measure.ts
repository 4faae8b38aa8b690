import Table from 'cli-table3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One line of the bench: our rate and the raw rate of the same run, each the median of its rounds. */
export type Line = Readonly<{
  name: string;
  unit: string;
  ours: number;
  raw: number;
  ratio: number;
  wanted: string;
  note: string;
}>;
type Work = () => Promise<number>;

const ROUNDS = 3;

/** The value below which a share of all lies: `0.5` gives the median. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;

/** Seconds that a piece of work takes. */
export const secondsOf = async (work: () => Promise<void> | void): Promise<number> => {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e9;
};

/**
 * Runs raw and ours by turns, so that a noisy neighbour hits both, and takes the median of each. Each piece of work
 * gives its rate, things done a second.
 */
export const compare = async (
  name: string,
  unit: string,
  wanted: string,
  { raw, ours, note = '' }: Readonly<{ raw: Work; ours: Work; note?: string }>,
): Promise<Line> => {
  const rates: { raw: number[]; ours: number[] } = { raw: [], ours: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.raw.push(await raw());
    rates.ours.push(await ours());
  }
  const [oursRate, rawRate] = [quantile(rates.ours, 0.5), quantile(rates.raw, 0.5)];
  return { name, unit, ours: oursRate, raw: rawRate, ratio: oursRate / rawRate, wanted, note };
};

export const toTable = (lines: readonly Line[]): string => {
  const table = new Table({
    head: ['what', 'unit', 'raw', 'ours', 'ratio', 'wanted', 'note'],
    style: { head: [], border: [] },
  });
  for (const { name, unit, raw, ours, ratio, wanted, note } of lines)
    table.push([name, unit, raw.toFixed(0), ours.toFixed(0), ratio.toFixed(2), wanted, note]);
  return table.toString();
};

/** Runs work in a folder of its own, which goes afterwards. The folder lies where the data would: on a disk. */
export const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'shebao-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
