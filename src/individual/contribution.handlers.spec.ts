import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  claim,
  identifierOf,
  row,
  setUp,
  walkChain,
  type Harness,
  type MoreOfAssess,
} from '../../test/support/individual.js';
import { toMonth } from '../kernel/calendar.js';
import { fen } from '../kernel/money.js';
import type { AssessRow } from './individual.messages.js';

let app: Harness;
beforeEach(() => {
  app = setUp();
});

describe('assessing rows', () => {
  it('registers, covers and assesses who is new; then only assesses', async () => {
    const { verdicts, position } = await app.assess([row()]);
    expect(verdicts).toMatchObject([{ line: 2, id: app.id, outcome: 'accepted', registered: true }]);
    expect(verdicts[0]?.lines?.map(({ insurance, employeePart }) => [insurance, employeePart])).toEqual([
      ['pension', '800.00'],
      ['medical', '800.00'],
    ]);
    expect(position).toBe(3n);
    await app.assess([row()], { month: toMonth('2025-08'), submission: 's2' });
    expect(await app.typesOf()).toEqual([
      'IndividualRegistered',
      'CoverageStarted',
      'ContributionAssessed',
      'ContributionAssessed',
    ]);
  });

  it('gives the same verdicts again, from the cache and after a restart, and stores nothing', async () => {
    const rows = [row(), row({ line: 3, identifier: identifierOf(2), name: '李四' })];
    const first = await app.assess(rows);
    const before = await app.logged();
    expect(await app.assess(rows)).toEqual(first);
    expect(await app.assessAfterRestart(rows)).toEqual(first);
    expect(await app.logged()).toEqual(before);
  });

  it('gives the same verdicts in a dry run and leaves no trace', async () => {
    const rows = [
      row(),
      row({ line: 3, identifier: identifierOf(0), name: '王五' }),
      row({ line: 4, identifier: identifierOf(2), insurances: ['housing'] }),
    ];
    const dry = await app.assess(rows, { dryRun: true });
    expect([await app.logged(), app.cache.size]).toEqual([[], 0]);
    expect((await app.assess(rows)).verdicts).toEqual(dry.verdicts);
    expect(dry.verdicts.map(({ outcome, problem }) => [outcome, problem])).toEqual([
      ['accepted', undefined],
      ['rejected', 'over-retirement-age'],
      ['rejected', 'insurance-unknown'],
    ]);
  });

  it('tells a duplicate from a month that is taken and from another name', async () => {
    await app.assess([row()]);
    const of = async (other: Partial<AssessRow>, more: MoreOfAssess = {}) =>
      (await app.assess([row(other)], { submission: 's2', ...more })).verdicts[0];
    expect(await of({})).toMatchObject({ outcome: 'duplicate', registered: false, lines: [{}, {}] });
    for (const other of [{ wage: fen(1_000_001n) }, { insurances: ['pension'] }])
      expect(await of(other)).toMatchObject({ outcome: 'rejected', problem: 'needs-base-change' });
    expect(await of({}, { employer: 'E2' })).toMatchObject({
      outcome: 'rejected',
      problem: 'already-submitted',
    });
    expect(await of({ name: '李四' })).toMatchObject({ outcome: 'rejected', problem: 'name-mismatch' });
    expect(await of({}, { region: 'chengdu' })).toMatchObject({
      outcome: 'rejected',
      problem: 'policy-missing',
    });
  });

  it('asks the rules once a batch, however many rows', async () => {
    await app.assess([row(), row({ line: 3, identifier: identifierOf(2) })]);
    expect(app.rules.asked).toBe(1);
  });

  it('reads a warm person not at all', async () => {
    await app.assess([row()]);
    app.watched.reads = app.watched.readManyStreams = 0;
    await app.assess([row()], { month: toMonth('2025-08'), submission: 's2' });
    expect([app.watched.reads, app.watched.readManyStreams]).toEqual([0, 0]);
  });

  it('checks a refusal decided on a cached state against the store', async () => {
    await app.assess([row()]);
    expect((await app.reverse('k1')).ok).toBe(true); // behind the back of the cache
    const { verdicts } = await app.assess([row()], { submission: 's2' });
    expect(verdicts).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('judges an older month than the cache holds on the whole life', async () => {
    const old = { month: toMonth('2022-01'), submission: 's0' };
    await app.assessAfterRestart([row({ wage: fen(600_000n) })], old);
    await app.assess([row()]);
    const { verdicts } = await app.assess([row()], { month: toMonth('2022-01'), submission: 's2' });
    expect(verdicts).toMatchObject([{ outcome: 'rejected', problem: 'needs-base-change' }]);
  });

  it('decides again when another writer was first, and keeps the chain whole', async () => {
    await app.assess([row()]);
    app.watched.beforeAppend = async () => {
      await app.settle(claim());
    };
    const { verdicts } = await app.assess([row()], { month: toMonth('2025-08'), submission: 's2' });
    expect(verdicts).toMatchObject([{ outcome: 'accepted' }]);
    expect((await walkChain(app)).revision).toBe(4n);
  });

  it('gives the loser of a race the verdict that the winner left it', async () => {
    app.watched.beforeAppend = async () => {
      await app.assessAfterRestart([row()], { submission: 's0', employer: 'E9' });
    };
    const { verdicts } = await app.assess([row()]);
    expect(verdicts).toMatchObject([
      { outcome: 'rejected', problem: 'already-submitted', registered: false },
    ]);
  });

  it('reads the tip anew after a batch that stood there already', async () => {
    await app.assess([row()]);
    // The same call again on a state from before it, as after an unknown outcome: acknowledged, not stored.
    app.watched.beforeAppend = async () => {
      await app.assessAfterRestart([row()], { month: toMonth('2025-08'), submission: 's2' });
    };
    const { verdicts } = await app.assess([row()], { month: toMonth('2025-08'), submission: 's2' });
    expect(verdicts).toMatchObject([{ outcome: 'accepted', registered: false }]);
    expect(app.cache.find(app.id)).toBeUndefined();
    await app.assess([row()], { month: toMonth('2025-09'), submission: 's3' });
    expect((await walkChain(app)).revision).toBe(4n);
  });
});
