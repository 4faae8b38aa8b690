import type { AnyTopic } from './topics.loader.js';

export const MEDICAL_TOPICS: readonly AnyTopic[] = [];
