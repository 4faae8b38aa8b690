import { describe, expect, it } from '@jest/globals';
import * as life from '../../test/support/life.js';
import { logOf } from '../../test/support/log.js';
import type { EventStore } from '../event-store/event-store.js';
import { Keyring } from '../event-store/keyring.js';
import { toDay, type Instant } from '../kernel/calendar.js';
import type { Viewpoint } from '../projection/viewpoint.js';
import { YamlRuleBook } from '../rules/rules.loader.js';
import type { HistoryItem } from './history.js';
import { HistoryReader } from './history.reader.js';

/** Envelopes that anyone can read: what is masked here is masked by the reader. */
class OpenKeyring extends Keyring {
  streamKeyOf = (ssn: string): string => ssn;
  digestOf = (purpose: string, text: string): string => `${purpose}:${text}`;
  seal = (text: string, boundTo: string): string => `${boundTo}|${text}`;
  open = (envelope: string, boundTo: string): string => {
    if (!envelope.startsWith(`${boundTo}|`)) throw new Error('sealed elsewhere');
    return envelope.slice(boundTo.length + 1);
  };
}

const keyring = new OpenKeyring();
const rules = YamlRuleBook.load();
const person = { ssn: '11010519491231002X', name: '张三丰', phone: '13800138000' };
const sealed = keyring.seal(JSON.stringify(person), 'individual-a');
const shanghai = [
  life.line({ base: '15000.55', employerPart: '2400.09', employeePart: '1200.04', toAccount: '1200.04' }),
  life.line({
    insurance: 'injury',
    base: '15000.55',
    employerPart: '75.00',
    employeePart: '0.00',
    toAccount: '0.00',
  }),
];
const events = [
  life.registered({ sealed, birthDate: '1949-12-31' }),
  life.assessed({ wage: '15000.55', lines: shanghai }),
  life.paid({ lines: shanghai }),
  life.settled(),
];
const later = { recordedAt: '2025-08-02T02:00:00.000Z' as Instant, bookedOn: toDay('2025-08-02') };
const received = { type: 'SubmissionReceived', data: { submission: 's1', injuryRate: '0.5' } };

const readAll = async (
  store: EventStore,
  viewpoint: Viewpoint = {},
  after?: bigint,
): Promise<HistoryItem[]> => {
  const items: HistoryItem[] = [];
  for await (const item of new HistoryReader(store, keyring, rules).read('a', viewpoint, after))
    items.push(item);
  return items;
};
const effectsOf = (items: readonly HistoryItem[]): unknown =>
  items.map(({ type, effects }) => [
    type,
    ...effects.map(({ account, delta, balance }) => `${account} ${delta} ${balance}`),
  ]);

