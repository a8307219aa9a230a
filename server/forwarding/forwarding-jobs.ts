import { createHmac } from 'node:crypto';
import type { Vault } from '#accounts/vault.ts';
import type { ProviderCalls } from '#channels/provider-account.ts';
import { callbackDataName, sentByName } from '#graph/graph.ts';
import { wamidOf } from '#graph/wamid.ts';
import { findSent, findWebhook, traceMessage } from '#messages/messages.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import type { Database } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { OutgoingFailed } from '#platform/outgoing.ts';
import type { JobKind } from '#queue/jobs.ts';
import { failedStatus } from './failed-status.ts';
import { jobName, openForwarding } from './forwarding.ts';
import { type DeliveryRow, findDelivery, updateDelivery } from './forwarding-store.ts';
import { namesIn, rewriteNames, statusesIn } from './rewrite.ts';

export interface ForwardingJobDeps {
  db: Database;
  vault: Vault;
  calls: ProviderCalls;
  account: (senderId: string) => SenderAccount | undefined;
  /** Our message that a value of ours in `biz_opaque_callback_data` names; null for a value of somebody else. */
  messageOfCallback: (value: string) => string | null;
}

interface Payload {
  workspaceId: string;
  deliveryId: string;
}

const answerMs = 10_000;

/** Nothing can be sent on, now or later; the message says why. */
class Hopeless extends Error {
  override readonly name = 'Hopeless';
}

/** The job that sends one webhook on. It is tried again until the receiver takes it or a week is over, with a line of each. */
export function forwardWebhookJob(deps: ForwardingJobDeps): JobKind<unknown> {
  return {
    name: jobName,
    read: readPayload,
    run: async (payload, attempt) => {
      const { workspaceId, deliveryId } = payload as Payload;
      const delivery = await findDelivery(deps.db, workspaceId, deliveryId);
      if (delivery?.state !== 'pending') return;
      try {
        const httpStatus = await forward(deps, workspaceId, delivery);
        const isTaken = httpStatus >= 200 && httpStatus < 300;
        if (!isTaken) throw new Refused(httpStatus);
        await updateDelivery(deps.db, workspaceId, deliveryId, { state: 'delivered', httpStatus, error: null });
      } catch (error) {
        const isKnown = [Refused, Hopeless, OutgoingFailed, Fault].some((kind) => error instanceof kind);
        const isFinal = error instanceof Hopeless || attempt.no >= attempt.max;
        await updateDelivery(deps.db, workspaceId, deliveryId, {
          state: isFinal ? 'failed' : 'pending',
          httpStatus: error instanceof Refused ? error.httpStatus : null,
          error: isKnown && error instanceof Error ? error.message : 'Something went wrong on our side.',
        });
        if (!isFinal) throw error;
      }
    },
  };
}

class Refused extends Error {
  override readonly name = 'Refused';
  readonly httpStatus: number;

  constructor(httpStatus: number) {
    super(`The receiver answered HTTP ${httpStatus}.`);
    this.httpStatus = httpStatus;
  }
}

async function forward(deps: ForwardingJobDeps, workspaceId: string, delivery: DeliveryRow): Promise<number> {
  const target = await openForwarding(deps.db, deps.vault, workspaceId);
  if (!target) throw new Hopeless('Forwarding was turned off.');
  const body = await bodyOf(deps, workspaceId, delivery);
  const sign = (hash: 'sha256' | 'sha1') => createHmac(hash, target.appSecret).update(body).digest('hex');
  const answer = await deps.calls.request({
    url: target.url,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${sign('sha256')}`,
      'x-hub-signature': `sha1=${sign('sha1')}`,
    },
    body,
    timeoutMs: answerMs,
  });
  return answer.status;
}

async function bodyOf(deps: ForwardingJobDeps, workspaceId: string, delivery: DeliveryRow): Promise<Buffer> {
  if (delivery.messageId !== null) return endOf(deps, workspaceId, delivery.messageId, delivery.createdAt);
  const webhook = await findWebhook(deps.db, workspaceId, delivery.rawWebhookId ?? '');
  if (!webhook) throw new Hopeless('The webhook is no longer kept.');
  // What is not even text has no names of ours in it.
  if (webhook.isBase64) return Buffer.from(webhook.body, 'base64');
  return Buffer.from(await withOurNames(deps, workspaceId, webhook.body));
}

/** The body as the clients of the drop-in know its messages. What Carillon's own API sent keeps the provider's ids. */
async function withOurNames(deps: ForwardingJobDeps, workspaceId: string, body: string): Promise<string> {
  const { ids, callbackData } = namesIn(body);
  const messageOf = new Map(
    callbackData.flatMap((value) => {
      const messageId = deps.messageOfCallback(value);
      return messageId === null ? [] : [[value, messageId] as const];
    }),
  );
  const sent = await findSent(deps.db, workspaceId, { providerIds: ids, messageIds: [...new Set(messageOf.values())] });
  const byId = new Map(sent.map((message) => [message.messageId, message]));
  const byProviderId = new Map(sent.map((message) => [message.providerMessageId ?? '', message]));
  // The provider may have taken a message under an id that we never heard of: what we gave along names it all the same.
  for (const { id, callbackData: value } of statusesIn(body)) {
    const message = byId.get(messageOf.get(value) ?? '');
    if (message) byProviderId.set(id, message);
  }
  return rewriteNames(body, {
    idOf: (id) => {
      const message = byProviderId.get(id);
      return message?.metadata[sentByName] === undefined ? undefined : wamidOf(message.messageId);
    },
    callbackDataOf: (value) => {
      const messageId = messageOf.get(value);
      if (messageId === undefined) return undefined;
      return byId.get(messageId)?.metadata[callbackDataName] ?? null;
    },
  });
}

async function endOf(
  deps: ForwardingJobDeps,
  workspaceId: string,
  messageId: string,
  at: Temporal.Instant,
): Promise<Buffer> {
  const { message, events } = await traceMessage(deps.db, workspaceId, messageId);
  const sender = deps.account(message.senderId);
  if (!sender) throw new Hopeless('The sender of the message is gone.');
  const rule = events.findLast(({ kind }) => kind === 'blocked')?.detail['rule'];
  const from = { ...sender, businessAccountId: sender.settings.businessAccountId };
  const body = failedStatus(message, typeof rule === 'string' ? rule : undefined, from, at);
  if (body === null) throw new Hopeless('The message has gone on since.');
  return Buffer.from(body);
}

function readPayload(payload: unknown): Payload {
  const { workspaceId, deliveryId } = (payload ?? {}) as Partial<Payload>;
  if (typeof workspaceId !== 'string' || typeof deliveryId !== 'string')
    throw new Error('The payload of forward-webhook needs workspaceId and deliveryId.');
  return { workspaceId, deliveryId };
}
