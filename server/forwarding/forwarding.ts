import { randomInt } from 'node:crypto';
import type { Vault } from '#accounts/vault.ts';
import type { ProviderCalls } from '#channels/provider-account.ts';
import { sentByName } from '#graph/graph.ts';
import { isEqualConstantTime } from '#platform/crypto.ts';
import { type Database, type Queryable, withWorkspace } from '#platform/database.ts';
import { Fault, invalidField } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import { OutgoingFailed } from '#platform/outgoing.ts';
import type { ConsumerGroup } from '#queue/log-consumer.ts';
import {
  deleteForwarding,
  deleteOldDeliveries,
  findDelivery,
  findForwarding,
  insertDeliveries,
  listForwardingWorkspaces,
  type NewDelivery,
  repeatDelivery,
  upsertForwarding,
} from './forwarding-store.ts';

/** The receiver's own words: by the first it knows our question, by the second our webhooks. */
export interface ForwardingSecrets {
  verifyToken: string;
  appSecret: string;
}

export interface Forwarding {
  url: string;
  verifiedAt: Temporal.Instant;
}

export const jobName = 'forward-webhook';
/** With the queue's growing pauses about a week, which is as long as Meta tries. */
const maxAttempts = 36;
const job = { name: jobName, maxAttempts, sentByName };
const keptDays = 30;
const challengeMs = 10_000;

const place = (workspaceId: string, id: string) => ({ workspaceId, table: 'forwarding', column: 'secrets', rowId: id });

/** Where webhooks go on to; undefined when they do not. */
export async function getForwarding(db: Database, workspaceId: string): Promise<Forwarding | undefined> {
  return withWorkspace(db, workspaceId, (tx) => findForwarding(tx, workspaceId));
}

/** Asks the receiver whether it wants them, as Meta does, and from then on sends webhooks there. Throws `invalid_request`
 *  with the receiver's answer in words, or `address_refused`. */
export async function setForwarding(
  deps: { db: Database; vault: Vault; calls: ProviderCalls },
  workspaceId: string,
  wanted: { url: string } & ForwardingSecrets,
): Promise<void> {
  await challenge(deps.calls, wanted.url, wanted.verifyToken);
  const { verifyToken, appSecret } = wanted;
  await withWorkspace(deps.db, workspaceId, async (tx) => {
    const id = newId();
    const secrets = await deps.vault.seal(tx, JSON.stringify({ verifyToken, appSecret }), place(workspaceId, id));
    await upsertForwarding(tx, { workspaceId, id, url: wanted.url, secrets });
  });
}

/** Ends it. What still waits to be sent on is given up. */
export async function endForwarding(db: Database, workspaceId: string): Promise<void> {
  await withWorkspace(db, workspaceId, (tx) => deleteForwarding(tx, workspaceId));
}

/** Where to send, with the opened secrets. */
export async function openForwarding(
  db: Queryable,
  vault: Vault,
  workspaceId: string,
): Promise<({ url: string } & ForwardingSecrets) | undefined> {
  const row = await findForwarding(db, workspaceId);
  if (!row) return undefined;
  const plain = await vault.open(db, row.secrets, place(workspaceId, row.id));
  return { url: row.url, ...(JSON.parse(plain.toString()) as ForwardingSecrets) };
}

/** Has webhooks sent on, in the transaction that applies them; those of workspaces that do not want that are left out. */
export async function forwardWebhooks(tx: Queryable, webhooks: { workspaceId: string; id: string }[]): Promise<void> {
  await sendOn(
    tx,
    webhooks.map(({ workspaceId, id }) => ({ workspaceId, rawWebhookId: id })),
  );
}

// Most workspaces want none of it, and asking that first costs the path of webhooks least.
async function sendOn(tx: Queryable, causes: Omit<NewDelivery, 'id'>[]): Promise<void> {
  if (causes.length === 0) return;
  const wanting = await listForwardingWorkspaces(tx, [...new Set(causes.map(({ workspaceId }) => workspaceId))]);
  const wanted = causes.filter(({ workspaceId }) => wanting.has(workspaceId));
  await insertDeliveries(
    tx,
    wanted.map((cause) => ({ ...cause, id: newId() })),
    job,
  );
}

const ends = new Set(['message.fail', 'message.block', 'message.expire', 'message.canceled', 'message.give_up']);

/** Sees messages that end before the provider took them: no webhook of the provider's will tell of that. */
export const forwardingGroup: ConsumerGroup = {
  name: 'forwarding',
  topics: ['message.state'],
  take: async (tx, entries) => {
    const ended = entries.flatMap(({ workspaceId, events }) =>
      events.flatMap(({ type, messageId }) =>
        ends.has(type) && typeof messageId === 'string' ? [{ workspaceId, messageId }] : [],
      ),
    );
    await sendOn(tx, ended);
  },
};

/** Has a delivery that came to an end sent on once more, for about a week again if need be; `worker` is the pool that may add
 *  jobs. Throws `not_found`, or `conflict` while it is being sent or there is nobody to send to. */
export async function redeliver(worker: Database, workspaceId: string, deliveryId: string): Promise<void> {
  if (await repeatDelivery(worker, workspaceId, deliveryId, job)) return;
  const delivery = await findDelivery(worker, workspaceId, deliveryId);
  if (!delivery) throw new Fault('not_found', { detail: 'There is no delivery with this id.' });
  throw new Fault('conflict', {
    detail:
      delivery.state === 'pending'
        ? 'The delivery is being sent: its next attempt comes by itself.'
        : 'Webhooks are sent on to nobody. Set forwarding first.',
  });
}

/** Forgets what was sent on long ago. Call it as the owner of the tables. */
export function forgetDeliveries(owner: Queryable): Promise<void> {
  return deleteOldDeliveries(owner, keptDays);
}

async function challenge(calls: ProviderCalls, url: string, verifyToken: string): Promise<void> {
  const address = URL.parse(url);
  if (!address) throw invalidField('/url', 'This is not an address.');
  const word = String(randomInt(1_000_000_000, 2_000_000_000));
  const asked = { 'hub.mode': 'subscribe', 'hub.challenge': word, 'hub.verify_token': verifyToken };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  let answer: { status: number; body: Buffer };
  try {
    answer = await calls.request({ url: address.href, timeoutMs: challengeMs, maxBytes: 4096 });
  } catch (error) {
    if (error instanceof OutgoingFailed) throw invalidField('/url', `The receiver cannot be asked: ${error.message}`);
    if (error instanceof Fault && error.code === 'address_refused')
      throw invalidField('/url', error.detail ?? error.title, 'address_refused');
    throw error;
  }
  if (answer.status !== 200)
    throw invalidField(
      '/url',
      `The receiver answered the challenge with HTTP ${answer.status} instead of 200. Does it know this verify token?`,
    );
  if (!isEqualConstantTime(Buffer.from(answer.body.toString('utf8').trim()), Buffer.from(word)))
    throw invalidField('/url', 'The receiver did not answer with the challenge alone (hub.challenge).');
}
