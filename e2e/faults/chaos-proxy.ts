import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Which way the bytes go: from the client to the server, or back. */
export type Way = 'to-server' | 'to-client';

/** A cut that waits for its moment. */
export interface Cut {
  /** Resolves when it has happened for the first time. */
  readonly happened: Promise<void>;
  readonly count: number;
  disarm(): void;
}

interface CutRule {
  way: Way;
  /** Cuts once this many bytes have passed on one connection since the rule was armed. */
  bytes?: number;
  /** Cuts at the chunk that completes this text, compared without regard to case; it may span chunks. */
  text?: string;
  /** `reset`: both ends see a reset. `close`: both see an orderly end. `answer-lost`: the server gets the bytes and may
   *  act on them, the client sees a reset and no answer. `not-sent`: both see a reset, the server never got the bytes. */
  how: 'reset' | 'close' | 'answer-lost' | 'not-sent';
  /** On how many connections; default 1. */
  times?: number;
}

interface ArmedCut extends CutRule {
  count: number;
  passed: WeakMap<Link, { bytes: number; tail: string }>;
  happen: () => void;
}

interface Weather {
  latencyMs: number;
  /** In each direction of each connection. */
  bytesPerSecond: number;
  /** Bytes are neither read nor written, and nothing is closed: a network that swallows packets. */
  isBlackhole: boolean;
}

const calm: Weather = { latencyMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, isBlackhole: false };
const queueLimitBytes = 1 << 20;

