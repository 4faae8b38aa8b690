import type {} from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { fieldMessages } from '../http/field-messages.js';
import { httpProblem } from '../http/http-problem.js';
import { localized } from '../http/localized.js';
import { ProblemError, type ProblemSpec } from '../http/problem.js';
import { requestInvalid } from '../http/validation.js';
import type { Result } from '../kernel/result.js';
import { fileProblems, uploadProblems } from './employer.problems.js';
import { Gate } from './gate.js';
import { FILE_BYTES_MAX } from '../http/content-types.js';
import type { FileFault, RosterFile } from './roster.file.js';
import { readRosterJson, type BodyFault } from './roster.json.js';
import { readRoster } from './roster.reader.js';

/** Files held in memory while they are read; further uploads wait, unread, so their senders slow down. */
const UPLOADS_AT_ONCE = 3;
const uploads = new Gate(UPLOADS_AT_ONCE);

/** Reads a roster from a request: a file as the body or as the `file` of a form, or JSON. Refuses it with a problem. */
export const readUpload = (request: FastifyRequest): Promise<RosterFile> =>
  uploads.run(async () => {
    if (request.isMultipart()) return takeRoster(await readRoster(await fileOf(request)), request);
    if (request.body instanceof Readable) return takeRoster(await readRoster(request.body), request);
    const json = readRosterJson(request.body);
    return json.ok ? json.value.file : refuse(json.error, request);
  });

/** The month that a JSON body names; anything else names it in the query. */
export const monthInBody = ({ body }: FastifyRequest): unknown =>
  typeof body === 'object' && body !== null && 'month' in body && !(body instanceof Readable)
    ? body.month
    : undefined;

/** Bodies of another kind are refused before anything else is asked. */
export const assertKnownKind = (request: FastifyRequest): void => {
  const isJson = /^application\/json\b/i.test(request.headers['content-type'] ?? '');
  if (!request.isMultipart() && !(request.body instanceof Readable) && !isJson)
    throw httpProblem('media-type-unsupported');
};

/** The `file` of a form. */
export const fileOf = async (
  request: FastifyRequest,
  bytesMax = FILE_BYTES_MAX,
): Promise<AsyncIterable<Uint8Array>> => {
  const part = await request.file({ limits: { fileSize: bytesMax + 1 } });
  if (!part) throw new ProblemError('file-missing', uploadProblems['file-missing']);
  return part.file as AsyncIterable<Uint8Array>;
};

const takeRoster = (roster: Result<RosterFile, FileFault>, request: FastifyRequest): RosterFile =>
  roster.ok ? roster.value : refuse(roster.error, request);

/** `specs` are the problems of files in the words of this kind of file. */
export const refuse = (
  fault: FileFault | BodyFault,
  request: FastifyRequest,
  specs: Readonly<Record<FileFault['type'], ProblemSpec>> = fileProblems,
): never => {
  const errors = fault.problems.map(({ field, code }) => ({
    field,
    code,
    message: textOf(code, request, specs),
  }));
  if (fault.type === 'body') throw requestInvalid(errors);
  throw new ProblemError(fault.type, specs[fault.type], errors);
};

const textOf = (
  code: string,
  request: FastifyRequest,
  specs: Readonly<Record<FileFault['type'], ProblemSpec>>,
): string => {
  if (Object.hasOwn(specs, code)) return localized(specs[code as FileFault['type']].title, request);
  return Object.hasOwn(fieldMessages, code)
    ? localized(fieldMessages[code as keyof typeof fieldMessages], request)
    : code;
};
