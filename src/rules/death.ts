import type { Fen } from '../kernel/money.js';

/** Whoever has paid `from` months or more leaves `months` of income. */
export type GrantStep = Readonly<{ from: number; months: number }>;
/** 丧葬补助金 and 抚恤金, counted in months of disposable income. */
export type DeathRules = Readonly<{
  funeralMonths: number;
  steps: readonly GrantStep[];
  /** Beyond `after` months paid, each full `every` months add one. */
  after: number;
  every: number;
  most: number;
  /** Each full year of pension takes so many off, down to `leastDrawn`. */
  lessEachYear: number;
  leastDrawn: number;
}>;
export type SurvivorMonths = Readonly<{ byYears: number; months: number }>;
export type DeathGrant = Readonly<{ funeral: Fen; survivor: Fen; total: Fen }> & SurvivorMonths;

/** Months of income for the survivors, by what was paid and, of a pensioner, by the full years drawn. */
export const survivorMonths = (
  paid: number,
  drawnYears: number | undefined,
  { steps, after, every, most, lessEachYear, leastDrawn }: DeathRules,
): SurvivorMonths => {
  const step = steps.findLast(({ from }) => from <= paid)?.months ?? 0;
  const more = Math.floor(Math.max(0, paid - after) / every);
  const byYears = Math.min(most, step + more);
  if (drawnYears === undefined) return { byYears, months: byYears };
  return { byYears, months: Math.max(leastDrawn, byYears - lessEachYear * drawnYears) };
};

/** What is paid on a death (遗属待遇): whole months of income, so nothing is rounded. 人社部发〔2021〕18号. */
export const deathGrant = (
  disposableIncome: Fen,
  paid: number,
  drawnYears: number | undefined,
  rules: DeathRules,
): DeathGrant => {
  const { byYears, months } = survivorMonths(paid, drawnYears, rules);
  const funeral = (disposableIncome * BigInt(rules.funeralMonths)) as Fen;
  const survivor = (disposableIncome * BigInt(months)) as Fen;
  return { funeral, survivor, total: (funeral + survivor) as Fen, byYears, months };
};
