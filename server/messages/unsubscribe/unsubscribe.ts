import { hearStops } from '#contacts/contacts.ts';
import { decodeCallbackData } from '#messages/callback-data.ts';
import { insertMessageEvents } from '#messages/timeline-store.ts';
import type { Database } from '#platform/database.ts';
import { append } from '#queue/log.ts';
import { findRecipient, type Recipient } from './unsubscribe-store.ts';

/** What the token of a link names: a message of a connection. */
export interface UnsubscribeLink {
  connectionId: string;
  messageId: string;
}

/** Reads `<connection>.<callback data>`; the MAC in it makes the link unguessable. Null when it is not ours. Never throws. */
export function readUnsubscribeToken(callbackKey: Buffer, token: string): UnsubscribeLink | null {
  const [, connection, callbackData] = /^([\w-]{22})\.([\w:-]{1,80})$/.exec(token) ?? [];
  if (connection === undefined || callbackData === undefined) return null;
  const messageId = decodeCallbackData(callbackKey, callbackData)?.messageId;
  if (messageId === undefined) return null;
  const hex = Buffer.from(connection, 'base64url').toString('hex');
  const connectionId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return { connectionId, messageId };
}

/** Ends marketing by e-mail for the one whom the message went to. Said twice it is said once. Undefined when the message is
 *  gone. */
export async function unsubscribe(
  worker: Database,
  { connectionId, messageId }: UnsubscribeLink,
  now: Temporal.Instant,
): Promise<Recipient | undefined> {
  return worker.transaction(async (tx) => {
    const recipient = await findRecipient(tx, connectionId, messageId);
    if (!recipient || recipient.isSuppressed) return recipient;
    const { workspaceId, contactId, channel } = recipient;
    await hearStops(tx, [
      {
        workspaceId,
        contactId,
        channel,
        kind: 'marketing_stop',
        reason: 'The contact unsubscribed by the link in a message.',
        source: 'unsubscribe',
        at: now.toString(),
      },
    ]);
    await insertMessageEvents(tx, [{ workspaceId, messageId, kind: 'unsubscribed', detail: { channel } }]);
    await append(tx, workspaceId, 'contact.preference', [
      { type: 'contact.preference_changed', contactId, marketing: 'stop' },
    ]);
    return recipient;
  });
}
