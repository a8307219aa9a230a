/** Where the time comes from. Rules get an instant as a parameter; who reads the time gets a clock. */
export type Clock = {
  now(): Temporal.Instant;
  /** For durations and time-outs: never goes back, means nothing as a date. Milliseconds with fractions. */
  monotonicMs(): number;
};

export const systemClock: Clock = {
  now: () => Temporal.Now.instant(),
  monotonicMs: () => performance.now(),
};
