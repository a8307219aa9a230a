import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientEntry } from './client-ledger.ts';
import { Random } from './random.ts';
import type { World } from './world.ts';

export type Purpose = 'authentication' | 'transactional' | 'service' | 'marketing';

export interface LoadOptions {
  seed: number;
  people: string[];
  messages: number;
  purposes?: Purpose[];
  /** The share of requests that carry several messages. */
  batchShare?: number;
  /** The share of requests that are sent again under the same key although they were answered. */
  duplicateShare?: number;
  /** The share of turns at which the person writes as well. */
  writeBackShare?: number;
  sender?: number;
  servers?: string[];
  /** How many clients send side by side; each has people of its own, so that it knows the order of their messages. */
  clients?: number;
  /** A client gives up asking for an answer after so long. */
  patienceMs?: number;
  /** Between two requests of a client. */
  pauseMs?: number;
  /** When each is to be sent, and when it expires. */
  sendAt?: Temporal.Instant;
  expiresAt?: Temporal.Instant;
}

export interface LoadResult {
  requests: number;
  /** Names of messages whose acceptance was answered. */
  accepted: string[];
  /** Requests that never got a 202 or a refusal. */
  unanswered: number;
  /** HTTP statuses that were seen, with their counts; 0 stands for no answer. */
  statuses: Record<number, number>;
}

interface Turn {
  key: string;
  route: 'single' | 'batch';
  names: string[];
  body: unknown;
}

let runs = 0;

/** A person may be written to 45 times at once, and then once in six seconds. */
const mostToOne = 40;

/**
 * Sends messages as careful clients do: one request after the other, each answer on record before the next, the same key
 * again after an error, a time-out or a 503, and now and then a repetition without a reason. Requests and their order
 * follow from the seed.
 */
export async function runLoad(world: World, options: LoadOptions): Promise<LoadResult> {
  const { clients = 8, servers = ['main'], patienceMs = 60_000 } = options;
  const each = options.messages / clients / Math.max(1, Math.floor(options.people.length / clients));
  // What waits for that limit would look like what hangs.
  if (each > mostToOne) throw new Error(`${Math.ceil(each)} messages to one person are more than may go at once.`);
  const run = `run${(runs += 1)}-${options.seed}`;
  const statuses: Record<number, number> = {};
  const accepted: string[] = [];
  let unanswered = 0;
  let requests = 0;
  const work = Array.from({ length: clients }, async (_, client) => {
    const random = new Random(options.seed * 1_000 + client);
    const people = options.people.filter((__, index) => index % clients === client);
    if (people.length === 0) return;
    let left = Math.floor(options.messages / clients) + (client < options.messages % clients ? 1 : 0);
    for (let turnNo = 0; left > 0; turnNo += 1) {
      const turn = nextTurn(world, options, random, people, Math.min(left, 25), `${run}-${client}-${turnNo}`);
      left -= turn.names.length;
      requests += 1;
      if (options.writeBackShare && random.chance(options.writeBackShare)) {
        await world.sandbox.write(random.pick(people), `${world.canary} an answer`);
      }
      const ids = await insist(world, turn, random.pick(servers), patienceMs, statuses);
      if (ids === undefined) unanswered += 1;
      else accepted.push(...turn.names.filter((__, index) => ids[index]));
      if (options.duplicateShare && random.chance(options.duplicateShare)) {
        await Promise.all([1, 2].map(() => request(world, turn, random.pick(servers), statuses)));
      }
      if (options.pauseMs) await sleep(options.pauseMs);
    }
  });
  await Promise.all(work);
  return { requests, accepted, unanswered, statuses };
}

/** Sends one message under a key until the answer is known. */
export async function sendOne(
  world: World,
  message: { to: string; name: string; purpose?: Purpose; sender?: number; text?: string },
  options: { server?: string; patienceMs?: number } = {},
): Promise<string | undefined> {
  const { name, to, purpose = 'transactional', sender = 0, text = 'hello' } = message;
  const body = messageBody(world, { to, purpose, sender, name, text });
  const turn: Turn = { key: `key-${name}`, route: 'single', names: [name], body };
  const ids = await insist(world, turn, options.server ?? 'main', options.patienceMs ?? 30_000, {});
  return ids?.[0] ?? undefined;
}

function nextTurn(
  world: World,
  options: LoadOptions,
  random: Random,
  people: string[],
  limit: number,
  name: string,
): Turn {
  const { purposes = ['transactional', 'service', 'marketing'], batchShare = 0.1, sender = 0 } = options;
  const isBatch = limit > 1 && random.chance(batchShare);
  const names = Array.from({ length: isBatch ? 2 + random.below(limit - 1) : 1 }, (_, index) => `${name}.${index}`);
  const messages = names.map((each) =>
    messageBody(
      world,
      { to: random.pick(people), purpose: random.pick(purposes), sender, name: each, text: 'news' },
      options,
    ),
  );
  return {
    key: `key-${name}`,
    route: isBatch ? 'batch' : 'single',
    names,
    body: isBatch ? { messages } : messages[0],
  };
}

function messageBody(
  world: World,
  message: { to: string; purpose: Purpose; sender: number; name: string; text: string },
  { sendAt, expiresAt }: Pick<LoadOptions, 'sendAt' | 'expiresAt'> = {},
): unknown {
  return {
    ...(sendAt ? { send_at: sendAt.toString() } : {}),
    ...(expiresAt ? { expires_at: expiresAt.toString() } : {}),
    to: message.to,
    purpose: message.purpose,
    sender_id: world.senders[message.sender]?.id,
    content: { type: 'text', text: { body: `${world.canary} ${message.text} ${message.name}` } },
    metadata: { name: message.name },
  };
}

/** Repeats a request until its answer settles it; undefined when patience ends before. */
async function insist(
  world: World,
  turn: Turn,
  server: string,
  patienceMs: number,
  statuses: Record<number, number>,
): Promise<(string | null)[] | undefined> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const entry = await request(world, turn, server, statuses);
    if (entry.status !== null && entry.status < 500 && entry.status !== 429 && entry.status !== 409) return entry.ids;
    if (performance.now() > deadline) return undefined;
    await sleep(150);
  }
}

async function request(
  world: World,
  turn: Turn,
  server: string,
  statuses: Record<number, number>,
): Promise<ClientEntry> {
  const entry: ClientEntry = {
    at: new Date().toISOString(),
    key: turn.key,
    server,
    route: turn.route,
    names: turn.names,
    status: null,
    ids: [],
  };
  try {
    const response = await fetch(`${world.address(server)}/v1/messages${turn.route === 'batch' ? '/batch' : ''}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': turn.key,
      },
      body: JSON.stringify(turn.body),
      signal: AbortSignal.timeout(15_000),
    });
    const answer = (await response.json()) as {
      id?: string;
      code?: string;
      results?: { id: string | null; status: string }[];
    };
    entry.status = response.status;
    if (response.status === 202) entry.ids = [answer.id ?? null];
    else if (response.status === 200) {
      entry.ids = (answer.results ?? []).map((result) => (result.status === 'refused' ? null : result.id));
    } else entry.code = answer.code ?? '';
  } catch (error) {
    entry.error = error instanceof Error ? error.name : 'error';
  }
  statuses[entry.status ?? 0] = (statuses[entry.status ?? 0] ?? 0) + 1;
  world.ledger.append(entry);
  return entry;
}
