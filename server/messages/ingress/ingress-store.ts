import type { Recipient } from '#channels/provider.ts';
import { booleanArray, textArray, uuidArray } from '#platform/binary-arrays.ts';
import { type Queryable, prepared, sql } from '#platform/database.ts';
import type { Choice } from './read-choice.ts';

export interface RawWebhook {
  workspaceId: string;
  id: string;
  connectionId: string;
  /** The bytes that came, or their base64 when they are no text that the database takes. */
  body: Buffer;
  isBase64: boolean;
  /** Of the address that it came to, without "?". */
  query: Buffer;
}

/** Keeps webhooks byte for byte, with a task each to apply them. */
export async function insertRawWebhooks(db: Queryable, webhooks: RawWebhook[]): Promise<void> {
  await db.query(
    prepared(
      'ingress-append',
      sql`with input as materialized (
            select * from unnest(${uuidArray(webhooks.map((one) => one.workspaceId))}::uuid[], ${uuidArray(webhooks.map((one) => one.id))}::uuid[],
                                 ${uuidArray(webhooks.map((one) => one.connectionId))}::uuid[], ${textArray(webhooks.map((one) => one.body))}::text[],
                                 ${booleanArray(webhooks.map((one) => one.isBase64))}::boolean[],
                                 ${textArray(webhooks.map((one) => one.query))}::text[])
              as x(workspace_id, id, connection_id, body, is_base64, query)
          ), kept as (
            insert into raw_webhook (workspace_id, id, connection_id, body, is_base64, query)
            select workspace_id, id, connection_id, body, is_base64, query from input
          )
          insert into ingress_task (workspace_id, id, connection_id) select workspace_id, id, connection_id from input`,
    ),
  );
}

export interface IngressTask extends Omit<RawWebhook, 'body' | 'query'> {
  body: string;
  query: string;
  attempts: number;
  receivedAt: Temporal.Instant;
  /** It waited so long that an earlier try may have ended with the process. */
  isOld: boolean;
}

/** The oldest waiting webhooks. Other processes skip them until the transaction ends. */
export function claimTasks(db: Queryable, limit: number, oldAfterSeconds: number): Promise<IngressTask[]> {
  return db.query(
    prepared(
      'ingress-claim',
      sql`select r.workspace_id as "workspaceId", r.id, r.connection_id as "connectionId", r.body, r.is_base64 as "isBase64", r.query,
                 r.received_at as "receivedAt", t.attempts, t.created_at < now() - make_interval(secs => ${oldAfterSeconds}::float8) as "isOld"
          from (select * from ingress_task where state = 'pending' order by id limit ${limit} for update skip locked) t
          cross join lateral (
            select * from raw_webhook r where r.workspace_id = t.workspace_id and r.id = t.id offset 0
          ) r
          order by t.id`,
    ),
  );
}

export async function countAttempts(db: Queryable, keys: { workspaceId: string; id: string }[]): Promise<void> {
  await db.query(
    sql`update ingress_task t set attempts = attempts + 1
        from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, id uuid)
        where t.workspace_id = k."workspaceId" and t.id = k.id`,
  );
}

/** A try that the database cut short does not count. */
export async function uncountAttempts(db: Queryable, keys: { workspaceId: string; id: string }[]): Promise<void> {
  await db.query(
    sql`update ingress_task t set attempts = greatest(attempts - 1, 0)
        from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, id uuid)
        where t.workspace_id = k."workspaceId" and t.id = k.id`,
  );
}

export async function deleteTasks(db: Queryable, keys: { workspaceId: string; id: string }[]): Promise<void> {
  const workspaceIds = [...new Set(keys.map((key) => key.workspaceId))];
  await db.query(
    prepared(
      'ingress-done',
      sql`delete from ingress_task where workspace_id = any(${workspaceIds}::uuid[]) and id = any(${keys.map((key) => key.id)}::uuid[])`,
    ),
  );
}

export async function quarantineTask(
  db: Queryable,
  key: { workspaceId: string; id: string },
  error: string,
): Promise<void> {
  await db.query(
    sql`update ingress_task set state = 'quarantined', error = ${error.slice(0, 2000)}
        where workspace_id = ${key.workspaceId}::uuid and id = ${key.id}::uuid`,
  );
}

