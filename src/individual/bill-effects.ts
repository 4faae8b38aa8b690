import assert from 'node:assert';
import { add, least, subtract, sum, ZERO, type Fen } from '../kernel/money.js';
import type { BillEffect, Charge } from './events.js';
import {
  claimsOf,
  coveredOf,
  isNought,
  minus,
  NO_PARTS,
  openOf,
  toPartsText,
  type Claim,
  type Parts,
} from './slip-amounts.js';

/**
 * How a change of what stands falls upon the bills that claimed it, each side by itself. What is more is a new claim of
 * `bill`. What is less is taken from what was not paid first, the newest claim first, and only then from what was
 * credited: that is returned. Pure.
 */
export const changeOf = (
  charges: readonly Charge[],
  insurance: string,
  after: Parts,
  bill: string,
): readonly BillEffect[] => {
  const known = claimsOf(charges, insurance);
  const before = known.map(({ claimed }) => claimed);
  const more = {
    employerPart: subtract(after.employerPart, sum(before.map(({ employerPart }) => employerPart))),
    employeePart: subtract(after.employeePart, sum(before.map(({ employeePart }) => employeePart))),
  };
  const own = known.some((claim) => claim.bill === bill)
    ? []
    : [{ bill, claimed: NO_PARTS, credited: NO_PARTS }];
  const claims = [...known, ...own];
  const employer = movedBy(claims, bill, more.employerPart, 'employerPart');
  const employee = movedBy(claims, bill, more.employeePart, 'employeePart');
  const sides = claims.map((claim, index): Moved => {
    const [employerPart, employeePart] = [employer[index] ?? ZERO, employee[index] ?? ZERO];
    const claimed = {
      employerPart: add(claim.claimed.employerPart, employerPart),
      employeePart: add(claim.claimed.employeePart, employeePart),
      toAccount: ZERO,
    };
    const toAccount = least(claim.claimed.toAccount, claimed.employeePart);
    return { claim, claimed: { ...claimed, toAccount } };
  });
  return withAccount(sides, after.toAccount).flatMap((one) => effectOf(insurance, one));
};

/** All claims on an insurance are given up; what had been credited of them is returned. */
export const reclaimOf = (charges: readonly Charge[], insurance: string): readonly BillEffect[] =>
  claimsOf(charges, insurance).flatMap((claim) => effectOf(insurance, { claim, claimed: NO_PARTS }));

type Side = 'employerPart' | 'employeePart';
/** A claim, and what is claimed by it then. */
type Moved = Readonly<{ claim: Claim; claimed: Parts }>;

/** By how much each claim changes on one side: more is claimed by the bill, less is taken where it was not paid first. */
const movedBy = (claims: readonly Claim[], bill: string, more: Fen, side: Side): readonly Fen[] => {
  if (more >= ZERO) return claims.map((claim) => (claim.bill === bill ? more : ZERO));
  const taken = claims.map(() => ZERO);
  const newest = [...claims.entries()].reverse();
  const order = [
    ...newest.map(([index, claim]) => [index, openOf(claim)[side]] as const),
    ...newest.map(([index, { credited }]) => [index, credited[side]] as const),
  ];
  let left = subtract(ZERO, more);
  for (const [index, room] of order) {
    const part = least(left, room);
    taken[index] = subtract(taken[index] ?? ZERO, part);
    left = subtract(left, part);
  }
  return taken;
};

/**
 * The account's share is a part of the employee's: it goes with it, and what then still differs from what stands is made
 * good on the newest claim that has room, one that is not paid first.
 */
const withAccount = (sides: readonly Moved[], toAccount: Fen): readonly Moved[] => {
  const shares = sides.map(({ claimed }) => claimed.toAccount);
  let left = subtract(toAccount, sum(shares));
  const newest = [...sides.entries()].reverse();
  const isOpen = ({ claim, claimed }: Moved): boolean => claim.credited.employeePart < claimed.employeePart;
  const order = [...newest.filter(([, one]) => isOpen(one)), ...newest.filter(([, one]) => !isOpen(one))];
  for (const [index, { claimed }] of order) {
    const share = shares[index] ?? ZERO;
    const room = subtract(claimed.employeePart, share);
    const change = left > ZERO ? least(left, room) : subtract(ZERO, least(subtract(ZERO, left), share));
    shares[index] = add(share, change);
    left = subtract(left, change);
  }
  assert(left === ZERO, "the account's share is no more than the employee's part");
  return sides.map((one, index) => ({
    ...one,
    claimed: { ...one.claimed, toAccount: shares[index] ?? ZERO },
  }));
};

const effectOf = (insurance: string, { claim, claimed }: Moved): readonly BillEffect[] => {
  const { bill, credited } = claim;
  const change = minus(claimed, claim.claimed);
  const returned = minus(credited, coveredOf(credited, claimed));
  if (isNought(change) && isNought(returned)) return [];
  return [
    {
      bill,
      insurance,
      ...toPartsText(change),
      ...(!isNought(returned) && { returned: toPartsText(returned) }),
    },
  ];
};
