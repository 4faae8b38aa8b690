import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readLog, record } from '../../test/support/log.js';
import { EMPLOYER } from '../../test/support/roster.js';
import {
  assemble,
  file,
  ID,
  openLog,
  origin,
  submitTo,
  terms,
} from '../../test/support/submission-process.js';
import { DyingStore } from '../../test/support/submissions.js';
import { until } from '../../test/support/until.js';
import type { EventStore } from '../event-store/event-store.js';
import type { BillEffect } from '../individual/events.js';
import { SubmitRoster } from './employer.messages.js';
import { SubmissionLog } from './submission.log.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});
afterAll(() => {
  Logger.overrideLogger(['error']);
});

describe('an employer with credit', () => {
  it('has its persons credited by the bill itself', async () => {
    const store = await openLog();
    const paid = { uscc: EMPLOYER, amount: '1500.00', paidOn: '2025-08-01', reference: 'bank-0' };
    const target = { kind: 'account' } as const;
    const money = { ...paid, payment: 'p0', target, allocations: [], unapplied: '1500.00' };
    await record(store, `employer-${EMPLOYER}`, [{ type: 'MoneyReceived', data: money }]);
    const assembly = assemble(store);
    await submitTo(assembly);
    await assembly.process.work(ID);
    await assembly.account.work(EMPLOYER);
    const log = await readLog(store);
    const account = log.filter(({ stream }) => stream === `employer-${EMPLOYER}`).map(({ type }) => type);
    expect(account.slice(2)).toEqual(['BillIssued', 'CreditUsed', 'PersonsCredited']);
    expect(log.filter(({ type }) => type === 'ContributionPaid')).toHaveLength(5);
  });
});

describe('a base change', () => {
  const less = (): readonly BillEffect[] => [
    {
      bill: 'older',
      insurance: 'pension',
      employerPart: '-1.00',
      employeePart: '-0.50',
      toAccount: '-0.50',
      returned: { employerPart: '0.00', employeePart: '0.00', toAccount: '0.00' },
    },
  ];
  const given = (store: EventStore) => assemble(store, { hooks: { effectsOf: less } });
  const change = async ({ submit, process }: ReturnType<typeof given>) => {
    await submit.execute(new SubmitRoster({ ...terms, kind: 'base-change' }, file, 'july', origin));
    await process.work(ID);
  };

  it('tells the account of each run what it takes back, before its verdicts are noted', async () => {
    const store = await openLog();
    const dying = new DyingStore(store, 6, 'before');
    const first = given(dying);
    const run = change(first);
    await until(() => (dying.died ? true : undefined));
    await first.stop();
    await run;
    // Two persons of the first run are posted, and told; its verdicts are not noted.
    const told = ({ persons }: typeof first) =>
      persons.changes.map(({ change: name, effects }) => [name, effects.length]);
    expect(told(first)).toContainEqual([`${ID}/0`, 2]);
    expect((await SubmissionLog.open(store, ID)).state?.judged.accepted).toBe(0);
    const second = given(store);
    await change(second);
    expect(told(second)).toEqual([
      [`${ID}/0`, 2],
      [`${ID}/500`, 2],
      [`${ID}/1000`, 1],
    ]);
    expect(second.persons.changes[0]).toMatchObject({
      uscc: EMPLOYER,
      cause: 'base-change',
      month: '2025-07',
    });
  });
});
