import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import type { Text } from '../http/problem.js';
import type { Result } from '../kernel/result.js';
import {
  readBankStatement,
  readBankStatementJson,
  STATEMENT_BYTES_MAX,
  type BankStatementFile,
} from './bank-statement.file.js';
import { fileProblems } from './employer.problems.js';
import { Gate } from './gate.js';
import type { FileFault } from './roster.file.js';
import type { BodyFault } from './roster.json.js';
import { fileOf, refuse } from './roster.upload.js';

/** Statements held in memory while they are read; further uploads wait, unread, so their senders slow down. */
const UPLOADS_AT_ONCE = 2;
const uploads = new Gate(UPLOADS_AT_ONCE);

const TOO_LARGE: Text = { en: 'The file is over 8 MiB', zh: '文件超过 8 MiB' };
const TOO_MANY: Text = { en: 'The file has over 10,000 lines', zh: '文件超过 10,000 行' };
const problems = {
  ...fileProblems,
  'file-too-large': { ...fileProblems['file-too-large'], title: TOO_LARGE },
  'too-many-rows': { ...fileProblems['too-many-rows'], title: TOO_MANY },
};

/** Reads a statement from a request: a file as the body or as the `file` of a form, or JSON. Refuses it with a problem. */
export const readStatementUpload = (request: FastifyRequest): Promise<BankStatementFile> =>
  uploads.run(async () => {
    const read = await readAny(request);
    return read.ok ? read.value : refuse(read.error, request, problems);
  });

const readAny = async (
  request: FastifyRequest,
): Promise<Result<BankStatementFile, FileFault | BodyFault>> => {
  if (request.isMultipart()) return readBankStatement(await fileOf(request, STATEMENT_BYTES_MAX));
  return request.body instanceof Readable
    ? readBankStatement(request.body)
    : readBankStatementJson(request.body);
};
