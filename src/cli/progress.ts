import { SingleBar } from 'cli-progress';

/** How far the rows of a submission are. */
export type Progress = Readonly<{ update: (done: number) => void; stop: () => void }>;

const WIDTH = 40;
/** Off a terminal the bar is printed anew when it has grown by this share, so that a log stays short. */
const LINES = 5;

/** A bar on a terminal, a few lines of text elsewhere. Written to standard error unless told otherwise. */
export const showProgress = (
  total: number,
  what: string,
  stream: NodeJS.WriteStream = process.stderr,
): Progress => (stream.isTTY ? onTerminal(total, what, stream) : inLines(total, what, stream));

const onTerminal = (total: number, what: string, stream: NodeJS.WriteStream): Progress => {
  const format = `  [{bar}] {value}/{total} ${what}, {percentage} %`;
  const bar = new SingleBar({ stream, format, barsize: WIDTH, barCompleteChar: '#', barIncompleteChar: '-' });
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
};

const inLines = (total: number, what: string, stream: NodeJS.WriteStream): Progress => {
  let shown = -1;
  const update = (done: number): void => {
    const share = total === 0 ? 1 : done / total;
    const step = Math.floor(share * LINES);
    if (step <= shown) return;
    shown = step;
    const filled = Math.floor(share * WIDTH);
    stream.write(`  [${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${done}/${total} ${what}\n`);
  };
  update(0);
  return { update, stop: () => undefined };
};
