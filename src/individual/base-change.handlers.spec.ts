import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  identifierOf,
  july,
  row,
  setUp,
  valueOf,
  walkChain,
  type Harness,
  type MoreOfAssess,
} from '../../test/support/individual.js';
import { toDay } from '../kernel/calendar.js';
import { fen } from '../kernel/money.js';
import { streamOf } from './individual.js';
import type { AssessRow, AssessVerdict } from './individual.messages.js';

let app: Harness;
beforeEach(() => {
  app = setUp();
});

const HIGHER = { wage: fen(1_200_000n) };
const LOWER = { wage: fen(900_000n) };
const verdictOn = async (other: Partial<AssessRow> = {}, more: MoreOfAssess = {}) => {
  const { verdicts } = await app.assess([row(other)], more);
  return verdicts[0] as AssessVerdict;
};
const rebase = (other: Partial<AssessRow>, submission = 's2', more: MoreOfAssess = {}) =>
  verdictOn(other, { submission, kind: 'base-change', ...more });
const amounts = (lines: AssessVerdict['lines']) =>
  lines?.map(({ insurance, employerPart, employeePart }) => [insurance, employerPart, employeePart]);

describe('a base change', () => {
  it('claims what is more on its own bill', async () => {
    await app.assess([row()]);
    const verdict = await rebase(HIGHER);
    expect(verdict).toMatchObject({ outcome: 'accepted', registered: false, bills: [] });
    expect(amounts(verdict.lines)).toEqual([
      ['pension', '320.00', '160.00'],
      ['medical', '320.00', '160.00'],
    ]);
    expect(verdict.lines?.map(({ base }) => base)).toEqual(['12000.00', '12000.00']);
  });

  it('takes back what is less from the bill that claimed it, with what had been credited', async () => {
    await app.assess([row()]);
    await app.pay();
    const verdict = await rebase(LOWER);
    expect(verdict).toMatchObject({ outcome: 'accepted', lines: [] });
    expect(verdict.bills).toEqual([
      {
        bill: 's1',
        insurance: 'pension',
        employerPart: '-160.00',
        employeePart: '-80.00',
        toAccount: '-80.00',
        returned: { employerPart: '160.00', employeePart: '80.00', toAccount: '80.00' },
      },
      {
        bill: 's1',
        insurance: 'medical',
        employerPart: '-160.00',
        employeePart: '-80.00',
        toAccount: '-20.00',
        returned: { employerPart: '160.00', employeePart: '80.00', toAccount: '20.00' },
      },
    ]);
    expect((await app.stateOf()).balances).toEqual({ pension: 72_000n, medical: 18_000n });
  });

  it.each([HIGHER, LOWER])('has one verdict and one posting, however often it comes: %p', async (wage) => {
    await app.assess([row()]);
    const dry = await rebase(wage, 's2', { dryRun: true });
    expect(await app.typesOf()).not.toContain('ContributionAdjusted');
    const first = await rebase(wage);
    expect(dry).toEqual(first);
    expect(await rebase(wage)).toEqual(first);
    const afterRestart = await app.assessAfterRestart([row(wage)], { submission: 's2', kind: 'base-change' });
    expect(afterRestart.verdicts).toEqual([first]);
    // Also when the month was changed again, or taken back, since.
    await rebase({ wage: fen(700_000n) }, 's3');
    const { lines, bills } = await rebase(wage);
    expect([amounts(lines), bills]).toEqual([amounts(first.lines), first.bills]);
    valueOf(await app.reverse('k1'));
    const late = await rebase(wage);
    expect([late.outcome, amounts(late.lines), late.bills]).toEqual([
      'accepted',
      amounts(first.lines),
      first.bills,
    ]);
    expect((await app.typesOf()).filter((type) => type === 'ContributionAdjusted')).toHaveLength(2);
    await walkChain(app);
  });

  it('leaves the verdict on the row that declared the month as it was', async () => {
    const first = await verdictOn();
    await rebase(HIGHER);
    await rebase(LOWER, 's3');
    const ofAccounts = (lines: AssessVerdict['lines']) => lines?.map(({ toAccount }) => toAccount);
    expect(ofAccounts((await verdictOn()).lines)).toEqual(ofAccounts(first.lines));
    expect(amounts((await verdictOn()).lines)).toEqual(amounts(first.lines));
    valueOf(await app.reverse('k1', 'wrong', { insurance: 'medical' }));
    expect(amounts((await verdictOn()).lines)).toEqual(amounts(first.lines));
  });

  it('is a duplicate where the month stands so already', async () => {
    await app.assess([row()]);
    const verdict = await rebase({});
    expect(verdict).toMatchObject({ outcome: 'duplicate' });
    expect(amounts(verdict.lines)).toEqual([
      ['pension', '1600.00', '800.00'],
      ['medical', '1600.00', '800.00'],
    ]);
  });

  it('is a verdict where there is nothing to change', async () => {
    expect(await rebase({})).toMatchObject({ outcome: 'rejected', problem: 'not-registered' });
    await app.assess([row()], { employer: 'E9' });
    expect(await rebase(HIGHER)).toMatchObject({ outcome: 'rejected', problem: 'already-submitted' });
    expect(await rebase({ ...HIGHER, name: '李四' })).toMatchObject({ problem: 'name-mismatch' });
    valueOf(await app.reverse('k1'));
    expect(await rebase(HIGHER)).toMatchObject({ outcome: 'rejected', problem: 'not-assessed' });
  });

  it('asks the rules for what stands and nothing else', async () => {
    await app.assess([row({ insurances: ['pension'] })]);
    expect(await rebase({ ...HIGHER, insurances: ['pension', 'medical'] })).toMatchObject({
      problem: 'not-assessed',
    });
    expect(amounts((await rebase({ ...HIGHER, insurances: ['pension'] })).lines)).toEqual([
      ['pension', '320.00', '160.00'],
    ]);
    expect(await rebase(LOWER, 's3', { region: 'chengdu' })).toMatchObject({ problem: 'policy-missing' });
  });

  it('repeats its verdict where the rules would not answer any more', async () => {
    await app.assess([row()]);
    const named = { ...HIGHER, insurances: ['pension', 'medical'] };
    const first = await rebase(named);
    valueOf(await app.reverse('k1', 'wrong', { insurance: 'medical' }));
    expect(amounts((await rebase(named)).lines)).toEqual(amounts(first.lines));
    expect(await rebase(named, 's2', { region: 'chengdu' })).toMatchObject({ outcome: 'accepted' });
  });

  it('stands beside rows of other persons in one batch', async () => {
    await app.assess([row(), row({ line: 3, identifier: identifierOf(2), name: '李四' })]);
    const batches = app.watched.readManyStreams;
    const { verdicts } = await app.assess(
      [row(HIGHER), row({ ...LOWER, line: 3, identifier: identifierOf(2), name: '李四' })],
      { submission: 's2', kind: 'base-change' },
    );
    expect(verdicts.map(({ outcome, lines, bills }) => [outcome, lines?.length, bills?.length])).toEqual([
      ['accepted', 2, 0],
      ['accepted', 0, 2],
    ]);
    expect(app.watched.readManyStreams).toBe(batches);
  });

  it('is reckoned anew on what another writer left', async () => {
    await app.assess([row()]);
    app.watched.beforeAppend = async () => {
      await app.assessAfterRestart([row(LOWER)], { submission: 's9', kind: 'base-change' });
    };
    const verdict = await rebase(HIGHER);
    // From 9,000 to 12,000, and not from 10,000.
    expect(amounts(verdict.lines)?.[0]).toEqual(['pension', '480.00', '240.00']);
    await walkChain(app);
  });
});

