import { cloudApi } from '#channels/providers/cloud-api/cloud-api.ts';
import type { MessageContent } from '#channels/provider.ts';
import { sql } from '#platform/database.ts';
import type { TestDatabase } from '#testing/test-database.ts';

// What recorded webhooks consist of, and what became of each kind.

export interface KindCount {
  kind: string;
  seen: number;
  applied: number;
  unsupported: number;
}

/** The finest kind of a message: what it is, and of which sort. */
function kindOfContent(content: MessageContent): string {
  const part = content[content.type];
  const sort = typeof part === 'object' && part !== null ? (part as { type?: unknown }).type : undefined;
  if (content.type !== 'unsupported') return `message: ${content.type}${typeof sort === 'string' ? ` / ${sort}` : ''}`;
  const withheld = typeof sort === 'string' ? sort : content['provider_type'];
  return `message: unsupported${typeof withheld === 'string' && withheld !== 'unsupported' ? ` / ${withheld}` : ''}`;
}

/** The kinds of the events in a body; what comes twice counts once. */
export function kindsIn(body: Buffer): string[] {
  const events = new Map(cloudApi.decodeWebhook(body, '').map((event) => [event.contentKey, event]));
  return [...events.values()].map((event) => {
    switch (event.kind) {
      case 'message':
        return kindOfContent(event.content);
      case 'status':
        return `receipt: ${event.providerStatus}`;
      case 'account':
        return `${event.field}: ${event.name}`;
      case 'preference':
        return `user_preferences: ${event.marketing}`;
      case 'identity':
        return 'identity: changed';
      case 'unknown':
        return `not understood: ${event.field ?? 'the body'}`;
    }
  });
}

/** What the database says became of them. */
export async function endOfKinds(
  database: TestDatabase,
): Promise<{ applied: Map<string, number>; unsupported: Map<string, number> }> {
  const messages = await database.db.query<{ content: MessageContent }>(
    sql`select content from message where direction = 'inbound'`,
  );
  const kinds = messages.map(({ content }) => kindOfContent(content));
  const kept = await database.db.query<{ kind: string }>(
    sql`select 'receipt: ' || (event ->> 'providerStatus') as kind from orphan_status
        union all
        select (e ->> 'field') || ': ' || (e ->> 'type') from log_event, json_array_elements(events) e where topic = 'provider.news'
        union all
        select 'identity: changed' from log_event where topic = 'contact.identity'
        union all
        select 'user_preferences: ' || (e ->> 'marketing') from log_event, json_array_elements(events) e where topic = 'contact.preference'`,
  );
  const notUnderstood = await database.db.query<{ kind: string }>(
    sql`select 'not understood: ' || case field when 'unknown' then 'the body' else field end as kind
        from provider_notice where kind = 'unknown'`,
  );
  const isUnsupported = (kind: string): boolean => kind.startsWith('message: unsupported');
  return {
    applied: count([...kinds.filter((kind) => !isUnsupported(kind)), ...kept.map(({ kind }) => kind)]),
    unsupported: count([...kinds.filter(isUnsupported), ...notUnderstood.map(({ kind }) => kind)]),
  };
}

export function count(kinds: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** The page of the documentation. */
export function pageOf(webhooks: number, rows: KindCount[]): string {
  const total = (name: 'seen' | 'applied' | 'unsupported'): number => rows.reduce((sum, row) => sum + row[name], 0);
  return [
    '# Recorded webhooks',
    '',
    `${webhooks} webhooks that other projects recorded or took from the provider's documentation went through the real ingress on a real database. Each part of`,
    'them was applied, or is kept as unsupported with its raw body and its reason. This page is written by `npx vitest run -u server/messages/fixtures.db.test.ts`,',
    'and the same test fails when it is not current.',
    '',
    '| Kind | Seen | Applied | Unsupported |',
    '|---|---|---|---|',
    ...rows.map(({ kind, seen, applied, unsupported }) => `| ${kind} | ${seen} | ${applied} | ${unsupported} |`),
    `| **all** | **${total('seen')}** | **${total('applied')}** | **${total('unsupported')}** |`,
    '',
    'A receipt counts as applied when it waits for its message: the recordings know messages that this database does not.',
    '',
  ].join('\n');
}
