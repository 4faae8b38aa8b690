import type { AnyTopic } from './topics.loader.js';

export const INTEREST_TOPICS: readonly AnyTopic[] = [];