/** A TCP proxy that does to its connections what bad networks do. What is set applies to living connections too. */
export class ChaosProxy {
  readonly #target: { host: string; port: number };
  readonly #links = new Set<Link>();
  #server: Server | undefined;
  #port = 0;
  #weather: Record<Way, Weather> = { 'to-server': calm, 'to-client': calm };
  #cuts: ArmedCut[] = [];
  #accepted = 0;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
  }

  /** Listens on a free port of 127.0.0.1 for a server at `target`. */
  static async start(target: { host?: string; port: number }): Promise<ChaosProxy> {
    const proxy = new ChaosProxy({ host: '127.0.0.1', ...target });
    await proxy.accept();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Living connections, and all that there ever were. */
  get connections(): { living: number; accepted: number } {
    return { living: this.#links.size, accepted: this.#accepted };
  }

  /** The same URL, through this proxy. */
  through(url: string): string {
    const changed = new URL(url);
    changed.hostname = '127.0.0.1';
    changed.port = String(this.#port);
    return changed.href;
  }

  /** Changes the weather of one way, or of both. */
  set(weather: Partial<Weather>, way?: Way): void {
    for (const each of ['to-server', 'to-client'] as const) {
      if (way === undefined || way === each) this.#weather[each] = { ...this.#weather[each], ...weather };
    }
    for (const link of this.#links) link.changed();
  }

  cut(rule: CutRule): Cut {
    const { promise: happened, resolve: happen } = Promise.withResolvers<void>();
    const armed: ArmedCut = { ...rule, count: 0, passed: new WeakMap(), happen };
    const disarm = (): void => void (this.#cuts = this.#cuts.filter((one) => one !== armed));
    this.#cuts.push(armed);
    return {
      happened,
      disarm,
      get count() {
        return armed.count;
      },
    };
  }

  /** Cuts when the client has sent a COMMIT: PostgreSQL commits, and the client never hears of it. */
  loseAnswerToCommit(times = 1): Cut {
    return this.cut({ way: 'to-server', text: 'commit\0', how: 'answer-lost', times });
  }

  /** Resets every living connection. */
  reset(): void {
    for (const link of this.#links) link.reset();
  }

  /** Tells the receiving end of one way that no more comes; the other way stays open. */
  halfClose(way: Way): void {
    for (const link of this.#links) link.receiver(way).end();
  }

  /** New connections are refused, as by a machine whose server is not running. Living ones stay. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    // Not awaited to its end: `close` waits for the living connections, the port is free at once.
    server?.close();
    await new Promise(setImmediate);
  }

  async accept(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#relay(client));
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Fine weather, no cuts, new connections welcome. What was swallowed so far is delivered. */
  async heal(): Promise<void> {
    this.#cuts = [];
    this.set(calm);
    await this.accept();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.refuse();
    this.reset();
  }

  #relay(client: Socket): void {
    this.#accepted++;
    const server = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    const link = new Link(client, server, () => this.#links.delete(link));
    this.#links.add(link);
    for (const way of ['to-server', 'to-client'] as const) void this.#pump(link, way);
  }

  /** Moves the bytes of one way until its sender ends or the link is gone. */
  async #pump(link: Link, way: Way): Promise<void> {
    const sender = link.sender(way);
    const receiver = link.receiver(way);
    const queue: { chunk: Buffer; arrivedMs: number }[] = [];
    let queuedBytes = 0;
    let isEnded = false;
    sender.on('data', (chunk: Buffer) => {
      queue.push({ chunk, arrivedMs: performance.now() });
      queuedBytes += chunk.length;
      if (queuedBytes > queueLimitBytes || this.#weather[way].isBlackhole) sender.pause();
      link.changed();
    });
    sender.once('end', () => {
      isEnded = true;
      link.changed();
    });
    while (!link.isGone) {
      if (this.#weather[way].isBlackhole || (queue.length === 0 && !isEnded)) {
        if (!this.#weather[way].isBlackhole) sender.resume();
        await link.change();
        continue;
      }
      const next = queue.shift();
      if (next === undefined) break;
      queuedBytes -= next.chunk.length;
      // Delay from the arrival, so that latency costs time and not throughput.
      const waitMs = next.arrivedMs + this.#weather[way].latencyMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      await this.#deliver(link, way, receiver, next.chunk);
    }
    if (!link.isGone) receiver.end();
  }

  async #deliver(link: Link, way: Way, receiver: Socket, chunk: Buffer): Promise<void> {
    for (const rule of this.#cuts.filter((one) => one.way === way)) {
      const length = cutLength(rule, link, chunk);
      if (length === undefined) continue;
      if (++rule.count >= (rule.times ?? 1)) this.#cuts = this.#cuts.filter((one) => one !== rule);
      if (rule.how !== 'not-sent' && length > 0) await link.write(receiver, chunk.subarray(0, length));
      link.cut(rule.how);
      rule.happen();
      return;
    }
    const { bytesPerSecond } = this.#weather[way];
    if (bytesPerSecond === Number.POSITIVE_INFINITY) return link.write(receiver, chunk);
    const step = Math.max(1, Math.floor(bytesPerSecond / 50));
    for (let start = 0; start < chunk.length && !link.isGone; start += step) {
      await sleep((1000 * Math.min(step, chunk.length - start)) / bytesPerSecond);
      await link.write(receiver, chunk.subarray(start, start + step));
    }
  }
}

/** How much of the chunk still passes before the cut; undefined when the rule does not apply yet. */
function cutLength(rule: ArmedCut, link: Link, chunk: Buffer): number | undefined {
  const passed = rule.passed.get(link) ?? { bytes: 0, tail: '' };
  rule.passed.set(link, passed);
  const before = passed.bytes;
  passed.bytes += chunk.length;
  if (rule.bytes !== undefined && passed.bytes >= rule.bytes) return rule.bytes - before;
  if (rule.text === undefined) return undefined;
  const seen = passed.tail + chunk.toString('latin1').toLowerCase();
  passed.tail = seen.slice(-rule.text.length);
  return seen.includes(rule.text.toLowerCase()) ? chunk.length : undefined;
}

/** One connection through the proxy: the client's socket and ours to the server. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  #changed = Promise.withResolvers<void>();
  #isGone = false;

  constructor(client: Socket, server: Socket, forget: () => void) {
    this.#client = client;
    this.#server = server;
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      // An error of one end reaches the other as a reset, also when the server refused the connection.
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => {
        if (!client.destroyed || !server.destroyed) return;
        this.#leave();
        forget();
      });
    }
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Wakes those who wait for a `change`: bytes, an end, or other weather. */
  changed(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  change(): Promise<void> {
    return this.#changed.promise;
  }

  #leave(): void {
    this.#isGone = true;
    this.changed();
  }

  sender(way: Way): Socket {
    return way === 'to-server' ? this.#client : this.#server;
  }

  receiver(way: Way): Socket {
    return way === 'to-server' ? this.#server : this.#client;
  }

  async write(receiver: Socket, bytes: Buffer): Promise<void> {
    if (!receiver.writable || receiver.write(bytes)) return;
    await new Promise<void>((resolve) => {
      receiver.once('drain', resolve).once('close', resolve);
    });
  }

  reset(): void {
    this.#leave();
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  cut(how: CutRule['how']): void {
    switch (how) {
      case 'reset':
      case 'not-sent':
        return this.reset();
      case 'close':
        this.#leave();
        this.#client.destroySoon();
        this.#server.destroySoon();
        return;
      case 'answer-lost':
        this.#leave();
        this.#client.resetAndDestroy();
        // The server must get the bytes: an immediate reset could overtake them. Its answer goes nowhere.
        this.#server.resume();
        this.#server.once('data', () => this.#server.destroy());
        this.#server.setTimeout(5_000, () => this.#server.destroy());
    }
  }
}
