import type { MessageContent } from '#channels/provider.ts';
import { purposePolicies } from '#messages/message.ts';
import { getMessage } from '#messages/messages.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { templateOf } from '#messages/template-of.ts';
import type { MessageWithFiles } from '#messages/uploads/uploads.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault, invalidField } from '#platform/fault.ts';
import { findTemplateCategory } from './dead-letters-store.ts';

export interface MendDeps {
  db: Database;
  senders: (workspaceId: string) => SenderAccount[];
  /** Puts the provider's ids in the place of our uploads; a message that cannot have them becomes its Fault. */
  placeUploads: (messages: MessageWithFiles[]) => Promise<(MessageWithFiles | Fault)[]>;
}

/** Mended content obeys the same rules as new content. Gives it with its files in place. */
export async function mend(
  deps: MendDeps,
  workspaceId: string,
  messageId: string,
  content: MessageContent,
): Promise<MessageContent> {
  const message = await getMessage(deps.db, workspaceId, messageId);
  const account = deps.senders(workspaceId).find((sender) => sender.senderId === message.senderId);
  if (!account) throw new Fault('sender_not_found', { detail: 'The sender of the message is gone.' });
  const now = Temporal.Now.instant();
  const verdict = account.provider.checkContent(
    content,
    { kind: message.addressKind, value: message.address },
    {
      sendAt: now,
      lane: message.purpose,
      marketingMessages: message.marketingMessages !== null,
      directSend: message.directSend?.category,
    },
  );
  if (!verdict.ok) {
    throw new Fault('invalid_request', {
      detail: verdict.problems[0]?.message ?? 'The content is not valid.',
      fields: verdict.problems.map((problem) => ({ pointer: `/content${problem.pointer}`, message: problem.message })),
    });
  }
  if (message.addressKind !== 'phone' && (verdict.needsPhone || (await isKnownForCodes(deps.db, account, content))))
    throw invalidField('/content', 'A one-time code goes to phone numbers only.', 'recipient_invalid');
  const expiresAt = now.add({ seconds: purposePolicies[message.purpose].expiresAfterSeconds });
  const [placed] = await deps.placeUploads([{ account, content, expiresAt }]);
  if (!placed || placed instanceof Fault) throw placed ?? new Fault('internal');
  return placed.content;
}

/** What the provider told of a template says more than the form of the content. */
async function isKnownForCodes(db: Database, account: SenderAccount, content: MessageContent): Promise<boolean> {
  const template = templateOf(content);
  if (!template) return false;
  const { workspaceId, settings } = account;
  const key = { workspaceId, businessAccountId: settings.businessAccountId, ...template };
  return (await withWorkspace(db, workspaceId, (tx) => findTemplateCategory(tx, key))) === 'AUTHENTICATION';
}