/** Of these content keys, those that had not been seen before. They are seen from now on, if the transaction commits. */
export async function claimContentKeys(
  db: Queryable,
  keys: { workspaceId: string; contentKey: string }[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await db.query<{ workspaceId: string; contentKey: string }>(
    prepared(
      'ingress-content-keys',
      sql`insert into provider_event (workspace_id, content_key)
          select "workspaceId", "contentKey" from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, "contentKey" text)
          order by 1, 2
          on conflict do nothing
          returning workspace_id as "workspaceId", content_key as "contentKey"`,
    ),
  );
  return new Set(rows.map((row) => `${row.workspaceId} ${row.contentKey}`));
}

export interface InboundMessage {
  workspaceId: string;
  id: string;
  senderId: string;
  contactId: string;
  /** Who of the group wrote it; null outside of groups. */
  participantId: string | null;
  type: string;
  content: unknown;
  address: string;
  addressKind: Recipient['kind'];
  replyTo: string | null;
  /** The answer of a message of ours that it chooses. */
  choice: Choice | null;
  providerMessageId: string;
  providerAt: string;
  /** Null when the message does not open the window. */
  windowFrom: string | null;
  rawWebhookId: string;
  connectionId: string;
  media: {
    id: string;
    providerMediaId: string;
    kind: string;
    mimeType: string | null;
    sha256: string | null;
    filename: string | null;
  } | null;
  stale: boolean;
}

/** Writes received messages with their state, the window they open and the files they bring. */
export async function insertInbound(db: Queryable, messages: InboundMessage[]): Promise<void> {
  if (messages.length === 0) return;
  await db.query(
    prepared(
      'ingress-inbound',
      sql`with input as materialized (
            select * from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) as x(
              "workspaceId" uuid, id uuid, "senderId" uuid, "contactId" uuid, "participantId" uuid, type text, content jsonb, address text,
              "addressKind" text, "replyTo" text, choice jsonb, "providerMessageId" text, "providerAt" timestamptz, "windowFrom" timestamptz, "rawWebhookId" uuid,
              "connectionId" uuid, media jsonb, stale boolean)
          ), said as (
            insert into message (workspace_id, id, direction, sender_id, contact_id, participant_id, purpose, type, content, address, address_kind, reply_to, choice,
                                 provider_message_id, provider_at)
            select "workspaceId", id, 'inbound', "senderId", "contactId", "participantId", 'service', type, content, address, "addressKind", "replyTo", nullif(choice, 'null'::jsonb),
                   "providerMessageId", "providerAt" from input
          ), state as (
            insert into message_state (workspace_id, message_id, status, provider_message_id)
            select "workspaceId", id, 'received', "providerMessageId" from input
          ), told as (
            insert into message_event (workspace_id, message_id, id, kind, detail, raw_webhook_id)
            select "workspaceId", id, gen_random_uuid(), 'received', jsonb_build_object('provider_at', "providerAt", 'stale', stale), "rawWebhookId" from input
          ), opened as (
            insert into service_window as w (workspace_id, sender_id, contact_id, expires_at, last_inbound_at)
            select "workspaceId", "senderId", "contactId", max("windowFrom") + interval '24 hours', max("windowFrom")
            from input where "windowFrom" is not null group by 1, 2, 3 order by 1, 2, 3
            on conflict (workspace_id, sender_id, contact_id) do update
              set expires_at = greatest(w.expires_at, excluded.expires_at), last_inbound_at = greatest(w.last_inbound_at, excluded.last_inbound_at)
          ), files as (
            insert into media (workspace_id, id, message_id, connection_id, provider_media_id, kind, mime_type, sha256, filename)
            select "workspaceId", (media ->> 'id')::uuid, id, "connectionId", media ->> 'providerMediaId', media ->> 'kind', media ->> 'mimeType',
                   media ->> 'sha256', media ->> 'filename'
            from input where media is not null and media <> 'null'::jsonb
          )
          insert into log_event (workspace_id, topic, events)
          select "workspaceId", 'message.received',
                 jsonb_agg(jsonb_build_object('type', 'message.received', 'messageId', id, 'contactId', "contactId", 'senderId', "senderId",
                                              'mediaId', media ->> 'id', 'stale', stale, 'choice', choice) order by "providerAt", id)
          from input group by "workspaceId"`,
    ),
  );
}

export interface Notice {
  workspaceId: string;
  id: string;
  connectionId: string;
  senderId: string | null;
  rawWebhookId: string;
  kind: 'account' | 'unknown' | 'unrouted' | 'quarantined' | 'unsupported' | 'conflict';
  field: string;
  value: unknown;
  reason: string | null;
}

export async function insertNotices(db: Queryable, notices: Notice[]): Promise<void> {
  if (notices.length === 0) return;
  await db.query(
    sql`insert into provider_notice (workspace_id, id, connection_id, sender_id, raw_webhook_id, kind, field, value, reason)
        select "workspaceId", id, "connectionId", "senderId", "rawWebhookId", kind, field, coalesce(value, 'null'::jsonb), reason
        from jsonb_to_recordset(${JSON.stringify(notices)}::jsonb) as x(
          "workspaceId" uuid, id uuid, "connectionId" uuid, "senderId" uuid, "rawWebhookId" uuid, kind text, field text, value jsonb, reason text)`,
  );
}

/** Received messages that are known already by the provider's id, to tell a repetition from a contradiction. */
export function findInboundByProviderId(
  db: Queryable,
  keys: { workspaceId: string; providerMessageId: string }[],
): Promise<{ workspaceId: string; id: string; providerMessageId: string; content: unknown }[]> {
  return db.query(
    sql`select m.workspace_id as "workspaceId", m.id, m.provider_message_id as "providerMessageId", m.content
        from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, "providerMessageId" text)
        join message m on m.workspace_id = k."workspaceId" and m.provider_message_id = k."providerMessageId" and m.direction = 'inbound'`,
  );
}

export interface RawWebhookRow {
  id: string;
  connectionId: string;
  receivedAt: Temporal.Instant;
  state: 'pending' | 'quarantined' | 'applied';
  attempts: number;
  error: string | null;
  body: string;
  isBase64: boolean;
}

const rawColumns = sql`r.id, r.connection_id as "connectionId", r.received_at as "receivedAt", coalesce(t.state, 'applied') as state,
  coalesce(t.attempts, 0) as attempts, t.error, r.body, r.is_base64 as "isBase64"`;

export function listRawWebhooks(
  db: Queryable,
  workspaceId: string,
  filter: { after: string | null; state: string | null },
  limit: number,
): Promise<RawWebhookRow[]> {
  return db.query(
    sql`select ${rawColumns} from raw_webhook r left join ingress_task t on t.workspace_id = r.workspace_id and t.id = r.id
        where r.workspace_id = ${workspaceId}::uuid and r.id < coalesce(${filter.after}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
          and (${filter.state}::text is null or coalesce(t.state, 'applied') = ${filter.state})
        order by r.id desc limit ${limit}`,
  );
}

export async function findRawWebhook(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<RawWebhookRow | undefined> {
  const [row] = await db.query<RawWebhookRow>(
    sql`select ${rawColumns} from raw_webhook r left join ingress_task t on t.workspace_id = r.workspace_id and t.id = r.id
        where r.workspace_id = ${workspaceId}::uuid and r.id = ${id}::uuid`,
  );
  return row;
}

/** Puts a kept webhook back in line. What took effect before stays as it is: content keys keep it from happening twice. */
export async function insertReplayTask(db: Queryable, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db.query<object>(
    sql`insert into ingress_task (workspace_id, id, connection_id)
        select workspace_id, id, connection_id from raw_webhook where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid
        on conflict (workspace_id, id) do update set state = 'pending', attempts = 0, error = null, created_at = now()
        returning id`,
  );
  return rows.length > 0;
}

export interface NoticeRow {
  id: string;
  connectionId: string;
  senderId: string | null;
  rawWebhookId: string;
  kind: string;
  field: string;
  value: unknown;
  reason: string | null;
  receivedAt: Temporal.Instant;
}

export function listNotices(
  db: Queryable,
  workspaceId: string,
  filter: { after: string | null; kind: string | null },
  limit: number,
): Promise<NoticeRow[]> {
  return db.query(
    sql`select id, connection_id as "connectionId", sender_id as "senderId", raw_webhook_id as "rawWebhookId", kind, field, value, reason,
               received_at as "receivedAt"
        from provider_notice
        where workspace_id = ${workspaceId}::uuid and id < coalesce(${filter.after}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
          and (${filter.kind}::text is null or kind = ${filter.kind})
        order by id desc limit ${limit}`,
  );
}
