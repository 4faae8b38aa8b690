import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import { toLoggable, toMasked } from './log.js';

/** What Nest has to say, as JSON lines of pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.debug(this.about(message, rest), this.textOf(message));
  }
  warn(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.warn(this.about(message, rest), this.textOf(message));
  }
  error(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.error(this.about(message, rest), this.textOf(message));
  }
  fatal(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.fatal(this.about(message, rest), this.textOf(message));
  }
  debug(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.debug(this.about(message, rest), this.textOf(message));
  }
  verbose(message: unknown, ...rest: readonly unknown[]): void {
    this.logger.trace(this.about(message, rest), this.textOf(message));
  }

  private about(message: unknown, rest: readonly unknown[]): object {
    const error = [message, ...rest].find((each) => each instanceof Error);
    const context = rest.at(-1);
    return {
      ...(typeof context === 'string' && !context.includes('\n') && { context: toMasked(context) }),
      ...(error && { error: toLoggable(error) }),
    };
  }

  private textOf(message: unknown): string {
    if (message instanceof Error) return message.name;
    return typeof message === 'string' ? toMasked(message) : 'a message that is not text';
  }
}