describe('a life replayed', () => {
  const log = () =>
    logOf(
      ['submission-s1', [received]],
      ['individual-a', events],
      ['individual-b', events],
      ['individual-a', [life.settlementReversed(), life.reversed({ lines: shanghai })], later],
    );

  it('tells every event in order with what it moved', async () => {
    const items = await readAll(await log());
    expect(effectsOf(items)).toEqual([
      ['IndividualRegistered'],
      ['ContributionAssessed'],
      ['ContributionPaid', 'pension 1200.04 1200.04'],
      ['CardSettled', 'medical -50.00 -50.00'],
      ['CardSettlementReversed', 'medical 50.00 0.00'],
      ['ContributionReversed', 'pension -1200.04 0.00'],
    ]);
    expect(items.map(({ revision, position }) => [revision, position])).toEqual(
      [2, 3, 4, 5, 10, 11].map((position, revision) => [`${revision}`, `${position}`]),
    );
    expect(items.map(({ valueDate }) => valueDate)).toEqual([
      null,
      '2025-07-01',
      '2025-07-15',
      '2025-07-20',
      '2025-07-21',
      '2025-08-01',
    ]);
    expect(items[5]).toMatchObject({
      recordedAt: later.recordedAt,
      bookedOn: '2025-08-02',
      actor: { role: 'agency', id: 'local' },
      channel: 'agency',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('masks who it is', async () => {
    const [item] = await readAll(await log());
    expect(item?.data).toMatchObject({
      sealed: { ssn: '110105********002X', name: '张*', phone: '*******8000' },
      birthDate: '1949-**-**',
    });
  });

  it('tells the rest when an envelope cannot be opened', async () => {
    const store = await logOf(['individual-a', [life.registered({ sealed: 'damaged' }), life.covered()]]);
    const items = await readAll(store);
    expect(items.map(({ type }) => type)).toEqual(['IndividualRegistered', 'CoverageStarted']);
    expect(items[0]?.data).toMatchObject({ sealed: { unreadable: true } });
  });

  it('explains amounts by the rules of the month and the rate of the employer at the time', async () => {
    const items = await readAll(await log());
    const [, assessed, paid, settled, , reversed] = items;
    expect(assessed?.why?.rule).toBe('shanghai/2025-07');
    expect(assessed?.why?.steps.map(({ formula }) => formula)).toEqual([
      '15000.55 held between 7460.00 and 37302.00 = 15000.55',
      '15000.55 x 16% = 2400.09 (fen-half-up)',
      '15000.55 x 8% = 1200.04 (fen-half-up)',
      '15000.55 x 8% = 1200.04 (fen-half-up)',
      '15000.55 x 0.5% = 75.00 (fen-half-up)',
    ]);
    expect(assessed?.why?.source).not.toBe('');
    expect([paid?.why, reversed?.why]).toEqual([assessed?.why, assessed?.why]);
    expect(settled?.why).toBeNull();
  });

  it('gives no reason from a table that is not the one recorded', async () => {
    const store = await logOf(['individual-a', [life.assessed({ table: 'shanghai/2019-07' })]]);
    expect((await readAll(store))[0]?.why).toBeNull();
  });

  it.each<[string, Viewpoint, readonly string[]]>([
    ['a day of value', { asOf: toDay('2025-07-15') }, ['1200.04']],
    ['the day after', { asOf: toDay('2025-07-20') }, ['1200.04', '-50.00']],
    ['an instant of knowledge', { knownAt: '2025-08-02T01:59:59.999Z' as Instant }, ['1200.04', '-50.00']],
    ['the instant itself', { knownAt: later.recordedAt }, ['1200.04', '-50.00', '50.00', '-1200.04']],
  ])('from %s tells what counted', async (_, viewpoint, deltas) => {
    const items = await readAll(await log(), viewpoint);
    expect(items.flatMap(({ effects }) => effects.map(({ delta }) => delta))).toEqual(deltas);
  });

  it('after a revision goes on with the balances of before', async () => {
    const items = await readAll(await log(), {}, 3n);
    expect(effectsOf(items)).toEqual([
      ['CardSettlementReversed', 'medical 50.00 0.00'],
      ['ContributionReversed', 'pension -1200.04 0.00'],
    ]);
  });

  it('reads a life longer than a page', async () => {
    const months = Array.from({ length: 600 }, () =>
      life.paid({ lines: [life.line({ toAccount: '1.00' })] }),
    );
    const items = await readAll(await logOf(['individual-a', months]));
    expect(items.length).toBe(600);
    expect(items.at(-1)?.effects[0]?.balance).toBe('600.00');
  });

  const wage = life.declared({ lines: [], after: [] }).data;
  const wanting = { lines: shanghai.map(life.employeeSide), complete: [] };
  it('gives what is paid in parts the reason of the bill it is paid for', async () => {
    const more = life.line({ employerPart: '0.00', employeePart: '160.00', toAccount: '160.00' });
    const store = await logOf(
      ['submission-s1', [received]],
      [
        'individual-a',
        [
          life.assessed({ wage: '15000.55', lines: shanghai }),
          life.declared(),
          life.partPaid(wanting),
          life.partPaid({ bill: 'b1', payment: 'p2', lines: [more] }),
          life.stopped(),
          life.reversed({ lines: shanghai, owed: shanghai.map(life.employerSide) }),
        ],
      ],
    );
    const [assessed, declared, own, difference, stopped, reversed] = await readAll(store);
    expect(own?.why).toEqual(assessed?.why);
    expect(difference?.why).toEqual(declared?.why);
    expect(reversed?.why).toEqual(declared?.why);
    expect([stopped?.why, stopped?.valueDate, stopped?.effects]).toEqual([null, null, []]);
    expect(effectsOf([own, difference, reversed].flatMap((item) => item ?? []))).toEqual([
      ['ContributionPaid', 'pension 1200.04 1200.04'],
      ['ContributionPaid', 'pension 160.00 1360.04'],
      ['ContributionReversed', 'pension -1200.04 160.00'],
    ]);
    expect(reversed?.data['bills']).toContainEqual(
      expect.objectContaining({ bill: 's1', insurance: 'pension' }),
    );
  });

  it.each([
    [
      'by the row that declared another wage',
      life.declared(),
      {
        rule: 'shanghai/2025-07',
        source: 'declared by the employer, submission b1 line 3: base of the new year',
        formula:
          'wage 10000.00 becomes 12000.00; base 10000.00 becomes 12000.00; ' +
          'employer 320.00 to 1920.00, employee 160.00 to 960.00, account 160.00 to 960.00',
      },
    ],
    [
      'by the notice that published a table late',
      life.adjusted(),
      {
        rule: 'shanghai/2025-07 in place of shanghai/2024-07',
        source: 'notice 8: published late',
        formula:
          'base 10000.00 becomes 9000.00; ' +
          'employer -160.00 to 1440.00, employee -80.00 to 720.00, account -80.00 to 720.00',
      },
    ],
    [
      'where nothing but the wage is another',
      life.declared(wage),
      { formula: 'wage 10000.00 becomes 12000.00', steps: [expect.anything()] },
    ],
  ])('explains a change %s', async (_, event, why) => {
    const [, changed] = await readAll(await logOf(['individual-a', [life.assessed(), event]]));
    expect(changed?.why).toMatchObject(why);
  });
});
