/** Lets at most `max` acts run at once; the others wait in the order in which they came. */
export class Gate {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(max: number) {
    this.free = max;
  }

  async run<T>(act: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}

/** Whose act it is, and whether it is one of those that take long. */
export type Lane = Readonly<{ owner: string; isLarge: boolean }>;

/**
 * Lets at most `max` acts run at once, at most `largeMax` of them large, and one of each owner. The others wait in the
 * order in which they came; who may not run yet does not keep those behind from running.
 */
export class Lanes {
  private readonly running = new Set<string>();
  private large = 0;
  private waiting: Readonly<{ lane: Lane; start: () => void }>[] = [];

  constructor(
    private readonly max: number,
    private readonly largeMax: number,
  ) {}

  async run<T>(lane: Lane, act: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.waiting.push({ lane, start });
      this.startNext();
    });
    try {
      return await act();
    } finally {
      this.running.delete(lane.owner);
      if (lane.isLarge) this.large -= 1;
      this.startNext();
    }
  }

  private startNext(): void {
    this.waiting = this.waiting.filter(({ lane, start }) => {
      if (!this.mayRun(lane)) return true;
      this.running.add(lane.owner);
      if (lane.isLarge) this.large += 1;
      start();
      return false;
    });
  }

  private mayRun({ owner, isLarge }: Lane): boolean {
    if (this.running.size === this.max || this.running.has(owner)) return false;
    return !isLarge || this.large < this.largeMax;
  }
}
