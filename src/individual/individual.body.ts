import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { localized } from '../http/localized.js';
import type { FieldError } from '../http/problem.js';
import { requestInvalid, toFieldErrors } from '../http/validation.js';
import type { Day } from '../kernel/calendar.js';
import { parseSsn, type Identifier } from '../kernel/ssn.js';
import { fieldError, type Say } from './individual.problems.js';

/** Puts a text into the language that a client prefers. */
export const sayIn =
  (request: FastifyRequest): Say =>
  (text) =>
    localized(text, request);

/** What a check beyond the shape found: errors to name, or what it read. */
export type Checked<T> = Readonly<{ errors: readonly FieldError[]; value?: T }>;

/**
 * Reads a body into its DTO together with a check that the shape alone cannot make, so that every bad field is named in
 * one answer. Throws `request-invalid`.
 */
export const readBody = async <Shape extends object, T>(
  shape: new () => Shape,
  body: unknown,
  check: (given: Partial<Shape>, isWellFormed: (field: keyof Shape) => boolean) => Checked<T>,
): Promise<Readonly<{ body: Shape; value: T | undefined }>> => {
  const plain = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  const given = plainToInstance(shape, plain);
  const found = toFieldErrors(
    await validate(given, {
      whitelist: true,
      forbidNonWhitelisted: true,
      validationError: { target: true, value: true },
    }),
  );
  const named = new Set<unknown>(found.map(({ field }) => field));
  const checked = check(given, (field) => !named.has(field));
  const errors = [...found, ...checked.errors.filter(({ field }) => !named.has(field))];
  if (errors.length > 0) throw requestInvalid(errors);
  return { body: given, value: checked.value };
};

/** The number of a body, with every problem it has. A number that is no text is left to the shape. */
export const checkSsn = (ssn: unknown, today: Day, say: Say): Checked<Identifier> => {
  if (typeof ssn !== 'string') return { errors: [] };
  const parsed = parseSsn(ssn, today);
  if (parsed.ok) return { errors: [], value: parsed.value };
  return { errors: parsed.error.map((code) => fieldError('ssn', code, say)) };
};
