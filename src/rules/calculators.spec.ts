import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ProblemFilter } from '../http/problem.filter.js';
import { createValidationPipe } from '../http/validation.js';
import type { Instant } from '../kernel/calendar.js';
import { Clock } from '../kernel/clock.js';
import { RuleBook } from './policy.js';
import { LawTables } from './table.js';
import { YamlRuleBook } from './rules.loader.js';
import { RulesModule } from './rules.module.js';

class HeldClock extends Clock {
  now(): Instant {
    return '2025-08-01T00:00:00.000Z' as Instant;
  }
}
@Global()
@Module({
  providers: [
    { provide: RuleBook, useFactory: () => YamlRuleBook.load() },
    { provide: LawTables, useExisting: RuleBook },
    { provide: Clock, useClass: HeldClock },
  ],
  exports: [RuleBook, LawTables, Clock],
})
class Adapters {}

let app: NestFastifyApplication;
beforeAll(async () => {
  const module = await Test.createTestingModule({ imports: [Adapters, RulesModule] }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter());
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());

const ask = async (name: string, payload: object, language = 'en') => {
  const headers = { 'accept-language': language };
  const answer = await app.inject({ method: 'POST', url: `/v1/calculators/${name}`, payload, headers });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
};
const shanghai = { region: 'shanghai', month: '2025-07', wage: '15000.55' };

describe('the contribution calculator', () => {
  it('answers the example of Shanghai', async () => {
    const { status, body } = await ask('contribution', shanghai);
    expect(status).toBe(200);
    const { why, ...answer } = body;
    expect(answer).toEqual({
      table: 'shanghai/2025-07',
      base: '15000.55',
      lines: [
        {
          insurance: 'pension',
          base: '15000.55',
          employerPart: '2400.09',
          employeePart: '1200.04',
          toAccount: '1200.04',
        },
        {
          insurance: 'medical',
          base: '15000.55',
          employerPart: '1350.05',
          employeePart: '300.01',
          toAccount: '300.01',
        },
        {
          insurance: 'unemployment',
          base: '15000.55',
          employerPart: '75.00',
          employeePart: '75.00',
          toAccount: '0.00',
        },
        {
          insurance: 'injury',
          base: '15000.55',
          employerPart: '24.00',
          employeePart: '0.00',
          toAccount: '0.00',
        },
      ],
      employerTotal: '3849.14',
      employeeTotal: '1575.05',
    });
    expect((why as readonly { rule: string; source: string; formula: string }[])[2]).toEqual({
      rule: 'shanghai/2025-07 pension employee',
      source: expect.stringContaining('国发〔2005〕38号'),
      formula: '15000.55 x 8% = 1200.04 (fen-half-up)',
    });
  });
  it('takes the own rate of an employer and a flexible worker', async () => {
    const own = await ask('contribution', { ...shanghai, injuryRate: '0.24' });
    expect(own.body).toMatchObject({ employerTotal: '3861.14' });
    const flexible = await ask('contribution', { ...shanghai, employment: 'flexible' });
    expect(flexible.body).toMatchObject({ employerTotal: '0.00', employeeTotal: '4500.17' });
  });
  it('says which months and regions there are', async () => {
    const late = await ask('contribution', { ...shanghai, month: '2027-07' });
    expect([late.status, late.body]).toEqual([
      422,
      {
        type: '/problems/policy-missing',
        code: 'policy-missing',
        title: 'The rules have no answer for this region, month and employment',
        status: 422,
        detail: 'month: must be a month that the rules have',
        errors: [{ field: 'month', code: 'policy-missing', message: 'must be a month that the rules have' }],
        regions: ['beijing', 'guangzhou', 'shanghai', 'shenzhen', 'sichuan'],
        months: { from: '2019-05', to: '2027-06' },
      },
    ]);
    const flexible = await ask(
      'contribution',
      { ...shanghai, region: 'beijing', employment: 'flexible' },
      'zh-CN',
    );
    expect([flexible.status, flexible.body]).toMatchObject([
      422,
      { code: 'policy-missing', errors: [{ field: 'employment', message: '该地区没有此用工形式的政策' }] },
    ]);
    const unknown = await ask('contribution', { ...shanghai, region: 'atlantis' }, 'zh-CN');
    expect([unknown.status, unknown.body]).toMatchObject([
      422,
      {
        code: 'region-unknown',
        title: '未知的地区代码',
        regions: ['beijing', 'guangzhou', 'shanghai', 'shenzhen', 'sichuan'],
      },
    ]);
  });
  it('names every bad field', async () => {
    const body = {
      region: 1,
      month: '2025-13',
      wage: 15000.55,
      employment: 'owner',
      injuryRate: 0.2,
      extra: 1,
    };
    const { status, body: problem } = await ask('contribution', body);
    const { code, errors } = problem as {
      code: string;
      errors: { field: string; code: string }[];
    };
    expect([status, code]).toEqual([400, 'request-invalid']);
    expect(Object.fromEntries(errors.map((each) => [each.field, each.code]))).toEqual({
      region: 'not-text',
      month: 'month-malformed',
      wage: 'money-not-text',
      employment: 'not-allowed',
      injuryRate: 'rate-malformed',
      extra: 'unknown-field',
    });
  });
  it.each(['-1', '1.005', '1e3', '', '1,000'])('refuses the wage %j', async (wage) => {
    const { status, body } = await ask('contribution', { ...shanghai, wage });
    expect([status, body]).toMatchObject([400, { errors: [{ field: 'wage' }] }]);
  });
});

describe('the identifier calculator', () => {
  it('reads a number with 15 digits', async () => {
    const { status, body } = await ask('identifier', { number: '１１０１０５ 491231002' });
    const { why, ...answer } = body;
    expect([status, answer]).toEqual([
      200,
      {
        valid: true,
        kind: 'citizen',
        normalized: '11010519491231002X',
        upgraded: true,
        birthDate: '1949-12-31',
        sex: 'female',
        problems: [],
      },
    ]);
    expect(JSON.stringify(why)).toContain('check digit X');
  });
  it.each([
    ['110105194912310021', ['ssn-check-digit'], 2],
    ['', ['ssn-empty'], 1],
    ['张三', ['ssn-characters'], 1],
    ['11010520250802003X', ['ssn-birth-date-future', 'ssn-check-digit'], 2],
  ])('answers %j with what is wrong', async (number, problems, steps) => {
    const { status, body } = await ask('identifier', { number });
    expect([status, body]).toMatchObject([200, { valid: false, problems }]);
    expect(body['why']).toHaveLength(steps);
  });
  it('knows a foreign number', async () =>
    expect((await ask('identifier', { number: 'USA0123456789' })).body).toMatchObject({
      valid: true,
      kind: 'foreign',
    }));
  it('refuses a JSON number', async () =>
    expect(await ask('identifier', { number: 110105194912310021 })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'number', code: 'not-text' }] },
    }));
});

describe('the credit code calculator', () => {
  it('takes a good code and says how it was checked', async () => {
    const { status, body } = await ask('credit-code', { code: ' 91350100m000100y43' });
    const { why, ...answer } = body;
    expect([status, answer]).toEqual([200, { valid: true, normalized: '91350100M000100Y43', problems: [] }]);
    expect((why as { formula: string }[]).map(({ formula }) => formula.split(': check ')[1])).toEqual([
      undefined,
      '4',
      '3',
    ]);
  });
  it.each([
    ['91350100M000100Y44', ['uscc-check-digit'], 3],
    ['91350100M000100', ['uscc-length'], 1],
    ['91350100I000100Y43', ['uscc-characters'], 1],
  ])('answers %j with what is wrong', async (code, problems, steps) => {
    const { status, body } = await ask('credit-code', { code });
    expect([status, body]).toMatchObject([200, { valid: false, problems }]);
    expect(body['why']).toHaveLength(steps);
  });
  it('needs a code', async () =>
    expect(await ask('credit-code', {})).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'code', code: 'required' }] },
    }));
});
