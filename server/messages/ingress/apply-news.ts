import { learn, type Learned, type TemplateStatusChange } from '#channels/knowledge.ts';
import { releaseTemplates } from '#messages/outbox/holds.ts';
import { heldStatuses } from '#messages/policy.ts';
import type { Queryable } from '#platform/database.ts';
import { append, type DomainEvent } from '#queue/log.ts';
import { instantMs, isoOf, type News } from './placed.ts';

/** Takes up what providers tell beside messages: those who follow the log hear of it, and what it teaches counts at once. */
export async function takeNews(tx: Queryable, news: News[]): Promise<void> {
  if (news.length === 0) return;
  for (const [workspaceId, own] of Map.groupBy(news, ({ task }) => task.workspaceId))
    await append(tx, workspaceId, 'provider.news', own.map(toDomainEvent));
  await releaseUsable(tx, await learn(tx, news.flatMap(toLearned)));
}

/** Templates that may be used again let the messages go that waited for them. */
async function releaseUsable(tx: Queryable, changes: TemplateStatusChange[]): Promise<void> {
  await releaseTemplates(
    tx,
    changes.filter(({ status }) => !heldStatuses.includes(status)),
  );
}

function toDomainEvent({ task, senderId, event }: News): DomainEvent {
  const at = isoOf(instantMs(event.at, task));
  const { field, facts } = event;
  return { type: event.name, field, connectionId: task.connectionId, senderId, webhookId: task.id, at, facts };
}

function toLearned({ task, connection, event }: News): Learned[] {
  return event.lessons.map((lesson) => ({
    workspaceId: task.workspaceId,
    provider: connection.provider.name,
    businessAccountId: accountOf(event.accountExternalId, connection.settings.businessAccountId),
    at: isoOf(instantMs(event.at, task)),
    lesson,
  }));
}

// News of other accounts of the same app may come by this connection's address. Test panels write 0.
function accountOf(told: string | undefined, own: string): string {
  return told === undefined || told === '0' ? own : told;
}
