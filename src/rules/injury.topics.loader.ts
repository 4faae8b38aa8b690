import type { AnyTopic } from './topics.loader.js';

export const INJURY_TOPICS: readonly AnyTopic[] = [];
