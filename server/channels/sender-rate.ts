/**
 * The most messages a second for a number that may begin so many conversations a day, by the field's tiers of October 2025.
 * Meta lets every number send 80 a second, but one that may begin 250 a day would run into its limit within seconds, and
 * such refusals cost quality. Ours to choose; answers to people share the rate, so it is never slow for them.
 */
const ratesByLimit: readonly { upToPerDay: number; perSecond: number }[] = [
  { upToPerDay: 50, perSecond: 5 },
  { upToPerDay: 250, perSecond: 10 },
  { upToPerDay: 1_000, perSecond: 20 },
  { upToPerDay: 2_000, perSecond: 40 },
];

/** What was told of a number that its rate depends on. */
export interface RateFacts {
  throughput?: { perSecond: number };
  limit?: { perDay: number | null };
}

/**
 * Messages a second of a sender: what is set for it, unless the provider has raised the number, and never more than its
 * limit bears. `usualPerSecond` is what the provider gives every number: a lower setting is somebody's choice and stands.
 */
export function rateOf(setPerSecond: number, usualPerSecond: number, facts: RateFacts): number {
  const raised = facts.throughput?.perSecond ?? 0;
  const base = setPerSecond >= usualPerSecond ? Math.max(setPerSecond, raised) : setPerSecond;
  const perDay = facts.limit?.perDay;
  const cap = perDay == null ? undefined : ratesByLimit.find(({ upToPerDay }) => perDay <= upToPerDay);
  return cap ? Math.min(base, cap.perSecond) : base;
}
