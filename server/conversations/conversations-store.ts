import { prepared, type Queryable, sql } from '#platform/database.ts';

export interface ConversationRow {
  id: string;
  senderId: string;
  contactId: string;
  contactName: string | null;
  lastMessageId: string | null;
  lastMessageAt: Temporal.Instant | null;
  lastDirection: 'inbound' | 'outbound' | null;
  activeAt: Temporal.Instant;
  windowExpiresAt: Temporal.Instant | null;
  createdAt: Temporal.Instant;
}

export interface NewConversation {
  workspaceId: string;
  id: string;
  senderId: string;
  contactId: string;
}

/** Opens the conversations of pairs that have none. What we say moves no conversation up: a campaign would turn the list over. */
export async function insertConversations(db: Queryable, conversations: NewConversation[]): Promise<void> {
  if (conversations.length === 0) return;
  await db.query(
    prepared(
      'conversation-insert',
      sql`insert into conversation (workspace_id, id, sender_id, contact_id, active_at)
          select x."workspaceId", x.id, x."senderId", x."contactId", now()
          from jsonb_to_recordset(${JSON.stringify(conversations)}::jsonb) as x("workspaceId" uuid, id uuid, "senderId" uuid, "contactId" uuid)
          on conflict (workspace_id, sender_id, contact_id) do nothing`,
    ),
  );
}

/** Moves conversations up in which the contact spoke. */
export async function updateActive(db: Queryable, conversations: NewConversation[]): Promise<void> {
  if (conversations.length === 0) return;
  await db.query(
    prepared(
      'conversation-active',
      sql`update conversation c set active_at = now()
          from jsonb_to_recordset(${JSON.stringify(conversations)}::jsonb) as x("workspaceId" uuid, "senderId" uuid, "contactId" uuid)
          where c.workspace_id = x."workspaceId" and c.sender_id = x."senderId" and c.contact_id = x."contactId"`,
    ),
  );
}

const columns = sql`c.id, c.sender_id as "senderId", c.contact_id as "contactId", p.name as "contactName", l.id as "lastMessageId",
  l.created_at as "lastMessageAt", l.direction as "lastDirection", c.active_at as "activeAt", w.expires_at as "windowExpiresAt", c.created_at as "createdAt"`;
// What was said last is looked up for the page that is shown, instead of being written with every message.
const joins = sql`left join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
  left join service_window w on w.workspace_id = c.workspace_id and w.sender_id = c.sender_id and w.contact_id = c.contact_id
  left join lateral (
    select m.id, m.created_at, m.direction from message m
    where m.workspace_id = c.workspace_id and m.contact_id = c.contact_id and m.sender_id = c.sender_id order by m.id desc limit 1
  ) l on true`;

/** A contact that turned out to be another one. */
export interface MergedContact {
  workspaceId: string;
  from: string;
  into: string;
}

/** What was said with one contact belongs to the other. Where both have a conversation with a sender, they become one. */
export async function mergeConversations(db: Queryable, { workspaceId, from, into }: MergedContact): Promise<void> {
  const own = sql`c.workspace_id = ${workspaceId}::uuid and c.contact_id = ${from}::uuid`;
  await db.query(
    sql`update conversation kept set active_at = greatest(kept.active_at, c.active_at), created_at = least(kept.created_at, c.created_at)
        from conversation c
        where ${own} and kept.workspace_id = c.workspace_id and kept.sender_id = c.sender_id and kept.contact_id = ${into}::uuid`,
  );
  await db.query(
    sql`delete from conversation c using conversation kept
        where ${own} and kept.workspace_id = c.workspace_id and kept.sender_id = c.sender_id and kept.contact_id = ${into}::uuid`,
  );
  await db.query(sql`update conversation c set contact_id = ${into}::uuid where ${own}`);
}

/** Conversations, the one in which the contact spoke last first. */
export function listConversations(
  db: Queryable,
  workspaceId: string,
  before: { at: string; id: string } | null,
  limit: number,
): Promise<ConversationRow[]> {
  return db.query(
    sql`select ${columns} from (
          select * from conversation
          where workspace_id = ${workspaceId}::uuid
            and (active_at, id) < (coalesce(${before?.at ?? null}::timestamptz, 'infinity'), coalesce(${before?.id ?? null}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          order by active_at desc, id desc limit ${limit}
        ) c ${joins} order by c.active_at desc, c.id desc`,
  );
}

export async function findConversation(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<ConversationRow | undefined> {
  const [row] = await db.query<ConversationRow>(
    sql`select ${columns} from conversation c ${joins} where c.workspace_id = ${workspaceId}::uuid and c.id = ${id}::uuid`,
  );
  return row;
}
