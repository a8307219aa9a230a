import { learn, type Learned } from '#channels/knowledge.ts';
import type { DirectSend, MessageContent, ProviderError } from '#channels/provider.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { templateOf } from '#messages/template-of.ts';
import type { Database } from '#platform/database.ts';

/**
 * What a refused message teaches of its template, or of what its account may do: the next ones like it wait, instead of
 * being refused one by one. A restriction that a person lifted after the attempt began stays lifted.
 */
export async function learnFromRefusal(
  db: Database,
  account: SenderAccount,
  sent: { content: MessageContent; directSend: DirectSend | null },
  error: ProviderError,
  attemptedAt: Temporal.Instant,
): Promise<void> {
  const now = Temporal.Now.instant();
  const learned = [
    templateLesson(account, sent.content, error, now),
    restriction(account, sent, error, attemptedAt, now),
  ];
  const lessons = learned.filter((one) => one !== null);
  if (lessons.length === 0) return;
  const { workspaceId, provider, settings } = account;
  const { businessAccountId } = settings;
  await db.transaction((tx) =>
    learn(
      tx,
      lessons.map((one) => ({ workspaceId, provider: provider.name, businessAccountId, ...one })),
    ),
  );
}

type Lesson = Pick<Learned, 'at' | 'lesson'>;

function templateLesson(
  account: SenderAccount,
  content: MessageContent,
  error: ProviderError,
  now: Temporal.Instant,
): Lesson | null {
  const template = templateOf(content);
  const refusal = template && account.provider.templateLesson?.(error, now);
  if (!refusal) return null;
  return { at: now.toString(), lesson: { about: 'template', what: 'status', ...template, ...refusal } };
}

function restriction(
  account: SenderAccount,
  { content, directSend }: { content: MessageContent; directSend: DirectSend | null },
  error: ProviderError,
  attemptedAt: Temporal.Instant,
  now: Temporal.Instant,
): Lesson | null {
  const sent = { content, ...(directSend ? { directSend } : {}) };
  const refusal = account.provider.restrictionLesson?.(error, sent, now);
  if (!refusal) return null;
  const { reason, untilSeconds } = refusal;
  return {
    at: attemptedAt.toString(),
    lesson: {
      about: 'account',
      what: 'restriction',
      restriction: refusal.restriction,
      byRefusal: true,
      value: { reason, untilSeconds },
    },
  };
}
