import { correctionProjection } from './correction/correction.projection.js';
import { accountProjection } from './employer/account.projection.js';
import { bankStatementProjection } from './employer/bank-statement.projection.js';
import { employerProjection } from './employer/employer.projection.js';
import { estimateProjection } from './employer/estimate.projection.js';
import { submissionProjection } from './employer/submission.projection.js';
import { identityProjection } from './identity/identity.projection.js';
import { contributionMonthProjection } from './ledger/contribution-month.projection.js';
import { postingsProjection } from './ledger/postings.projection.js';
import type { Projection } from './projection/projection.js';

/** Everything that is folded from the log. The server's projecting thread imports the same list. */
export const PROJECTIONS: readonly Projection[] = [
  identityProjection,
  contributionMonthProjection,
  postingsProjection,
  employerProjection,
  estimateProjection,
  accountProjection,
  submissionProjection,
  bankStatementProjection,
  correctionProjection,
];
