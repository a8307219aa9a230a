import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Fault } from './fault.ts';

/** What is refused first when the server is too busy stands first; webhooks of providers stand last, since what we refuse
 *  there comes back later and in a heap. `never` is for health checks. */
const shares = {
  export: 0.5,
  import: 0.55,
  campaign: 0.6,
  flow: 0.65,
  ui: 0.7,
  api: 0.8,
  authentication: 0.9,
  ingress: 1,
  never: Number.POSITIVE_INFINITY,
} as const;

export type ShedClass = keyof typeof shares;

export type PressureLimits = {
  /** Requests that are being answered at the same time. */
  maxInFlight: number;
  /** Bytes of the large bodies that are being read or worked on. */
  maxBodyBytes: number;
  /** How far behind the event loop may be, in milliseconds. */
  maxDelayMs: number;
};

/** Watches how busy this process is and decides who is let in. */
export class Pressure {
  readonly #limits: PressureLimits;
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #timer: NodeJS.Timeout;
  #delayMs = 0;
  #latestWindowMs = 0;
  #inFlight = 0;
  #bodyBytes = 0;
  readonly #ofWorkspaces = new Map<string, { inFlight: number; bodyBytes: number }>();
  readonly refused = new Map<ShedClass, number>();

  constructor(limits: Partial<PressureLimits> = {}) {
    this.#limits = { maxInFlight: 2_000, maxBodyBytes: 48 * 1024 * 1024, maxDelayMs: 1_000, ...limits };
    this.#delay.enable();
    this.#timer = setInterval(() => {
      // One long pause (a module that loads, a collection of garbage) is over when it is seen; two windows in a row are load.
      const windowMs = Math.max(0, this.#delay.percentile(90) / 1e6 - resolutionMs);
      this.#delayMs = Math.min(windowMs, this.#latestWindowMs);
      this.#latestWindowMs = windowMs;
      this.#delay.reset();
    }, 500).unref();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get delayMs(): number {
    return this.#delayMs;
  }

  /** 0 when idle, 1 when a limit is reached. */
  get level(): number {
    return Math.max(this.#inFlight / this.#limits.maxInFlight, this.#delayMs / this.#limits.maxDelayMs);
  }

  /**
   * Throws `overloaded` when work of this class has to give way at present. For a workspace the limits are narrower: its
   * own requests count as if `workspaceShare` of the room were all there is, so it gives way before it is in others' way.
   */
  admit(shedClass: ShedClass, workspaceId?: string): void {
    const own = (workspaceId && this.#ofWorkspaces.get(workspaceId)?.inFlight) || 0;
    const level = Math.max(this.level, own / (this.#limits.maxInFlight * workspaceShare));
    if (level < shares[shedClass]) return;
    this.refused.set(shedClass, (this.refused.get(shedClass) ?? 0) + 1);
    throw new Fault('overloaded', {
      detail: 'The server is too busy for this at the moment. Try again later.',
      message: `Refused work of class ${shedClass}: ${this.#inFlight} in flight, event loop ${Math.round(this.#delayMs)} ms behind.`,
      // Whoever gives way first comes back last, and not all in the same second.
      retryAfterSeconds:
        shedClass === 'ingress' || shedClass === 'authentication' ? 1 : 2 + Math.floor(Math.random() * 4),
    });
  }

  enter(): void {
    this.#inFlight++;
  }

  leave(): void {
    this.#inFlight--;
  }

  /** Counts a request, which is counted by `enter` as well, for its workspace, until `leaveWorkspace`. */
  enterWorkspace(workspaceId: string): void {
    this.#of(workspaceId).inFlight += 1;
  }

  leaveWorkspace(workspaceId: string): void {
    this.#of(workspaceId).inFlight -= 1;
    this.#forgetIdle(workspaceId);
  }

  /** Makes room for a body of so many bytes, which `leaveBody` gives back, or throws `overloaded`. */
  enterBody(bytes: number, workspaceId: string): void {
    const { maxBodyBytes } = this.#limits;
    const own = this.#of(workspaceId);
    const isTooMuch = this.#bodyBytes > 0 && this.#bodyBytes + bytes > maxBodyBytes;
    if (isTooMuch || (own.bodyBytes > 0 && own.bodyBytes + bytes > maxBodyBytes * workspaceShare)) {
      this.#forgetIdle(workspaceId);
      throw new Fault('overloaded', {
        detail: 'The server works on too many large requests at the moment. Try again later.',
        retryAfterSeconds: 1 + Math.floor(Math.random() * 4),
      });
    }
    this.#bodyBytes += bytes;
    own.bodyBytes += bytes;
  }

  leaveBody(bytes: number, workspaceId: string): void {
    this.#bodyBytes -= bytes;
    this.#of(workspaceId).bodyBytes -= bytes;
    this.#forgetIdle(workspaceId);
  }

  #of(workspaceId: string): { inFlight: number; bodyBytes: number } {
    let own = this.#ofWorkspaces.get(workspaceId);
    if (!own) this.#ofWorkspaces.set(workspaceId, (own = { inFlight: 0, bodyBytes: 0 }));
    return own;
  }

  #forgetIdle(workspaceId: string): void {
    const own = this.#ofWorkspaces.get(workspaceId);
    if (own?.inFlight === 0 && own.bodyBytes === 0) this.#ofWorkspaces.delete(workspaceId);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }
}

const resolutionMs = 20;

/** Of requests under way and of large bodies: what one workspace may have. The rest is for the others, and for webhooks. */
const workspaceShare = 0.8;
