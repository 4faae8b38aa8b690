import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  failureOf,
  identifierOf,
  july,
  row,
  setUp,
  valueOf,
  walkChain,
  type Harness,
} from '../../test/support/individual.js';
import { toDomain, transact } from '../event-store/transact.js';
import { ppm, fen } from '../kernel/money.js';
import { differenceBillOf } from './adjustment.messages.js';
import { AffectedPersons } from './adjustment.walk.js';
import type { ContributionReversed, IndividualEvent } from './events.js';
import { CreditYearHandler } from './interest.handlers.js';
import { CreditYear } from './individual.messages.js';
import { adjusting, streamOf } from './individual.js';
import { contextOf } from '../../test/support/log.js';

let app: Harness;
beforeEach(async () => {
  app = setUp();
  await app.assess([row()]);
});

const reversedOf = async (person = app.id): Promise<readonly ContributionReversed['data'][]> =>
  (await app.store.read(streamOf(person)))
    .map(toDomain<IndividualEvent>)
    .flatMap((event) => (event.type === 'ContributionReversed' ? [event.data] : []));
const cell = (insurance: string, side: 'employer' | 'employee') => ({ insurance, side });
const NOTICE = 'notice 8';
/** A notice published late: the tables are those of before, so that what stands is reckoned from another wage. */
const adjust = async (employerPart: bigint): Promise<void> => {
  const range = { region: 'shanghai', monthFrom: july, monthTo: july, publication: NOTICE, reason: 'late' };
  for await (const group of new AffectedPersons(app.store, app.rules, range).groups())
    for (const { id, command } of group) {
      const months = command.months.map((month) => ({
        ...month,
        lines: month.lines.map((line) => ({ ...line, employerPart: fen(employerPart) })),
      }));
      const posted = { ...command, months };
      valueOf(await transact(app.store, streamOf(id), adjusting, posted, contextOf({ cause: `late/${id}` })));
    }
};

