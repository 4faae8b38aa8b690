/** What a person without the right to see it whole is shown of a name: the first character, `张*`. */
export const maskName = (name: string): string => {
  const [first = ''] = [...name];
  return `${first}*`;
};

const SHOWN_FIRST = 6;
const SHOWN_LAST = 4;

/** A number with its first six and last four characters; a short document number keeps its last four at most. */
export const maskNumber = (number: string): string => {
  const hidden = number.length - SHOWN_FIRST - SHOWN_LAST;
  if (hidden >= SHOWN_LAST)
    return number.slice(0, SHOWN_FIRST) + '*'.repeat(hidden) + number.slice(-SHOWN_LAST);
  const shown = Math.min(SHOWN_LAST, Math.floor(number.length / 2));
  return '*'.repeat(number.length - shown) + number.slice(number.length - shown);
};
