/** Misbehaviour on command. Each kind lifts by itself once it is used up, or by the function it returned. */
export class Trouble {
  private dropAfter = Infinity;
  private dropped = 0;
  private readonly live = new Set<() => void>();
  private refusals = 0;
  private losses = 0;
  private mutes = 0;
  private held: Promise<void> | undefined;

  /**
   * Each subscription call ends with UNAVAILABLE when it has delivered so many events, again and again, until
   * `dropSubscriptionsAfter(Infinity)`.
   */
  dropSubscriptionsAfter(events: number): void {
    this.dropAfter = events;
  }

  /** Subscriptions dropped so far, by either way. */
  get drops(): number {
    return this.dropped;
  }

  /** Ends every subscription that is open now with UNAVAILABLE, once. */
  dropSubscriptions(): void {
    for (const drop of [...this.live]) drop();
  }

  /** Appends are stored, and their answers wait until the function that comes back is called. */
  holdAnswers(): () => void {
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    const before = this.held;
    this.held = before ? before.then(() => hold) : hold;
    return release;
  }

  /**
   * The next calls of the Streams service end with UNAVAILABLE before anything is stored. On a batch stream each append
   * counts as a call, and its refusal breaks the stream.
   */
  refuse(times: number): void {
    this.refusals = times;
  }

  /** The next appends are stored, then the call or batch stream is broken with UNAVAILABLE and no answer. */
  loseAnswers(times: number): void {
    this.losses = times;
  }

  /** The next appends are stored and never answered; the call or batch stream stays open. */
  muteAnswers(times: number): void {
    this.mutes = times;
  }

  /** For the server: whether to refuse this call. */
  takeRefusal(): boolean {
    if (this.refusals === 0) return false;
    this.refusals--;
    return true;
  }

  /** For the server: what becomes of the answer to an append that was stored. */
  takeAnswer(): 'give' | 'lose' | 'mute' {
    if (this.losses > 0) {
      this.losses--;
      return 'lose';
    }
    if (this.mutes > 0) {
      this.mutes--;
      return 'mute';
    }
    return 'give';
  }

  /** For the server: settles when answers are no longer held. */
  async released(): Promise<void> {
    await this.held;
  }

  /** For the server: whether a subscription that delivered so many events is to be dropped. */
  isDropDue(delivered: number): boolean {
    return delivered >= this.dropAfter;
  }

  /** For the server: a subscription lives until the function that comes back is called, or until it is dropped. */
  watch(drop: () => void): Readonly<{ drop: () => void; forget: () => void }> {
    const dropOnce = (): void => {
      if (!this.live.delete(dropOnce)) return;
      this.dropped++;
      drop();
    };
    this.live.add(dropOnce);
    return { drop: dropOnce, forget: () => void this.live.delete(dropOnce) };
  }
}
