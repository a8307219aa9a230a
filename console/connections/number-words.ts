/** The rating of a number, in words; what is not known stays as it came. */
export function qualityWords(rating: string): string {
  const words = { GREEN: 'high', YELLOW: 'medium', RED: 'low', UNKNOWN: 'not rated yet' }[rating.toUpperCase()];
  return words === undefined ? `Quality ${rating}` : `Quality ${words} (${rating})`;
}

/** How many people may be written to first in a day. The provider names a tier, such as `TIER_2K`, or a number. */
export function limitWords(limit: string): string {
  const [, digits, unit] = /^(?:TIER_)?(\d+)(K?)$/u.exec(limit.toUpperCase()) ?? [];
  if (digits !== undefined) {
    const people = Number(digits) * (unit === 'K' ? 1000 : 1);
    return `May write first to ${people.toLocaleString()} people a day (${limit})`;
  }
  if (/^(?:TIER_)?UNLIMITED$|^-1$/u.test(limit.toUpperCase()))
    return `May write first to any number of people (${limit})`;
  return `Limit ${limit}`;
}

/** What the review of a number's name came to. */
export function nameWords(decision: string): string {
  const words = {
    APPROVED: 'Name approved',
    DEFERRED: 'Review of the name put off',
    PENDING: 'Name is being reviewed',
    REJECTED: 'Name rejected',
  }[decision.toUpperCase()];
  return words ?? `Name ${decision}`;
}
