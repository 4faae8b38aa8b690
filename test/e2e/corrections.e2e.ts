import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Instant } from '../../src/kernel/calendar.js';
import { FixedClock, startApp, type Answer, type TestApp } from '../support/app.js';
import { corrected } from '../support/corrections.js';
import { ENGINES } from '../support/engines.js';
import { EMPLOYER, peopleOf, personOf, toCsv } from '../support/roster.js';

const people = peopleOf(4).map((person) => ({ ...person, wage: '10000.00' }));
const papers = { reason: 'declared wrongly', evidence: 'file 2025-0917' };
const EMPLOYER_PATH = `/v1/employers/${EMPLOYER}`;
const as = (actor: string, key?: string) => ({ actor, ...(key && { 'idempotency-key': key }) });

/** Shanghai in July 2025, at 10000: pension 1600 and 800, medical 900 and 200, unemployment 50 and 50, injury 16. */
const EMPLOYEES = '4200.00'; // 4 x (800 + 200 + 50)
const ONE_MONTH = '3616.00';

describe.each(ENGINES)('corrections by two people on %s', (engine) => {
  let app: TestApp;
  let submission: string;
  let ids: readonly string[];
  let receiver: string;

  beforeAll(async () => {
    const clock = new FixedClock('2025-07-12T04:00:00.000Z' as Instant);
    app = await startApp({ engine, clock });
    const employer = { uscc: EMPLOYER, name: '试验一号厂', region: 'shanghai', injuryRate: '0.16' };
    expect((await app.post('/v1/employers', employer)).status).toBe(201);
    const path = `${EMPLOYER_PATH}/submissions?month=2025-07`;
    const sent = await app.post(path, toCsv(people), as('works', 'july'));
    submission = sent.body.id as string;
    await app.judged(submission);
    const { items } = (await app.get(`/v1/submissions/${submission}/rows`)).body;
    ids = (items as { id: string }[]).map(({ id }) => id);
    const { ssn, name } = personOf(9);
    receiver = (await app.post('/v1/individuals', { ssn, name, region: 'shanghai' })).body.id as string;
    await pay(EMPLOYEES, 'employees');
  });
  afterAll(() => app.close());

  const pay = async (amount: string, reference: string): Promise<Answer> => {
    const payment = { amount, paidOn: '2025-07-12', reference };
    const paid = await app.post(`/v1/submissions/${submission}/payments`, payment, as('works', reference));
    expect([paid.status, paid.body]).toEqual([201, expect.objectContaining({ allocated: amount })]);
    return paid;
  };
  const at = ({ position }: Answer) => ({ 'ledger-min-position': position ?? '0' });
  const month = (id: string | undefined): string => `/v1/individuals/${id}/contributions/2025-07`;
  const standing = async (id: string | undefined, after: Answer) => {
    const { accounts, months } = (await app.get(`/v1/individuals/${id}/balances`, at(after))).body;
    const paid = (months as { insurance: string; paid: number }[]).filter((each) => each.paid > 0);
    return {
      accounts: (accounts as { balance: string }[]).map(({ balance }) => balance),
      paid: paid.map(({ insurance }) => insurance).sort(),
    };
  };
  const bookOf = async (after: Answer) => {
    const { total, accounts } = (await app.get('/v1/audit/trial-balance', at(after))).body;
    const clearing = (accounts as { account: string; debit: string; credit: string }[]).find(
      ({ account }) => account === 'clearing:payments',
    );
    return { total: total as string, waiting: clearing && clearing.debit === clearing.credit };
  };
  const credit = async (after: Answer): Promise<string> =>
    (await app.get(`${EMPLOYER_PATH}/account`, at(after))).body.credit as string;

  it('need another person to approve, and nothing changes before', async () => {
    const asked = await app.post(`${month(ids[0])}/reversals`, papers, as('zhang'));
    expect([asked.status, asked.body]).toEqual([
      202,
      {
        id: expect.any(String),
        state: 'requested',
        request: { kind: 'reversal', individual: ids[0], month: '2025-07' },
        requestedBy: 'zhang',
      },
    ]);
    expect(asked.headers.get('location')).toBe(`/v1/corrections/${asked.body.id}`);
    const own = await app.post(`/v1/corrections/${asked.body.id}/approvals`, {}, as('zhang'));
    expect([own.status, own.body.code]).toEqual([403, 'same-person']);
    expect(await standing(ids[0], asked)).toEqual({ accounts: ['800.00', '200.00'], paid: [] });
    const { items } = (await app.get('/v1/corrections?state=requested', at(asked))).body;
    expect(items).toMatchObject([{ id: asked.body.id, requestedBy: 'zhang' }]);
  });

  it('are one when asked again, and are done once when approved twice', async () => {
    const again = await app.post(`${month(ids[0])}/reversals`, papers, as('wang'));
    expect([again.status, again.headers.get('idempotency-replayed'), again.body.requestedBy]).toEqual([
      202,
      'true',
      'zhang',
    ]);
    const path = `/v1/corrections/${again.body.id}/approvals`;
    const [first, second] = await Promise.all([app.post(path, {}, as('li')), app.post(path, {}, as('li'))]);
    expect([first.status, second.status].sort()).toEqual([200, 201]);
    expect([first.body.state, second.body.state]).toEqual(['done', 'done']);
    const third = await app.post(path, {}, as('wang'));
    expect([third.status, third.body]).toEqual([
      200,
      expect.objectContaining({ state: 'done', decidedBy: 'li' }),
    ]);
    expect(await standing(ids[0], third)).toEqual({ accounts: ['0.00', '0.00'], paid: [] });
    // What had been credited of it: 800 + 200 + 50.
    expect(await credit(third)).toBe('1050.00');
    expect((await bookOf(third)).total).toBe('0.00');
    const shown = await app.get(`/v1/corrections/${again.body.id}`, at(third));
    expect(shown.body).toMatchObject({ state: 'done', requestedBy: 'zhang', decidedBy: 'li' });
  });

  it('change nothing when rejected, and cannot be approved then', async () => {
    const asked = await app.post(`${month(ids[1])}/reversals`, papers, as('zhang'));
    const path = `/v1/corrections/${asked.body.id}`;
    const rejected = await app.post(`${path}/rejections`, { reason: 'no papers' }, as('li'));
    expect([rejected.status, rejected.body]).toEqual([
      201,
      expect.objectContaining({ state: 'rejected', decidedBy: 'li' }),
    ]);
    expect((await app.post(`${path}/rejections`, { reason: 'no papers' }, as('li'))).status).toBe(200);
    const approved = await app.post(`${path}/approvals`, {}, as('li'));
    expect([approved.status, approved.body]).toEqual([
      409,
      expect.objectContaining({ code: 'correction-decided', state: 'rejected' }),
    ]);
    expect(await standing(ids[1], rejected)).toEqual({ accounts: ['800.00', '200.00'], paid: [] });
  });

  it('give a month to the right person, with what was paid, and what is paid later too', async () => {
    const moved = await corrected(app, `${month(ids[2])}/moves`, { to: receiver, ...papers }, 'move');
    expect(await standing(ids[2], moved)).toEqual({ accounts: ['0.00', '0.00'], paid: [] });
    expect(await standing(receiver, moved)).toEqual({ accounts: ['800.00', '200.00'], paid: [] });
    expect(await credit(moved)).toBe('1050.00');
    // The employer's side of the three that stand.
    const rest = await pay('7698.00', 'the rest');
    expect(rest.body.state).toBe('paid');
    const whole = ['injury', 'medical', 'pension', 'unemployment'];
    expect(await standing(receiver, rest)).toEqual({ accounts: ['800.00', '200.00'], paid: whole });
    expect(await standing(ids[2], rest)).toEqual({ accounts: ['0.00', '0.00'], paid: [] });
    expect(await bookOf(rest)).toEqual({ total: '0.00', waiting: true });
  });

  it('pay out credit once, and not more than there is', async () => {
    const refunds = `${EMPLOYER_PATH}/refunds`;
    const body = { amount: '1050.01', reference: 'order 1', ...papers };
    const tooMuch = await app.post(refunds, body, as('zhang', 'r0'));
    expect([tooMuch.status, tooMuch.body.code]).toEqual([409, 'credit-too-low']);
    const asked = await Promise.all(
      ['r1', 'r2'].map((key) =>
        app.post(refunds, { ...body, amount: '1050.00', reference: key }, as('zhang', key)),
      ),
    );
    expect(asked.map(({ status }) => status)).toEqual([202, 202]);
    const approved = await Promise.all(
      asked.map(({ body: { id } }) => app.post(`/v1/corrections/${id}/approvals`, {}, as('li'))),
    );
    const ends = approved.map(({ body: { state, code } }) => [state, code] as const);
    expect(ends.sort()).toEqual([
      ['done', undefined],
      ['failed', 'credit-too-low'],
    ]);
    const [last] = approved.toSorted((a, b) => Number(b.position) - Number(a.position));
    expect(await credit(last ?? approved[0]!)).toBe('0.00');
    expect((await bookOf(last ?? approved[0]!)).total).toBe('0.00');
  });

  it('that a month paid whole is taken back make all of it credit', async () => {
    const back = await corrected(app, `${month(ids[3])}/reversals`, papers);
    expect(await credit(back)).toBe(ONE_MONTH);
    expect(await standing(ids[3], back)).toEqual({ accounts: ['0.00', '0.00'], paid: [] });
  });

  it('are refused with every reason', async () => {
    const nobody = 'a'.repeat(26);
    const answers = [
      await app.post(`${month(nobody)}/reversals`, papers, as('zhang')),
      await app.post(`/v1/individuals/${ids[1]}/contributions/2025-06/reversals`, papers, as('zhang')),
      await app.post(`${month(ids[1])}/reversals`, { ...papers, insurance: 'housing' }, as('zhang')),
      await app.post(`/v1/individuals/${ids[1]}/contributions/2025-13/reversals`, papers, as('zhang')),
      await app.post(`${month(ids[1])}/moves`, { to: nobody, ...papers }, as('zhang')),
      await app.post(`${month(ids[1])}/moves`, { to: receiver, ...papers }, as('zhang')),
      await app.post(`${month(ids[1])}/reversals`, papers, as('110101199003070038')),
      await app.post(`${month(ids[1])}/reversals`, papers, as('two words')),
      await app.post('/v1/corrections/none/approvals', {}, as('li')),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [404, 'individual-not-found'],
      [404, 'nothing-to-reverse'],
      [422, 'insurance-not-assessed'],
      [400, 'request-invalid'],
      [404, 'receiver-not-found'],
      [409, 'month-taken'],
      [400, 'actor-malformed'],
      [400, 'actor-malformed'],
      [404, 'correction-not-found'],
    ]);
    const bad = await app.post(
      `${EMPLOYER_PATH}/refunds`,
      { amount: '0', reference: '' },
      as('zhang', 'bad'),
    );
    const fields = (bad.body.errors as { field: string }[]).map(({ field }) => field).sort();
    expect(fields).toEqual(['amount', 'evidence', 'reason', 'reference']);
  });
});
