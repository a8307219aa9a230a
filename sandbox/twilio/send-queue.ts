import type { Settings } from '#control/settings.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { TwilioMessage } from './messages.ts';

interface Ends {
  leave(message: TwilioMessage): void;
  expire(message: TwilioMessage): void;
}

/** The queue of each sender: so many segments leave in a second, in the order in which they came; what waits for longer
 *  than it may is not sent. */
export class SendQueue {
  readonly #clock: SandboxClock;
  readonly #settings: Settings;
  readonly #ends: Ends;
  readonly #nextAt = new Map<string, number>();
  readonly #waiting = new Map<string, Set<TwilioMessage>>();

  constructor({ clock, settings }: { clock: SandboxClock; settings: Settings }, ends: Ends) {
    this.#clock = clock;
    this.#settings = settings;
    this.#ends = ends;
  }

  /** How many messages wait for a sender, or for one of a service. */
  lengthOf(sender: string): number {
    return this.#waiting.get(sender)?.size ?? 0;
  }

  add(message: TwilioMessage, delayMs: number): void {
    const sender = senderOf(message);
    let waiting = this.#waiting.get(sender);
    if (!waiting) this.#waiting.set(sender, (waiting = new Set()));
    waiting.add(message);
    this.#schedule(message, sender, delayMs);
  }

  /** The speed has changed: what waited without an end gets its turn. */
  adapt(): void {
    this.#nextAt.clear();
    if (this.#rate === 0) return;
    for (const [sender, waiting] of this.#waiting) for (const message of waiting) this.#schedule(message, sender, 0);
  }

  get #rate(): number {
    return this.#settings.limits === 'off' && this.#settings.twilio_segments_per_second > 0
      ? Number.POSITIVE_INFINITY
      : this.#settings.twilio_segments_per_second;
  }

  #schedule(message: TwilioMessage, sender: string, delayMs: number): void {
    const expiresAt = (message.send_at ?? message.created_at) + message.validity_seconds * 1000;
    const rate = this.#rate;
    if (rate === 0) {
      this.#clock.at(expiresAt, () => this.#take(message, sender));
      return;
    }
    const turnAt = Math.max(this.#clock.now() + delayMs, this.#nextAt.get(sender) ?? 0);
    this.#nextAt.set(sender, turnAt + (1000 * Math.max(1, message.segments)) / rate);
    this.#clock.at(Math.min(turnAt, expiresAt), () => this.#take(message, sender));
  }

  #take(message: TwilioMessage, sender: string): void {
    const waiting = this.#waiting.get(sender);
    // A stopped queue keeps what has not expired; and a message may have had its turn already.
    if (!waiting?.has(message)) return;
    const expiresAt = (message.send_at ?? message.created_at) + message.validity_seconds * 1000;
    const isExpired = this.#clock.now() >= expiresAt;
    if (!isExpired && this.#rate === 0) {
      this.#clock.at(expiresAt, () => this.#take(message, sender));
      return;
    }
    waiting.delete(message);
    if (message.status !== 'queued' && message.status !== 'sending') return;
    if (isExpired) this.#ends.expire(message);
    else this.#ends.leave(message);
  }
}

function senderOf(message: TwilioMessage): string {
  return message.from ?? message.service_sid ?? '';
}
