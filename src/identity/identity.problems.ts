import { ssnTexts } from '../http/number.texts.js';
import { ProblemError, type ProblemSpec, type Text } from '../http/problem.js';
import type { SsnProblem } from '../kernel/ssn.js';

const numberInvalid: ProblemSpec = {
  status: 400,
  title: { en: 'The number is not a valid social security number', zh: '社会保障号码无效' },
};

/** `ssn-invalid` with every problem of the number; `say` puts a text into the client's language. */
export const numberProblem = (
  problems: readonly SsnProblem[],
  field: string,
  say: (text: Text) => string,
): ProblemError =>
  new ProblemError(
    'ssn-invalid',
    numberInvalid,
    problems.map((code) => ({ field, code, message: say(ssnTexts[code]) })),
  );
