import { showProgress, type Progress } from './progress.js';

/** Bars for work that has several parts, one after another, each counted in its own unit. Off a terminal there are none. */
export class Phases {
  private what: string | undefined;
  private bar: Progress | undefined;

  show(what: string, done: number, total: number): void {
    if (!process.stderr.isTTY) return;
    if (what !== this.what) {
      this.stop();
      this.bar = showProgress(total, what);
      this.what = what;
    }
    this.bar?.update(done);
  }

  stop(): void {
    this.bar?.stop();
    this.bar = undefined;
  }
}
