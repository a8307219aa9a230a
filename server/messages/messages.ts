import type { SenderAccount } from './outbox/sender-account.ts';
import { suppress as suppressContacts } from '#contacts/contacts.ts';
import { type Database, type Queryable, withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { discard, findDeadLetter, redrive } from './dead-letters/dead-letters-store.ts';
import { findRawWebhook, type RawWebhookRow } from './ingress/ingress-store.ts';
import { type Message, purposePolicies } from './message.ts';
import {
  cancelWaiting,
  findLine,
  findMessage,
  findReceivedId,
  findSentByIds,
  findStory,
  type SentMessage,
} from './messages-store.ts';
import { buildTrace, type TraceEvent } from './trace.ts';
import { type WaitsFor, waitsFor } from './waits-for.ts';

/** The message of the workspace, or `not_found`. */
export async function getMessage(db: Database, workspaceId: string, id: string): Promise<Message> {
  const message = await withWorkspace(db, workspaceId, (tx) => findMessage(tx, workspaceId, id));
  if (!message) throw notFound();
  return message;
}

/** Our id of the message that this sender received under the provider's id; undefined when there is none. */
export function findReceived(
  db: Database,
  workspaceId: string,
  senderId: string,
  providerMessageId: string,
): Promise<string | undefined> {
  return withWorkspace(db, workspaceId, (tx) => findReceivedId(tx, workspaceId, senderId, providerMessageId));
}

/** The messages of ours among these ids, the provider's and our own. */
export function findSent(
  db: Queryable,
  workspaceId: string,
  ids: { providerIds: string[]; messageIds: string[] },
): Promise<SentMessage[]> {
  if (ids.providerIds.length === 0 && ids.messageIds.length === 0) return Promise.resolve([]);
  return findSentByIds(db, workspaceId, ids);
}

/** A webhook as the provider sent it, while it is kept. */
export function findWebhook(db: Queryable, workspaceId: string, id: string): Promise<RawWebhookRow | undefined> {
  return findRawWebhook(db, workspaceId, id);
}

export interface Trace {
  message: Message;
  events: TraceEvent[];
  deadLetter: Record<string, unknown> | null;
  media: Record<string, unknown>[];
  /** Null when it is not ours to send any more, or nobody asked. */
  waitsFor: WaitsFor | null;
}

/** The whole story of one message, in the order of its facts, or `not_found`. Who gives the accounts of senders is told what
 *  it waits for at this moment. */
export async function traceMessage(
  db: Database,
  workspaceId: string,
  id: string,
  accountOf?: (senderId: string) => SenderAccount | undefined,
): Promise<Trace> {
  return withWorkspace(db, workspaceId, async (tx) => {
    const message = await findMessage(tx, workspaceId, id);
    if (!message) throw notFound();
    const { place, ...story } = await findStory(tx, workspaceId, id);
    const { deadLetter, media } = story;
    const events = buildTrace(message, { ...story, place });
    if (!place || !accountOf) return { message, events, deadLetter, media, waitsFor: null };
    const account = accountOf(message.senderId);
    const line = await findLine(
      tx,
      { ...message, workspaceId },
      { blockedSeconds: purposePolicies[message.purpose].unknownBlocksSeconds, pair: account?.pairLimit ?? null },
    );
    return { message, events, deadLetter, media, waitsFor: waitsFor(message, place, account, line, performance.now()) };
  });
}

/** Takes a message back that was not handed over yet. `not_cancelable` once it was. `worker` is the pool behind policy. */
export async function cancelMessage(
  dbs: { request: Database; worker: Database },
  workspaceId: string,
  id: string,
  actor: string,
): Promise<Message> {
  await getMessage(dbs.request, workspaceId, id);
  const canceled = await cancelWaiting(dbs.worker, workspaceId, id, { by: actor });
  const message = await getMessage(dbs.request, workspaceId, id);
  if (!canceled && message.status !== 'canceled') {
    throw new Fault('not_cancelable', {
      detail: `The message is ${message.status}: it is no longer ours to hold back.`,
      extensions: { status: message.status },
    });
  }
  return message;
}

export interface RedriveRequest {
  messageIds: string[];
  withUnknown: boolean;
  perSecond: number;
  actor: string;
  content?: unknown;
}

/** Puts dead letters back into the queue, each with the time that its purpose gives a new message. Gives the ids that were
 *  put back. */
export async function redriveDeadLetters(
  db: Database,
  workspaceId: string,
  request: RedriveRequest,
): Promise<string[]> {
  const rows = await redrive(db, workspaceId, {
    ...request,
    content: request.content,
    expiresAfterSeconds,
  });
  return rows.map((row) => row.messageId);
}

/** The same for one, with a reason when it cannot be done. */
export async function redriveOne(
  db: Database,
  workspaceId: string,
  messageId: string,
  request: Omit<RedriveRequest, 'messageIds'>,
): Promise<void> {
  const letter = await findDeadLetter(db, workspaceId, messageId);
  if (!letter) throw new Fault('not_found', { detail: 'There is no dead letter for this message.' });
  if (letter.reroutedTo !== null) {
    throw new Fault('conflict', {
      detail: `The message was rerouted: ${letter.reroutedTo} took its place. Sent again it would arrive twice.`,
      extensions: { rerouted_to: letter.reroutedTo },
    });
  }
  if (letter.state !== 'open') throw new Fault('conflict', { detail: `The dead letter is ${letter.state}.` });
  if (letter.class === 'unknown' && !request.withUnknown) {
    throw new Fault('dead_letter_unknown_needs_override', {
      detail:
        'The provider may have delivered this message. To send it again all the same, set "even_if_unknown": true.',
    });
  }
  const done = await redriveDeadLetters(db, workspaceId, { ...request, messageIds: [messageId] });
  if (done.length === 0)
    throw new Fault('conflict', { detail: 'The message was delivered or is in the queue already.' });
}

export async function discardDeadLetters(
  db: Database,
  workspaceId: string,
  messageIds: string[],
  actor: string,
): Promise<string[]> {
  return (await discard(db, workspaceId, messageIds, actor)).map((row) => row.messageId);
}

/** Keeps a contact from being written to again in the way that the provider refused. */
export async function suppressAfterRefusal(
  db: Database,
  account: SenderAccount,
  contactId: string,
  kind: 'stop' | 'marketing_stop',
  reason: string,
): Promise<void> {
  await suppressContacts(db, [
    {
      workspaceId: account.workspaceId,
      contactId,
      channel: account.provider.capabilities.channel,
      kind,
      reason,
      source: 'provider',
    },
  ]);
}

const expiresAfterSeconds = Object.fromEntries(
  Object.entries(purposePolicies).map(([purpose, policy]) => [purpose, policy.expiresAfterSeconds]),
);

function notFound(): Fault {
  return new Fault('not_found', { detail: 'There is no message with this id.' });
}
