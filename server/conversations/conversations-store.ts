import { prepared, type Queryable, sql } from '#platform/database.ts';

export interface ConversationRow {
  id: string;
  senderId: string;
  contactId: string;
  contactName: string | null;
  lastMessageId: string | null;
  lastMessageAt: Temporal.Instant;
  lastDirection: 'inbound' | 'outbound';
  messagesIn: number;
  messagesOut: number;
  windowExpiresAt: Temporal.Instant | null;
  createdAt: Temporal.Instant;
}

export interface ConversationTouch {
  workspaceId: string;
  id: string;
  senderId: string;
  contactId: string;
  messageId: string;
  inbound: number;
  outbound: number;
  direction: 'inbound' | 'outbound';
}

/** Opens the conversations of the pairs that have none, and moves the others on. One touch a pair and batch. */
export async function touchConversations(db: Queryable, touches: ConversationTouch[]): Promise<void> {
  if (touches.length === 0) return;
  await db.query(
    prepared(
      'conversation-touch',
      sql`insert into conversation as c (workspace_id, id, sender_id, contact_id, last_message_id, last_message_at, last_direction, messages_in, messages_out)
        select x."workspaceId", x.id, x."senderId", x."contactId", x."messageId", now(), x.direction, x.inbound, x.outbound
        from jsonb_to_recordset(${JSON.stringify(touches)}::jsonb) as x(
          "workspaceId" uuid, id uuid, "senderId" uuid, "contactId" uuid, "messageId" uuid, inbound int, outbound int, direction text)
        order by x."workspaceId", x."senderId", x."contactId"
        on conflict (workspace_id, sender_id, contact_id) do update
          set last_message_id = excluded.last_message_id, last_message_at = excluded.last_message_at, last_direction = excluded.last_direction,
              messages_in = c.messages_in + excluded.messages_in, messages_out = c.messages_out + excluded.messages_out`,
    ),
  );
}

const columns = sql`c.id, c.sender_id as "senderId", c.contact_id as "contactId", p.name as "contactName", c.last_message_id as "lastMessageId",
  c.last_message_at as "lastMessageAt", c.last_direction as "lastDirection", c.messages_in as "messagesIn", c.messages_out as "messagesOut",
  w.expires_at as "windowExpiresAt", c.created_at as "createdAt"`;
const joins = sql`left join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
  left join service_window w on w.workspace_id = c.workspace_id and w.sender_id = c.sender_id and w.contact_id = c.contact_id`;

/** Conversations, the one that spoke last first. */
export function listConversations(
  db: Queryable,
  workspaceId: string,
  before: { at: string; id: string } | null,
  limit: number,
): Promise<ConversationRow[]> {
  return db.query(
    sql`select ${columns} from conversation c ${joins}
        where c.workspace_id = ${workspaceId}::uuid
          and (c.last_message_at, c.id) < (coalesce(${before?.at ?? null}::timestamptz, 'infinity'), coalesce(${before?.id ?? null}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
        order by c.last_message_at desc, c.id desc limit ${limit}`,
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
