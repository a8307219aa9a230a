import type { Settings } from '#control/settings.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { TwilioError } from './twilio-error.ts';

/** How many calls the account may make in a second; one more is not processed. */
export class CallRate {
  readonly #clock: SandboxClock;
  readonly #settings: Settings;
  #tokens = Number.POSITIVE_INFINITY;
  #filledAt = 0;

  constructor({ clock, settings }: { clock: SandboxClock; settings: Settings }) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Takes one call, or throws 20429. */
  take(): void {
    if (this.#settings.limits === 'off') return;
    const most = this.#settings.twilio_requests_per_second;
    const now = this.#clock.now();
    this.#tokens = Math.min(most, this.#tokens + ((now - this.#filledAt) / 1000) * most);
    this.#filledAt = now;
    if (this.#tokens < 1) throw new TwilioError(20429);
    this.#tokens--;
  }
}
