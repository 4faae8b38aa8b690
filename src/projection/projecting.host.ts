import type { MessagePort } from 'node:worker_threads';
import type { EventStore } from '../event-store/event-store.js';
import type { ProjectingAnswer, ProjectingRequest } from './projecting.messages.js';
import type { Projector } from './projector.js';

/** What a projecting thread works with; `close` gives back all of it. */
export type ProjectingThread = Readonly<{
  projector: Projector;
  log: Pick<EventStore, 'read' | 'readAll'>;
  close: () => Promise<void>;
}>;

/** The other side of WorkerApplier: answers one request after another until it is told to close. */
export const serveProjecting = (port: MessagePort, thread: ProjectingThread): void => {
  let turn = Promise.resolve();
  port.on('message', (request: ProjectingRequest) => {
    // What is thrown past an answer ends the thread, which the main thread notices.
    turn = turn.then(() => serve(port, thread, request));
  });
};

const serve = async (
  port: MessagePort,
  thread: ProjectingThread,
  request: ProjectingRequest,
): Promise<void> => {
  const { projector, log } = thread;
  switch (request.type) {
    case 'ApplyNext':
      port.postMessage(await answer(projector, () => applyNext(thread, request.max)));
      return;
    case 'ReplayParked':
      port.postMessage(await answer(projector, () => projector.replayParked(log)));
      return;
    case 'Close':
      await thread.close();
      port.close();
      return;
  }
};

const applyNext = async ({ projector, log }: ProjectingThread, max: number): Promise<void> => {
  const after = projector.checkpoint?.position;
  await projector.apply(await log.readAll({ max, ...(after === undefined ? {} : { after }) }));
};

const answer = async (projector: Projector, work: () => Promise<unknown>): Promise<ProjectingAnswer> => {
  try {
    await work();
    return { type: 'Stands', checkpoint: projector.checkpoint, parked: projector.parkedCount() };
  } catch (error) {
    return { type: 'Failed', name: error instanceof Error ? error.name : 'unknown' };
  }
};
