import type { AnyTopic } from './topics.loader.js';

export const MATERNITY_TOPICS: readonly AnyTopic[] = [];
