import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { serve } from './child.ts';
import { machineMs, quantile } from './clock.ts';
import { apiVersion, messageRequest, phoneOf, providerPath, providerRequest, signatureOf } from './samples.ts';

/** What a load came to. Instants are of the machine's clock, in milliseconds. */
export interface LoadResult {
  requests: number;
  failures: number;
  /** The first answer that was not wanted, in words. */
  firstFailure: string | null;
  startedAt: number;
  endedAt: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

interface Shot {
  path: string;
  headers: Record<string, string>;
  body: string;
}

const jsonHeader = { 'content-type': 'application/json' };

/** Keeps `connections` requests under way, each worker sending its next one when its last is answered. */
async function closedLoop(
  origin: string,
  shots: { count: number; shot: (n: number) => Shot; wanted: number; readsJson: boolean },
  connections: number,
): Promise<LoadResult> {
  const pool = new Pool(origin, { connections, pipelining: 1, allowH2: false });
  const times: number[] = [];
  let next = 0;
  let failures = 0;
  let firstFailure: string | null = null;
  const startedAt = machineMs();
  const worker = async () => {
    while (next < shots.count) {
      const { path, headers, body } = shots.shot(next++);
      const sentAt = performance.now();
      try {
        const answer = await pool.request({ method: 'POST', path, headers, body });
        if (answer.statusCode === shots.wanted) {
          await (shots.readsJson ? answer.body.json() : answer.body.dump());
        } else {
          failures += 1;
          const text = await answer.body.text();
          firstFailure ??= `HTTP ${answer.statusCode} ${text.slice(0, 500)}`;
        }
      } catch (error) {
        failures += 1;
        firstFailure ??= String(error);
      }
      times.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const endedAt = machineMs();
  await pool.close();
  const perSecond = ((times.length - failures) / (endedAt - startedAt)) * 1000;
  const [p50Ms, p99Ms] = [quantile(times, 0.5), quantile(times, 0.99)];
  return { requests: times.length, failures, firstFailure, startedAt, endedAt, perSecond, p50Ms, p99Ms };
}

function messageShot(options: Omit<MessageLoad, 'connections'>, n: number): Shot {
  return {
    path: options.path ?? '/v1/messages',
    headers: { ...jsonHeader, authorization: `Bearer ${options.apiKey}`, 'idempotency-key': randomUUID() },
    body: JSON.stringify(messageRequest(options.offset + n, options.contacts, options.purpose ?? 'transactional')),
  };
}

export interface ProviderLoad {
  origin: string;
  count: number;
  connections: number;
  contacts: number;
}

export interface MessageLoad {
  origin: string;
  path?: string;
  /** `transactional` when absent. */
  purpose?: 'authentication' | 'transactional';
  apiKey: string;
  count: number;
  /** Where in the row of contacts the first message goes. */
  offset: number;
  contacts: number;
  connections: number;
}

export interface SandboxLoad {
  origin: string;
  phoneNumberId: string;
  accessToken: string;
  count: number;
  contacts: number;
  connections: number;
}

export interface WebhookLoad {
  origin: string;
  path: string;
  appSecret: string;
  bodies: string[];
  connections: number;
}

export interface PacedLoad extends Omit<MessageLoad, 'connections'> {
  perSecond: number;
}

serve({
  /** The loop that a sender without any bookkeeping would be. */
  posts: ({ origin, count, connections, contacts }: ProviderLoad) => {
    const headers = { ...jsonHeader, authorization: 'Bearer bench-access-token' };
    const shot = (n: number) => ({ path: providerPath, headers, body: providerRequest(n, contacts) });
    return closedLoop(origin, { count, shot, wanted: 200, readsJson: true }, connections);
  },
  messages: (options: MessageLoad) => {
    const shot = (n: number) => messageShot(options, n);
    return closedLoop(
      options.origin,
      { count: options.count, shot, wanted: 202, readsJson: true },
      options.connections,
    );
  },
  sandbox: ({ origin, phoneNumberId, accessToken, count, contacts, connections }: SandboxLoad) => {
    const headers = { ...jsonHeader, authorization: `Bearer ${accessToken}` };
    const content = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
    const shot = (n: number) => ({
      path: `/${apiVersion}/${phoneNumberId}/messages`,
      headers,
      body: JSON.stringify({ messaging_product: 'whatsapp', to: phoneOf(n % contacts), ...content }),
    });
    return closedLoop(origin, { count, shot, wanted: 200, readsJson: true }, connections);
  },
  /** The bodies are signed beforehand: a provider's work is not part of the figure. */
  webhooks: ({ origin, path, appSecret, bodies, connections }: WebhookLoad) => {
    const shots = bodies.map((body) => ({
      path,
      headers: { ...jsonHeader, 'x-hub-signature-256': signatureOf(appSecret, body) },
      body,
    }));
    const shot = (n: number) => shots[n] as Shot;
    return closedLoop(origin, { count: shots.length, shot, wanted: 200, readsJson: false }, connections);
  },
  /** Sends at a steady rate, whatever the answers do, and tells when each request was begun, by recipient. */
  paced: async (options: PacedLoad): Promise<Map<string, number>> => {
    if (options.count > options.contacts) throw new Error('A paced load writes to each contact once.');
    const pool = new Pool(options.origin, { connections: 64, pipelining: 1, allowH2: false });
    const begunAt = new Map<string, number>();
    const answers: Promise<unknown>[] = [];
    const startedAt = machineMs();
    for (let n = 0; n < options.count; n += 1) {
      const waitMs = startedAt + (n * 1000) / options.perSecond - machineMs();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const shot = messageShot(options, n);
      begunAt.set(phoneOf((options.offset + n) % options.contacts), machineMs());
      answers.push(
        pool.request({ method: 'POST', ...shot }).then(async ({ statusCode, body }) => {
          const text = await body.text();
          if (statusCode !== 202) throw new Error(`HTTP ${statusCode} ${text.slice(0, 500)}`);
        }),
      );
    }
    await Promise.all(answers);
    await pool.close();
    return begunAt;
  },
});
