import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { FAILURES, type Failure } from './wire.js';

/** Ends a call that gives a stream with an error, after what was written before. */
export const failCall = (
  call: Readonly<{ emit: (event: 'error', error: Failure) => boolean }>,
  error: Failure,
): void => void call.emit('error', error);

/** A fault of the double itself, told to the client as the real server tells of an unexpected exception. */
export const toFailure = (error: unknown): Failure =>
  FAILURES.unknown(error instanceof Object && 'message' in error ? String(error.message) : String(error));

/** Messages to one client, no faster than it takes them: what waits in memory is bounded by the stream's own mark. */
export class Sender<Resp> {
  private readonly ending = new AbortController();

  constructor(private readonly call: Writable) {
    call.once('cancelled', () => this.ending.abort());
    call.once('close', () => this.ending.abort());
  }

  /** Aborts when the client has gone or the call was ended. */
  get ended(): AbortSignal {
    return this.ending.signal;
  }

  /** Whether the client is still there for the next message. */
  async send(message: Resp): Promise<boolean> {
    if (this.ended.aborted) return false;
    if (!this.call.write(message))
      await once(this.call, 'drain', { signal: this.ended }).catch(() => undefined); // gone: `ended` says so
    return !this.ended.aborted;
  }

  end(): void {
    this.ending.abort();
    this.call.end();
  }

  fail(error: Failure): void {
    if (this.ended.aborted) return;
    this.ending.abort();
    failCall(this.call, error);
  }
}
