import type { Context } from '../src/event-store/metadata.js';
import type { ContributionAssessed, ContributionLine, ContributionPaid } from '../src/individual/events.js';
import type { Day, Instant } from '../src/kernel/calendar.js';

/** Facts of a command as the bench gives them: fixed, so that every run stores the same bytes but for ids. */
export const context = (cause: string): Context => ({
  recordedAt: '2025-07-10T08:00:00.000Z' as Instant,
  bookedOn: '2025-07-10' as Day,
  actor: { role: 'employer', id: '91310000MA1FL0007C' },
  channel: 'employer',
  cause,
  correlationId: '0b9f9a52-3b7e-5f9f-8a51-6d1f0f1f0001',
  causationId: '0b9f9a52-3b7e-5f9f-8a51-6d1f0f1f0001',
});

const line = (
  insurance: string,
  employerPart: string,
  employeePart: string,
  toAccount: string,
): ContributionLine => ({
  insurance,
  base: '15000.55',
  employerPart,
  employeePart,
  toAccount,
});
const LINES: readonly ContributionLine[] = [
  line('pension', '2400.09', '1200.04', '1200.04'),
  line('medical', '1350.05', '300.01', '300.01'),
  line('unemployment', '75.00', '75.00', '0.00'),
  line('injury', '24.00', '0.00', '0.00'),
];
const EMPLOYER = '91310000MA1FL0007C';

export const contributionOf = (month: string, row: number): ContributionAssessed => ({
  type: 'ContributionAssessed',
  data: {
    submission: `5a3a5b0e-0000-5000-8000-000000${month.replace('-', '')}`,
    line: row,
    employer: EMPLOYER,
    region: 'shanghai',
    month,
    wage: '15000.55',
    employment: 'employee',
    table: 'shanghai/2024-07',
    lines: LINES,
  },
});

export const paymentOf = (month: string): ContributionPaid => ({
  type: 'ContributionPaid',
  data: {
    submission: `5a3a5b0e-0000-5000-8000-000000${month.replace('-', '')}`,
    employer: EMPLOYER,
    month,
    paidOn: `${month}-20`,
    payment: `7a3a5b0e-0000-5000-8000-000000${month.replace('-', '')}`,
    lines: LINES,
  },
});
