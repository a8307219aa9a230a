import type { FastifyInstance } from 'fastify';
import { type Outgoing, QUEUE_STATUSES, type QueueStatus } from './outgoing.ts';
import { type Ack, ACKS } from './conversation.ts';
import { jidOf, readAddress } from './addresses.ts';
import type { Instance } from './instance.ts';
import { listedBodyOf } from './sending.ts';
import { type Call, type UltraMsgRouteDeps, answering } from './answering.ts';
import { UltraMsgError, wrongParameters } from './ultramsg-error.ts';

const MOST_LISTED = 100;
const SORTS: readonly string[] = ['asc', 'desc'];

/** What became of the messages that the API took, and what is done with those that did not leave. */
export function messageRoutes(app: FastifyInstance, deps: UltraMsgRouteDeps): void {
  const { clock, ultramsg } = deps;
  const { outgoing } = ultramsg;

  answering(app, 'GET', 'messages', deps, ({ instance, parameters }) => listOf(instance, parameters, deps));

  answering(app, 'GET', 'messages/statistics', deps, ({ instance }) => {
    const counts = Object.fromEntries(QUEUE_STATUSES.map((status) => [status, 0])) as Record<QueueStatus, number>;
    for (const { status } of outgoing.list(instance.id)) counts[status]++;
    const { sent, queue, unsent, invalid, expired } = counts;
    return { messages_statistics: { sent, queue, unsent, invalid, expired } };
  });

  answering(app, 'POST', 'messages/resendByStatus', deps, async ({ instance, parameters }) => {
    const status = wordOf(parameters, 'status', ['unsent', 'expired']);
    const again = outgoing.list(instance.id).filter((each) => each.status === status);
    await sendAgain(again, instance);
    return { success: 'done' };
  });

  answering(app, 'POST', 'messages/resendById', deps, async ({ instance, parameters }) => {
    const { id = '' } = parameters;
    if (id === '') throw wrongParameters([['id', 'is required']]);
    const found = /^\d{1,15}$/.test(id) ? outgoing.find(instance.id, Number(id)) : undefined;
    if (!found) throw new UltraMsgError('message_not_found', { error: 'message not found' });
    // What has left or waits is not sent twice.
    if (found.status !== 'sent' && found.status !== 'queue') await sendAgain([found], instance);
    return { success: 'done' };
  });

  answering(app, 'POST', 'messages/clear', deps, ({ instance, parameters }) => {
    const status = wordOf(parameters, 'status', QUEUE_STATUSES);
    for (const each of outgoing.list(instance.id)) if (each.status === status) outgoing.remove(each);
    void ultramsg.sending.pump(instance);
    return { success: 'done' };
  });

  answering(app, 'POST', 'messages/delete', deps, ({ parameters, instance }) => {
    const { msgId = '' } = parameters;
    if (msgId === '') throw wrongParameters([['msgId', 'is required']]);
    const found = ultramsg.conversations.find(msgId);
    if (found?.from !== 'business' || found.instance_id !== instance.id) {
      throw new UltraMsgError('message_not_found', { error: 'message not found' });
    }
    ultramsg.conversations.change(found, { deleted_at: clock.now() });
    ultramsg.chats.show(found);
    return { success: 'done' };
  });

  async function sendAgain(again: readonly Outgoing[], instance: Instance): Promise<void> {
    for (const each of again) {
      // As a request that reached the provider it stands in the ledger, too: a phone gets a message by it.
      const written = deps.ledger.append({
        at: new Date(clock.now()).toISOString(),
        provider: 'ultramsg',
        sender: instance.id,
        to: each.to,
        type: 'resend',
        body: { id: each.id },
        callback_data: each.reference_id,
        traceparent: null,
        provider_message_id: String(each.id),
        outcome: 'accepted',
      });
      await written;
      outgoing.change(each, { status: 'queue', queued_at: clock.now() });
    }
    await ultramsg.sending.pump(instance);
  }
}

function wordOf<Word extends string>(parameters: Call['parameters'], name: string, words: readonly Word[]): Word {
  const value = parameters[name] ?? '';
  if (value === '') throw wrongParameters([[name, 'is required']]);
  const word = words.find((each) => each === value);
  if (word === undefined) throw wrongParameters([[name, `must be one of ${words.join(', ')}`]]);
  return word;
}

function listOf(instance: Instance, parameters: Call['parameters'], deps: UltraMsgRouteDeps): object {
  const page = countOf(parameters, 'page', 1, Number.MAX_SAFE_INTEGER);
  const limit = countOf(parameters, 'limit', MOST_LISTED, MOST_LISTED);
  // An empty parameter is none: the official client sends all of them.
  const status = parameters['status'] || 'all';
  if (status !== 'all') wordOf({ status }, 'status', QUEUE_STATUSES);
  const ack = parameters['ack'] || '';
  if (ack !== '') wordOf({ ack }, 'ack', ACKS);
  const sort = parameters['sort'] || deps.settings.ultramsg_list_sort;
  wordOf({ sort }, 'sort', SORTS);
  const [from, to] = [jidAsked(parameters['from'], deps), jidAsked(parameters['to'], deps)];
  const found = deps.ultramsg.outgoing
    .list(instance.id)
    .filter(
      (each) =>
        (status === 'all' || each.status === status) &&
        (!parameters['id'] || String(each.id) === parameters['id']) &&
        (!parameters['referenceId'] || each.reference_id === parameters['referenceId']) &&
        (from === null || from === `${instance.phone}@c.us`) &&
        (to === null || to === each.to) &&
        (ack === '' || ackOf(each, deps) === ack),
    );
  const sorted = sort === 'desc' ? found.toReversed() : found;
  return {
    total: found.length,
    pages: Math.ceil(found.length / limit),
    limit,
    page,
    messages: sorted.slice((page - 1) * limit, page * limit).map((each) => viewOf(each, instance, deps)),
  };
}

function viewOf(outgoing: Outgoing, instance: Instance, deps: UltraMsgRouteDeps): object {
  const { id, reference_id, to, kind, parameters, priority, status, type, created_at, sent_at } = outgoing;
  return {
    id,
    referenceId: reference_id,
    from: `${instance.phone}@c.us`,
    to,
    body: listedBodyOf(kind, parameters),
    priority,
    status,
    ack: ackOf(outgoing, deps),
    type,
    created_at: Math.floor(created_at / 1000),
    sent_at: sent_at === null ? null : Math.floor(sent_at / 1000),
    metadata: {},
  };
}

// Nothing is told of a reaction once it has left.
function ackOf({ kind, status, message_id }: Outgoing, { ultramsg }: UltraMsgRouteDeps): Ack {
  if (kind === 'reaction') return status === 'sent' ? 'server' : 'pending';
  return (message_id === null ? null : ultramsg.conversations.find(message_id)?.ack) ?? 'pending';
}

function jidAsked(written: string | undefined, { settings }: UltraMsgRouteDeps): string | null {
  if (!written) return null;
  const address = readAddress(written, settings);
  return address ? jidOf(address) : written;
}

function countOf(parameters: Call['parameters'], name: string, standard: number, most: number): number {
  const text = parameters[name] || String(standard);
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1) throw wrongParameters([[name, 'must be an integer']]);
  return Math.min(Number(text), most);
}
