import type { Located } from '../cli/answers.js';
import { SAMPLE_PERSON } from './samples.js';
import { expectSame, indent, type Stage } from './stage.js';

const PHARMACY = 'P31010100001';
/** After the months were paid; the last costs more than the account still holds. */
const PURCHASES = [
  {
    institutionSerial: 'T0001',
    occurredAt: '2025-09-03T02:15:00.000Z',
    ownExpense: '0.00',
    inScope: '86.50',
  },
  {
    institutionSerial: 'T0002',
    occurredAt: '2025-09-10T09:40:00.000Z',
    ownExpense: '20.00',
    inScope: '108.00',
  },
  {
    institutionSerial: 'T0003',
    occurredAt: '2025-09-24T01:05:00.000Z',
    ownExpense: '0.00',
    inScope: '600.00',
  },
] as const;
const TOTALS = ['86.50', '128.00', '600.00'] as const;
const RETURNED = 1;

type Settled = Readonly<{
  settlementId: string;
  accountPaid: string;
  cashPaid: string;
  balanceBefore: string;
  balanceAfter: string;
  receipt: string;
}>;
type Returned = Readonly<{ accountReturned: string; balanceAfter: string }>;

/** The number goes in the body, never in a path; from here on the person is an id. */
export const locate = async ({ client, say, scene }: Stage): Promise<string> => {
  scene(
    'One person is found',
    'By number and name in the body of a request; from here on the person is an id.',
  );
  const { ssn: number, name } = SAMPLE_PERSON;
  const { value } = await client.post<Located>('/v1/individuals/locate', { number, name });
  expectSame(
    'locating a person',
    { via: 'current', nameMatches: true },
    { via: value.via, nameMatches: value.nameMatches },
  );
  say(`  ${name} is ${value.id}`);
  return value.id;
};

/** Three purchases, one of them taken back. Gives the position of the last write. */
export const buy = async (stage: Stage, id: string): Promise<string | undefined> => {
  const { client, say, scene } = stage;
  scene(
    'Three purchases at a pharmacy',
    'The medical account pays as far as it reaches, the rest is cash; one is taken back.',
  );
  const settled: Settled[] = [];
  for (const [i, purchase] of PURCHASES.entries()) {
    const body = {
      id,
      institution: PHARMACY,
      kind: 'pharmacy',
      total: TOTALS[i],
      fundPaid: '0.00',
      ...purchase,
    };
    const { status, value } = await client.post<Settled>('/v1/settlements', body, {
      key: purchase.institutionSerial,
    });
    expectSame('a purchase', 201, status);
    settled.push(value);
    const { accountPaid, cashPaid, balanceBefore, balanceAfter } = value;
    say(
      `  ${TOTALS[i] ?? ''}: account ${accountPaid}, cash ${cashPaid}; balance ${balanceBefore} -> ${balanceAfter}`,
    );
  }
  say(`\n  The first receipt:\n\n${indent(settled[0]?.receipt ?? '')}`);
  return takeBack(stage, settled[RETURNED]);
};

const takeBack = async (
  { client, say }: Stage,
  settled: Settled | undefined,
): Promise<string | undefined> => {
  const path = `/v1/settlements/${settled?.settlementId ?? ''}/reversals`;
  const body = { institution: PHARMACY, institutionSerial: 'T0004', reason: 'goods returned' };
  const { status, value, position } = await client.post<Returned>(path, body, { key: 'T0004' });
  expectSame('taking a purchase back', 201, status);
  expectSame('what comes back', settled?.accountPaid, value.accountReturned);
  say(
    `\n  The second is taken back: ${value.accountReturned} returns to the account, which now holds ${value.balanceAfter}.`,
  );
  return position;
};
