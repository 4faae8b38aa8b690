import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { DestinationStream } from 'pino';
import { AppModule, openAdapters, type Adapters, type ProjectIn } from './app.module.js';
import type { Config } from './config.js';
import { assertReachable } from './engines.js';
import { createLogger } from './http/log.js';
import { NestLogger } from './http/nest-logger.js';
import { serveOpenApi } from './http/openapi.js';
import { createServerAdapter } from './http/server-adapter.js';
import type { Clock } from './kernel/clock.js';

/** What a test may hold still or catch; run from the sources it projects in this thread. */
export type ServerSeams = Readonly<{
  clock?: Clock;
  rules?: Adapters['rules'];
  logs?: DestinationStream;
  projectIn?: ProjectIn;
}>;
export type RunningServer = Readonly<{
  /** With the real port, also when 0 was asked for. */
  url: string;
  /** Stops accepting, lets requests finish, stops processes and projections, closes the stores. */
  close: () => Promise<void>;
}>;

/** Requests that have not ended by then (an open stream of events) are cut. */
const GRACE_MS = 3_000;

/** Starts the whole application on its data folder. A failed start leaves nothing open. */
export const startServer = async (config: Config, seams: ServerSeams = {}): Promise<RunningServer> => {
  const adapters = openAdapters(config, seams.clock, seams.rules);
  let app: NestFastifyApplication | undefined;
  try {
    await assertReachable(adapters.log, adapters.store);
    app = await createApp(adapters, config, seams.projectIn ?? 'worker', seams.logs);
    await app.listen({ port: config.port, host: config.host });
    const running = app;
    const url = await running.getUrl();
    return { url: url.replace('[::1]', 'localhost'), close: () => stop(running, adapters) };
  } catch (error) {
    await app?.close();
    await adapters.close();
    throw error;
  }
};

/** The application, ready to listen or to describe itself. */
export const createApp = async (
  adapters: Adapters,
  { logLevel }: Pick<Config, 'logLevel'>,
  projectIn: ProjectIn,
  logs?: DestinationStream,
): Promise<NestFastifyApplication> => {
  const logger = createLogger(logLevel, logs);
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.register(adapters, projectIn),
    createServerAdapter(logger, adapters.metrics),
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: false },
  );
  serveOpenApi(app);
  await app.init();
  return app;
};

const stop = async (app: NestFastifyApplication, adapters: Adapters): Promise<void> => {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const cut = setTimeout(() => fastify.server.closeAllConnections(), GRACE_MS);
  try {
    await fastify.close();
    await app.close();
  } finally {
    clearTimeout(cut);
    await adapters.close();
  }
};
