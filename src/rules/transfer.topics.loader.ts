import type { AnyTopic } from './topics.loader.js';

export const TRANSFER_TOPICS: readonly AnyTopic[] = [];
