import type { AnyTopic } from './topics.loader.js';

export const DEATH_TOPICS: readonly AnyTopic[] = [];
