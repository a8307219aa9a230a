import type { FactRow } from './account-facts-store.ts';
import type { Restricted } from './directory-connection.ts';
import { type Restriction, restrictions } from './lessons.ts';

/** The name under which a restriction is known. What a refusal taught stands beside what the provider announced, so that
 *  neither hides the end of the other. */
export function restrictionFact(restriction: Restriction, isByRefusal: boolean): string {
  return isByRefusal ? `restriction:${restriction}:refused` : `restriction:${restriction}`;
}

/** What the account may not do now, each with the end that is farthest away. What was told ends by itself, or is lifted. */
export function restrictionsOf(facts: readonly FactRow[]): Restricted[] {
  return restrictions.flatMap((restriction) => {
    const standing = [false, true].flatMap((isByRefusal) => {
      const name = restrictionFact(restriction, isByRefusal);
      const value = facts.find((row) => row.subject === 'account' && row.fact === name)?.value;
      if (!value || value['lifted'] === true) return [];
      const endMs = typeof value['untilSeconds'] === 'number' ? value['untilSeconds'] * 1000 : Number.POSITIVE_INFINITY;
      return endMs > Date.now() ? [{ reason: String(value['reason']), endMs }] : [];
    });
    const [last] = standing.sort((one, other) => other.endMs - one.endMs);
    if (!last) return [];
    const until = Number.isFinite(last.endMs) ? Temporal.Instant.fromEpochMilliseconds(last.endMs) : null;
    return [{ restriction, reason: last.reason, until }];
  });
}
