import { learn } from '#channels/knowledge.ts';
import type { MessageContent, ProviderError } from '#channels/provider.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { templateOf } from '#messages/template-of.ts';
import type { Database } from '#platform/database.ts';

/** What a refused message teaches of its template: the next ones from it wait, instead of being refused one by one. */
export async function learnFromRefusal(
  db: Database,
  account: SenderAccount,
  content: MessageContent,
  error: ProviderError,
): Promise<void> {
  const template = templateOf(content);
  const now = Temporal.Now.instant();
  const refusal = template && account.provider.templateLesson?.(error, now);
  if (!refusal) return;
  await db.transaction((tx) =>
    learn(tx, [
      {
        workspaceId: account.workspaceId,
        provider: account.provider.name,
        businessAccountId: account.settings.businessAccountId,
        at: now.toString(),
        lesson: { about: 'template', what: 'status', ...template, ...refusal },
      },
    ]),
  );
}
