import type { Gate } from './gate.js';

/** How a process goes on: runs of rows take turns with those of others, and none is begun once it is to stop. */
export type Pace = Readonly<{ turns: Gate; isStopping: () => boolean }>;
