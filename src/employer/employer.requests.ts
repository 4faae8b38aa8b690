import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { localized } from '../http/localized.js';
import type { FieldError, Text } from '../http/problem.js';
import { requestInvalid, toFieldErrors } from '../http/validation.js';
import { parsePercent, type Ppm } from '../kernel/money.js';
import { parseUscc, type Uscc, type UsccProblem } from '../kernel/uscc.js';
import { RegisterEmployerBody } from './employer.dto.js';

type Registration = Readonly<{ uscc: Uscc; name: string; region: string; injuryRate: Ppm | undefined }>;

const USCC_TEXTS: Readonly<Record<UsccProblem, Text>> = {
  'uscc-empty': { en: 'is empty', zh: '不能为空' },
  'uscc-length': { en: 'must have 18 characters', zh: '须为 18 位' },
  'uscc-characters': { en: 'holds characters that are not allowed', zh: '含有不允许的字符' },
  'uscc-organisation-check': {
    en: 'the organisation code in it does not check',
    zh: '其中主体标识码校验不正确',
  },
  'uscc-check-digit': { en: 'its check character does not fit', zh: '校验码不正确' },
};

/** Checks shape and code together, so that every bad field is named in one answer, the code with all its problems. */
export const readRegistration = (body: unknown, request: FastifyRequest): Registration => {
  const given = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  const registration = plainToInstance(RegisterEmployerBody, given);
  const errors = [
    ...toFieldErrors(validateSync(registration, { whitelist: true, forbidNonWhitelisted: true })),
  ];
  const uscc = typeof registration.uscc === 'string' ? parseUscc(registration.uscc) : undefined;
  if (uscc && !uscc.ok) errors.push(...uscc.error.map((code) => toFieldError(code, request)));
  if (errors.length > 0 || !uscc?.ok) throw requestInvalid(errors);
  const rate = registration.injuryRate === undefined ? undefined : parsePercent(registration.injuryRate);
  return {
    uscc: uscc.value,
    name: registration.name.trim(),
    region: registration.region,
    injuryRate: rate?.ok ? rate.value : undefined,
  };
};

const toFieldError = (code: UsccProblem, request: FastifyRequest): FieldError => ({
  field: 'uscc',
  code,
  message: localized(USCC_TEXTS[code], request),
});
