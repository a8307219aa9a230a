/** One timer for many reasons to wake: the earliest wins, and what was asked for meanwhile is told with it. */
export class WakeTimer<Reason> {
  readonly #onWake: (reasons: Reason[]) => void;
  readonly #reasons = new Set<Reason>();
  #timer: NodeJS.Timeout | null = null;
  #dueAt = 0;

  constructor(onWake: (reasons: Reason[]) => void) {
    this.#onWake = onWake;
  }

  wakeIn(ms: number, reason?: Reason): void {
    const dueAt = performance.now() + ms;
    if (reason !== undefined) this.#reasons.add(reason);
    if (this.#timer && this.#dueAt <= dueAt) return;
    this.stop();
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => this.#wake(), Math.max(1, Math.ceil(ms)));
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #wake(): void {
    this.#timer = null;
    const reasons = [...this.#reasons];
    this.#reasons.clear();
    this.#onWake(reasons);
  }
}
