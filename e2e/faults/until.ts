import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until `look` gives something that is neither false nor undefined. Rejects with `what` at the limit. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  limitMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`Within ${limitMs / 1000} s this did not happen: ${what}`);
    await sleep(50);
  }
}
