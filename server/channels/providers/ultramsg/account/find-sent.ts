import type { AccountAccess, ProviderCalls, SentSearch, SoughtMessage } from '#channels/provider-account.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { rowOf } from '#channels/providers/ultramsg/errors/errors.ts';
import { queuedMessageId } from '#channels/providers/ultramsg/instance.ts';
import { callInstance } from './calls.ts';

/** A message that UltraMsg was just taking in may not be in its list yet. */
const settledAfterSeconds = 30;

type Sent = Extract<SentSearch, { found: 'sent' }>;

/**
 * Looks a message up in UltraMsg's list by the reference that it was sent with. `no` only when the list was read, has no
 * message at all under this reference, and the call is some time ago.
 */
export async function findSent(
  calls: ProviderCalls,
  access: AccountAccess,
  sought: SoughtMessage,
): Promise<SentSearch> {
  const answer = await callInstance(calls, access, {
    path: 'messages',
    parameters: { page: '1', limit: '100', status: 'all', sort: 'desc', referenceId: sought.callbackData },
  });
  if (!answer.ok) return { found: 'unclear', reason: answer.words };
  const { messages } = answer.fields;
  if (!Array.isArray(messages)) return { found: 'unclear', reason: 'UltraMsg gave no list of messages.' };
  const own = (messages as unknown[]).filter(
    (message) => isFields(message) && textOf(message['referenceId'], 100) === sought.callbackData,
  ) as Fields[];
  const [best] = own.flatMap((message) => readListed(message, access) ?? []).sort((a, b) => stepOf(b) - stepOf(a));
  if (best) return best;
  if (own.length > 0) return { found: 'unclear', reason: 'UltraMsg has the message, but does not tell its id.' };
  // Others in the list show that it was not searched by the reference, and then it proves nothing.
  if (messages.length > 0)
    return { found: 'unclear', reason: 'UltraMsg did not search its list by the reference of the message.' };
  if (sought.writtenAt.until(Temporal.Now.instant()).total('seconds') < settledAfterSeconds)
    return { found: 'unclear', reason: 'The call was just now, so the list of UltraMsg may not show it yet.' };
  return { found: 'no' };
}

function readListed(message: Fields, { senderExternalId }: AccountAccess): Sent | undefined {
  const id = textOf(message['id'], 64);
  if (id === undefined) return undefined;
  const found = { found: 'sent', providerMessageId: queuedMessageId(senderExternalId, id) } as const;
  const status = textOf(message['status'], 50)?.toLowerCase();
  if (status === 'unsent' || status === 'invalid' || status === 'expired') {
    const row = rowOf(status);
    return { ...found, status: 'failed', error: { code: status, title: row.title }, row };
  }
  // It waits in the queue, or UltraMsg has a new word for what it does with it.
  if (status !== 'sent') return { ...found, status: 'accepted' };
  return { ...found, status: acknowledged[textOf(message['ack'], 50)?.toLowerCase() ?? ''] ?? 'sent' };
}

const acknowledged: Readonly<Record<string, Sent['status']>> = {
  device: 'delivered',
  read: 'read',
  played: 'read',
  '2': 'delivered',
  '3': 'read',
  '4': 'read',
};

// Should UltraMsg have been given it twice, what got furthest is what happened.
function stepOf({ status }: Sent): number {
  return ['failed', 'accepted', 'sent', 'delivered', 'read'].indexOf(status);
}
