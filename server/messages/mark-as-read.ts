import type { Database } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { formatTraceparent, type TraceContext } from '#platform/trace-context.ts';
import { getMessage } from './messages.ts';
import type { SenderAccount } from './outbox/sender-account.ts';

/** Tells the provider that a received message was read, and shows that we are typing if wanted. Throws `not_found`,
 *  `conflict` for a message of ours, `upstream_failed` with the provider's reason. */
export async function markAsRead(
  db: Database,
  directory: { senderById: (senderId: string) => SenderAccount | undefined },
  workspaceId: string,
  messageId: string,
  typing: boolean,
  trace: TraceContext,
): Promise<void> {
  const message = await getMessage(db, workspaceId, messageId);
  if (message.direction !== 'inbound' || !message.providerMessageId) {
    throw new Fault('conflict', { detail: 'Only a received message can be marked as read.' });
  }
  const account = directory.senderById(message.senderId);
  if (!account) throw new Fault('sender_not_found', { detail: 'The sender that received the message is gone.' });
  if (!account.provider.capabilities.markAsRead)
    throw new Fault('conflict', { detail: 'This provider has no read receipts to send.' });
  const request = account.provider.buildMarkAsRead(
    message.providerMessageId,
    typing,
    { externalId: account.externalId },
    account.settings,
    account.secrets,
  );
  const result = await account.http.send(request, formatTraceparent(trace));
  if (result.kind !== 'answer')
    throw new Fault('upstream_failed', { detail: 'The provider did not answer.', message: result.reason });
  const { httpStatus, body } = result.response;
  const told = readErrorMessage(body);
  // Some providers refuse with 200, too.
  if (httpStatus === 200 && told === undefined) return;
  throw new Fault('upstream_failed', { detail: `The provider refused: ${told ?? `HTTP ${httpStatus}`}` });
}

function readErrorMessage(body: Uint8Array): string | undefined {
  try {
    const { error } = JSON.parse(Buffer.from(body).toString('utf8')) as { error?: unknown };
    if (typeof error === 'string' && error !== '') return error;
    const message = (error as { message?: unknown } | null | undefined)?.message;
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
