import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  failureOf,
  identifierOf,
  person,
  setUp,
  valueOf,
  type Harness,
} from '../../test/support/individual.js';
import { streamOf } from './individual.js';

let app: Harness;
beforeEach(() => {
  app = setUp();
});

describe('registering over the bus', () => {
  it('seals what is personal and answers a repeat as the first time', async () => {
    const first = valueOf(await app.register(person({ phone: '13800000000' })));
    const second = valueOf(await app.register(person({ phone: '13800000000', name: ' 张三　' })));
    expect(first).toMatchObject({ replayed: false, value: { id: app.id, region: 'shanghai', revision: 0n } });
    expect(second).toEqual({ ...first, replayed: true });
    const [event] = await app.logged();
    expect(`${event?.data}${event?.metadata}`).not.toMatch(/张三|13800000000|310101/);
    const sealed = (JSON.parse(event?.data ?? '') as { sealed: string }).sealed;
    expect(JSON.parse(app.keyring.open(sealed, streamOf(app.id)))).toEqual({
      ssn: identifierOf(1).ssn,
      name: '张三',
      phone: '13800000000',
    });
  });
  it.each([
    [{ name: '李四' }, ['name']],
    [{ phone: '13900000000' }, ['phone']],
    [{ documentType: 'passport', phone: '13900000000' }, ['documentType', 'phone']],
    [{ region: 'beijing' }, ['region']],
  ])('says what differs: %p', async (other, differs) => {
    await app.register(person());
    expect(failureOf(await app.register(person(other)))).toEqual({ type: 'IndividualConflict', differs });
  });
  it('starts coverage once', async () => {
    expect(failureOf(await app.cover(['pension']))).toEqual({ type: 'IndividualNotFound' });
    await app.register(person());
    expect(valueOf(await app.cover(['pension', 'medical', 'pension']))).toMatchObject({ replayed: false });
    expect(valueOf(await app.cover(['medical', 'pension']))).toMatchObject({ replayed: true });
    expect(await app.typesOf()).toEqual(['IndividualRegistered', 'CoverageStarted']);
  });
  it('stops coverage once, where there is any, and starts it again', async () => {
    expect(failureOf(await app.uncover(['pension']))).toEqual({ type: 'IndividualNotFound' });
    await app.register(person());
    expect(valueOf(await app.uncover(['pension']))).toMatchObject({ replayed: true });
    await app.cover(['pension', 'medical']);
    expect(valueOf(await app.uncover(['pension', 'pension']))).toMatchObject({
      replayed: false,
      value: { id: app.id },
    });
    expect(valueOf(await app.uncover(['pension']))).toMatchObject({ replayed: true });
    const { coverage } = await app.stateOf();
    expect(Object.fromEntries(coverage)).toEqual({
      pension: [{ employer: 'E1', from: '2025-07-01', until: '2025-07-15' }],
      medical: [{ employer: 'E1', from: '2025-07-01' }],
    });
    expect(await app.typesOf()).toEqual(['IndividualRegistered', 'CoverageStarted', 'CoverageStopped']);
  });
});
