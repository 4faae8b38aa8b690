import type { AnyTopic } from './topics.loader.js';

export const PENSION_TOPICS: readonly AnyTopic[] = [];
