import { ValidationPipe, type Type } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { fieldMessages, type FieldCode } from './field-messages.js';
import { httpProblems } from './http.problems.js';
import { ProblemError, type FieldError } from './problem.js';

/** Constraints of class-validator by the code that the contract gives them. */
const CODES: Readonly<Record<string, FieldCode>> = {
  isString: 'not-text',
  isNotEmpty: 'required',
  isDefined: 'required',
  whitelistValidation: 'unknown-field',
  isIn: 'not-allowed',
  isEnum: 'not-allowed',
  isArray: 'not-a-list',
  isObject: 'not-an-object',
  nestedValidation: 'not-an-object',
  isBoolean: 'not-true-or-false',
  isInt: 'not-a-whole-number',
  isNumber: 'not-a-whole-number',
  isNumberString: 'not-a-whole-number',
  min: 'out-of-range',
  max: 'out-of-range',
  arrayNotEmpty: 'list-empty',
  arrayMinSize: 'list-too-short',
  arrayMaxSize: 'list-too-long',
  arrayUnique: 'repeated',
  minLength: 'length-out-of-range',
  maxLength: 'length-out-of-range',
  isLength: 'length-out-of-range',
  matches: 'malformed',
  isUuid: 'malformed',
};
const isFieldCode = (text: string): text is FieldCode => Object.hasOwn(fieldMessages, text);

/** A name that the client made up may hold anything, a citizen number too: only plain names are said back. */
const PLAIN_NAME = /^(?!.*\d{9})[A-Za-z_][\w-]{0,63}$/;
const pathOf = (parent: string, { property, target }: ValidationError): string => {
  if (Array.isArray(target) || /^\d{1,7}$/.test(property)) return `${parent}[${property}]`;
  const name = PLAIN_NAME.test(property) ? property : '(unknown)';
  return parent === '' ? name : `${parent}.${name}`;
};

const codeOf = (constraints: Readonly<Record<string, string>>, value: unknown): FieldCode => {
  if (constraints['whitelistValidation']) return 'unknown-field';
  if (value === undefined || value === null) return 'required';
  const codes = Object.entries(constraints).map(([name, message]) =>
    isFieldCode(message) ? message : (CODES[name] ?? 'malformed'),
  );
  return codes[0] ?? 'malformed';
};

/** Every bad field once, with its path (`rows[3].wage`); values are never said back. */
export const toFieldErrors = (errors: readonly ValidationError[], parent = ''): readonly FieldError[] =>
  errors.flatMap((error) => {
    const field = pathOf(parent, error);
    if (error.constraints) {
      const code = codeOf(error.constraints, error.value);
      return [{ field, code, message: fieldMessages[code].en }];
    }
    return toFieldErrors(error.children ?? [], field);
  });

export const requestInvalid = (errors: readonly FieldError[]): ProblemError =>
  new ProblemError('request-invalid', httpProblems['request-invalid'], errors);

/**
 * Turns a body or query into its DTO, or refuses it with `request-invalid` and every bad field. `expected` names the DTO
 * where the route's own type does not.
 */
export const createValidationPipe = (expected?: Type<object>): ValidationPipe =>
  new ValidationPipe({
    ...(expected && { expectedType: expected }),
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: true, value: true },
    exceptionFactory: (errors) => requestInvalid(toFieldErrors(errors)),
  });
