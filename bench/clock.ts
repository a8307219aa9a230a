/** Milliseconds of the machine's monotonic clock. It is one clock for all processes of the machine, so an instant of one
 *  process may be compared with an instant of another. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** With linear interpolation; NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** Asks until the answer is `undefined` no more; throws with `what` after `limitMs`. */
export async function poll<Value>(
  what: string,
  limitMs: number,
  everyMs: number,
  ask: () => Promise<Value | undefined>,
): Promise<Value> {
  const startedAt = machineMs();
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (machineMs() - startedAt > limitMs) throw new Error(`${what}: not within ${limitMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
