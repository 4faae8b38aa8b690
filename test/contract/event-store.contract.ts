import { describe } from '@jest/globals';
import { STORES, STORES_FROM_ANYWHERE } from '../support/event-stores.js';
import { anywhere } from './event-store/anywhere.js';
import { appending } from './event-store/appending.js';
import { batches } from './event-store/batches.js';
import { reading } from './event-store/reading.js';
import { repeats } from './event-store/repeats.js';
import { subscribing } from './event-store/subscribing.js';

/** The one suite that makes an adapter of the event store: it passes whole, with no skips. */
describe.each(STORES)('an event store on %s', (_, open) => {
  appending(open);
  repeats(open);
  batches(open);
  reading(open);
  subscribing(open);
});

/** Beside it, what can be seen only where a test says where the log begins. */
describe.each(STORES_FROM_ANYWHERE)('a log that begins anywhere, on %s', (_, open) => {
  anywhere(open);
});
