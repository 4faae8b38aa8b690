import { withCheck } from './people.js';

/** A row of an employer's file as text, each cell as a clerk typed it. */
export type RosterRow = Readonly<{
  ssn: string;
  name: string;
  wage: string;
  employment: string;
  insurances: string;
}>;

/** Mistakes that clerks make, in the order in which `--bad all` strews them. Each spoils a row that was right. */
export const FAULTS = [
  'check-digit',
  'birth-date',
  'length',
  'name-missing',
  'name-mismatch',
  'wage-negative',
  'wage-text',
  'duplicate',
  'already-submitted',
  'retired',
  'employment',
  'insurance',
] as const;
export type Fault = (typeof FAULTS)[number];

/** The rows round the one to be spoilt. `elsewhere` is someone whom another employer hands in for the same month. */
export type Neighbours = Readonly<{ before: RosterRow; elsewhere: RosterRow }>;

/** The row with one mistake in it. */
export const spoil = (row: RosterRow, fault: Fault, { before, elsewhere }: Neighbours): RosterRow => {
  const { ssn, name } = row;
  switch (fault) {
    case 'check-digit':
      return { ...row, ssn: ssn.slice(0, 17) + (ssn.endsWith('0') ? '1' : '0') };
    case 'birth-date':
      return { ...row, ssn: withCheck(`${ssn.slice(0, 10)}0230${ssn.slice(14, 17)}`) };
    case 'length':
      return { ...row, ssn: ssn.slice(0, 17) };
    case 'name-missing':
      return { ...row, name: '' };
    case 'name-mismatch':
      return { ...row, name: before.name === name ? elsewhere.name : before.name };
    case 'wage-negative':
      return { ...row, wage: `-${row.wage}` };
    case 'wage-text':
      return { ...row, wage: '面议' };
    case 'duplicate':
      return { ...row, ssn: before.ssn, name: before.name };
    case 'already-submitted':
      return { ...row, ssn: elsewhere.ssn, name: elsewhere.name };
    case 'retired':
      return { ...row, ssn: withCheck(`${ssn.slice(0, 6)}1948${ssn.slice(10, 17)}`) };
    case 'employment':
      return { ...row, employment: '股东' };
    case 'insurance':
      return { ...row, insurances: '公积金' };
  }
};
