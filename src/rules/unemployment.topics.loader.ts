import type { AnyTopic } from './topics.loader.js';

export const UNEMPLOYMENT_TOPICS: readonly AnyTopic[] = [];
