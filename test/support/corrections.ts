import { expect } from '@jest/globals';
import type { Answer, TestApp } from './app.js';

const AS = (actor: string, key?: string) => ({ actor, ...(key && { 'idempotency-key': key }) });

/** One person asks, another approves: gives the answer to the approval. */
export const corrected = async (app: TestApp, path: string, body: object, key?: string): Promise<Answer> => {
  const asked = await app.post(path, body, AS('clerk', key));
  expect([asked.status, asked.text]).toEqual([202, expect.stringContaining('"requested"')]);
  const approved = await app.post(`/v1/corrections/${asked.body.id}/approvals`, {}, AS('approver'));
  expect([approved.status, approved.text]).toEqual([201, expect.stringContaining('"done"')]);
  return approved;
};

/** Takes back a month, or one insurance of it, with two people. */
export const reversed = (
  app: TestApp,
  id: string,
  month: string,
  { insurance, key }: Readonly<{ insurance?: string; key?: string }> = {},
): Promise<Answer> => {
  const body = { reason: 'declared wrongly', evidence: 'file 1', ...(insurance && { insurance }) };
  return corrected(app, `/v1/individuals/${id}/contributions/${month}/reversals`, body, key);
};