describe('reversing', () => {
  it('takes back what stands and answers a repeat as the first time', async () => {
    await app.pay();
    const first = valueOf(await app.reverse());
    expect(first).toMatchObject({ replayed: false, value: { id: app.id, month: july, employer: 'E1' } });
    expect(first.value.lines).toHaveLength(2);
    expect(first.value.bills.map(({ bill, returned }) => [bill, returned?.employerPart])).toEqual([
      ['s1', '1600.00'],
      ['s1', '1600.00'],
    ]);
    expect(valueOf(await app.reverse())).toEqual({ ...first, replayed: true });
    expect(failureOf(await app.reverse(undefined, 'other'))).toEqual({
      type: 'NothingToReverse',
      month: july,
    });
  });

  it('tells apart what had been credited and what had not', async () => {
    await app.pay('p1', [app.id], { cover: [cell('pension', 'employee')] });
    const { value } = valueOf(await app.reverse('k1'));
    expect(value.bills).toEqual([
      {
        bill: 's1',
        insurance: 'pension',
        employerPart: '-1600.00',
        employeePart: '-800.00',
        toAccount: '-800.00',
        returned: { employerPart: '0.00', employeePart: '800.00', toAccount: '800.00' },
      },
      {
        bill: 's1',
        insurance: 'medical',
        employerPart: '-1600.00',
        employeePart: '-800.00',
        toAccount: '-200.00',
      },
    ]);
    expect((await app.stateOf()).balances).toEqual({ pension: 0n, medical: 0n });
  });

  it('says the same in a dry run and writes nothing', async () => {
    await app.pay();
    const before = await app.logged();
    const dry = valueOf(await app.reverse('k1', 'wrong', { insurance: 'medical', dryRun: true }));
    expect(await app.logged()).toEqual(before);
    const done = valueOf(await app.reverse('k1', 'wrong', { insurance: 'medical' }));
    expect(dry.value).toEqual(done.value);
    const again = valueOf(await app.reverse('k1', 'wrong', { insurance: 'medical', dryRun: true }));
    expect(again).toMatchObject({ value: done.value, replayed: true });
    expect(failureOf(await app.reverse('k2', 'wrong', { insurance: 'housing', dryRun: true }))).toEqual({
      type: 'InsuranceNotAssessed',
      insurance: 'housing',
    });
  });

  it('gives each reversal of a month an id of its own', async () => {
    await app.reverse();
    await app.assess([row()], { submission: 's2' });
    await app.reverse();
    const ids = (await app.logged()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('takes back what was credited between the look and the write', async () => {
    app.watched.beforeAppendTo.set(streamOf(app.id), () => app.pay());
    const { value } = valueOf(await app.reverse('k1'));
    expect(value.bills.map(({ returned }) => returned?.employeePart)).toEqual(['800.00', '800.00']);
    expect((await app.stateOf()).balances).toEqual({ pension: 0n, medical: 0n });
    await walkChain(app);
  });
});

describe('withdrawing', () => {
  const second = row({ line: 3, identifier: identifierOf(2), name: '李四' });
  let other: string;
  beforeEach(() => {
    other = app.keyring.streamKeyOf(identifierOf(2).ssn);
  });

  it('takes back what a file assessed, once, and passes over who has nothing of it', async () => {
    await app.assess([second], { submission: 's2' });
    const first = await app.withdraw([app.id, other, 'nobody', app.id]);
    expect(first.bills).toEqual([]);
    const [taken] = await reversedOf();
    expect(taken).toMatchObject({ submission: 's1', paid: false, reason: 'sent by mistake' });
    expect(taken?.lines).toHaveLength(2);
    expect(await reversedOf(other)).toEqual([]);
    const before = await app.logged();
    expect(await app.withdraw([app.id, other, 'nobody'])).toEqual(first);
    expect(await app.logged()).toEqual(before);
  });

  it('goes on where it was stopped', async () => {
    await app.assess([row(), second]);
    app.watched.beforeAppend = () => Promise.reject(new Error('gone'));
    await expect(app.withdraw([app.id, other])).rejects.toThrow('gone');
    await app.withdraw([other]);
    await app.withdraw([app.id, other], 's1', app.restarted());
    expect([await reversedOf(), await reversedOf(other)].map(({ length }) => length)).toEqual([1, 1]);
    await walkChain(app);
  });

  it('lets the rows come again in another file, and leaves those alone', async () => {
    await app.withdraw();
    const { verdicts } = await app.assess([row()], { submission: 's2' });
    expect(verdicts).toMatchObject([{ outcome: 'accepted', lines: [{}, {}] }]);
    await app.withdraw();
    expect(await reversedOf()).toHaveLength(1);
    expect((await app.assess([row()], { submission: 's2' })).verdicts).toEqual(verdicts);
  });

  it('finds a slip that another process posted, and takes it back whole after a base change', async () => {
    await app.withdraw();
    await app.assessAfterRestart([row()], { submission: 's2' });
    await app.assessAfterRestart([row({ wage: fen(1_200_000n) })], {
      submission: 's3',
      kind: 'base-change',
    });
    const { bills } = await app.withdraw([app.id], 's2');
    expect(bills.map(({ bill, insurance, employerPart }) => [bill, insurance, employerPart])).toEqual([
      ['s3', 'pension', '-320.00'],
      ['s3', 'medical', '-320.00'],
    ]);
    // A repeat, on whatever is remembered of it, says what the first call said.
    expect((await app.withdraw([app.id], 's2')).bills).toEqual(bills);
    expect((await app.withdraw([app.id], 's2', app.restarted())).bills).toEqual(bills);
    expect((await app.stateOf()).months.get(july)?.reversed).toEqual(['pension', 'medical']);
  });

  it('tells what a notice had claimed on a bill of its own', async () => {
    await adjust(170_000n);
    const { bills } = await app.withdraw();
    expect(bills.map(({ bill, employerPart }) => [bill, employerPart])).toEqual([
      [differenceBillOf(NOTICE, 'E1', july), '-100.00'],
      [differenceBillOf(NOTICE, 'E1', july), '-100.00'],
    ]);
  });

  it('reads the whole life for a month whose year is closed', async () => {
    const terms = {
      type: 'CreditInterest',
      run: 'run-1',
      year: 2025,
      rate: ppm(15_000n),
      method: 'month-product',
      factor: { text: '1.083', numerator: 1083n, denominator: 1000n },
      rounding: 'fen-half-up',
      source: 'published',
      provisional: false,
      earnsFrom: 'paid',
    } as const;
    await new CreditYearHandler(app.store).execute(new CreditYear(terms, [app.id], contextOf()));
    expect(await app.typesOf()).toContain('YearClosed');
    await app.withdraw([app.id], 's1', app.restarted());
    expect(await reversedOf()).toHaveLength(1);
  });
});