describe('somebody who joins or leaves', () => {
  const left = { kind: 'leave', on: toDay('2025-07-15'), reason: 'resigned' } as const;
  const coverage = async (person = app.id) => {
    const { coverage: of } = await app.stateOf(person);
    return of.get('pension');
  };

  it('joins on a day within the month', async () => {
    const joined = { kind: 'join', on: toDay('2025-07-10'), reason: 'hired' } as const;
    expect(await verdictOn({ change: joined })).toMatchObject({ outcome: 'accepted', registered: true });
    expect(await coverage()).toEqual([{ employer: 'E1', from: '2025-07-10' }]);
  });

  it('leaves with the month paid', async () => {
    const verdict = await verdictOn({ change: left });
    expect(amounts(verdict.lines)?.[0]).toEqual(['pension', '1600.00', '800.00']);
    expect(await coverage()).toMatchObject([{ employer: 'E1', from: '2025-07-01', until: '2025-07-15' }]);
    expect(await verdictOn({ change: left })).toEqual(verdict);
    expect((await app.typesOf()).filter((type) => type === 'CoverageStopped')).toHaveLength(1);
  });

  it('leaves without a wage: nothing is claimed, and only the cover ends', async () => {
    await app.assess([row()]);
    const { wage: _unpaid, ...leaver } = row({ change: left });
    const [first] = (await app.assess([leaver], { submission: 's2' })).verdicts;
    expect(first).toEqual({ line: 2, id: app.id, outcome: 'accepted', registered: false, lines: [] });
    expect((await app.assess([leaver], { submission: 's2' })).verdicts).toEqual([first]);
    expect((await coverage())?.at(-1)?.until).toBe('2025-07-15');
    const types = await app.typesOf();
    expect(types.filter((type) => type === 'CoverageStopped')).toHaveLength(1);
    expect(types.filter((type) => type === 'ContributionAssessed')).toHaveLength(1);
  });

  it('leaves with a month that another file declared: a duplicate, and the cover ends', async () => {
    await app.assess([row()]);
    const first = await verdictOn({ change: left }, { submission: 's2' });
    expect([first.outcome, first.lines?.length]).toEqual(['duplicate', 2]);
    expect((await coverage())?.at(-1)?.until).toBe('2025-07-15');
    expect(await verdictOn({ change: left }, { submission: 's2' })).toEqual(first);
    expect((await app.typesOf()).filter((type) => type === 'CoverageStopped')).toHaveLength(1);
  });

  it('is refused where nobody is known or covered', async () => {
    const { wage: _unpaid, ...leaver } = row({ change: left });
    const problemOf = async (employer: string) =>
      (await app.assess([leaver], { submission: 's2', employer })).verdicts[0]?.problem;
    expect(await problemOf('E1')).toBe('not-registered');
    await app.assess([row()]);
    expect(await problemOf('E9')).toBe('not-covered');
    expect(await app.typesOf()).not.toContain('CoverageStopped');
  });

  it('is judged in one batch with everybody else of the file', async () => {
    await app.assess([row()]);
    const { wage: _unpaid, ...leaver } = row({ change: left });
    const before = (await app.logged()).length;
    const { verdicts } = await app.assess(
      [leaver, row({ line: 3, identifier: identifierOf(2), name: '李四' })],
      { submission: 's2' },
    );
    expect(verdicts.map(({ outcome, lines }) => [outcome, lines?.length])).toEqual([
      ['accepted', 0],
      ['accepted', 2],
    ]);
    expect((await app.logged()).slice(before).map(({ stream }) => stream)).toContain(streamOf(app.id));
    expect((await app.stateOf()).months.has(july)).toBe(true);
  });
});
