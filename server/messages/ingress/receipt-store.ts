import type { MessageContent } from '#channels/provider.ts';
import { type Queryable, prepared, sql } from '#platform/database.ts';

/** One receipt that is about a message of ours. Times are ISO instants. */
export interface ReceiptRow {
  eventId: string;
  workspaceId: string;
  messageId: string;
  senderId: string;
  /** Null when the message was found by the provider's id. */
  attemptNo: number | null;
  providerMessageId: string;
  /** What the provider's answer called the message, where that is another id. */
  earlierProviderId: string | null;
  status: string;
  providerStatus: string;
  rank: number;
  failed: boolean;
  /** It is one participant's of a group, and another participant's may say something else. */
  inGroup: boolean;
  /** Whom of the group it is about, as the provider names them. */
  participant: string | null;
  at: string;
  error: unknown;
  pricing: unknown;
  /** Null when we had asked for it. */
  rawWebhookId: string | null;
  suspicious: boolean;
}

/** The messages of ours that the provider's ids belong to. What a person wrote has no receipts. */
export function findMessagesByProviderId(
  db: Queryable,
  keys: { workspaceId: string; providerMessageId: string }[],
): Promise<{ workspaceId: string; providerMessageId: string; messageId: string }[]> {
  if (keys.length === 0) return Promise.resolve([]);
  return db.query(
    prepared(
      'receipt-find-message',
      sql`select distinct s.workspace_id as "workspaceId", s.provider_message_id as "providerMessageId", s.message_id as "messageId"
          from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, "providerMessageId" text)
          cross join lateral (
            select * from message_state s
            where s.workspace_id = k."workspaceId" and s.provider_message_id = k."providerMessageId" and s.status <> 'received' offset 0
          ) s`,
    ),
  );
}

export function findContactsOfMessages(
  db: Queryable,
  keys: { workspaceId: string; messageId: string }[],
): Promise<{ messageId: string; contactId: string }[]> {
  return db.query(
    sql`select m.id as "messageId", m.contact_id as "contactId"
        from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, "messageId" uuid)
        cross join lateral (
          select * from message m where m.workspace_id = k."workspaceId" and m.id = k."messageId" offset 0
        ) m`,
  );
}

export function findContents(
  db: Queryable,
  keys: { workspaceId: string; messageId: string }[],
): Promise<{ messageId: string; content: MessageContent }[]> {
  return db.query(
    sql`select m.id as "messageId", m.content
        from jsonb_to_recordset(${JSON.stringify(keys.map(({ workspaceId, messageId }) => ({ workspaceId, messageId })))}::jsonb)
          as k("workspaceId" uuid, "messageId" uuid)
        cross join lateral (
          select * from message m where m.workspace_id = k."workspaceId" and m.id = k."messageId" offset 0
        ) m`,
  );
}

export interface AppliedReceipts {
  workspaceId: string;
  messageId: string;
  applied: boolean;
  /** Before this batch. */
  knownProviderId: string | null;
  oldStatus: string | null;
  oldRank: number;
}

/**
 * Joins receipts into the state of their messages, in one statement: the rank only grows, a failure is or-ed, each time is
 * the earliest. A receipt that names an attempt settles it when its answer was lost or has not been stored yet; proof that
 * a message went out also takes back a repetition that waits. To a group a message has failed only while nobody of it was
 * sent it: a failure of one participant is kept, and does not hide that others have it. The id that the answer gave makes
 * way for the one that receipts and answers of people have, where these are two. A message comes back with `applied` false when it was just
 * changing hands: its outcome was committed after this statement began. Call again, a new statement sees it.
 */
export function applyReceipts(db: Queryable, receipts: ReceiptRow[]): Promise<AppliedReceipts[]> {
  const workspaceIds = [...new Set(receipts.map((row) => row.workspaceId))];
  const messageIds = [...new Set(receipts.map((row) => row.messageId))];
  const groupMessageIds = [...new Set(receipts.flatMap((row) => (row.inGroup ? row.messageId : [])))];
  const isToGroup = sql`any(${groupMessageIds}::uuid[])`;
  const earlierIds = receipts.flatMap((row) => row.earlierProviderId ?? []);
  return db.query(
    prepared(
      'receipt-apply',
      sql`with input as materialized (
            select x.*, coalesce(o.attempt_no, 0) > x."attemptNo" as superseded, s.rank as old_rank, s.status as old_status,
                   s.provider_message_id as known
            from json_to_recordset(${JSON.stringify(receipts)}::json) as x(
              "eventId" uuid, "workspaceId" uuid, "messageId" uuid, "senderId" uuid, "attemptNo" smallint, "providerMessageId" text, status text,
              "providerStatus" text, rank smallint, failed boolean, at timestamptz, error jsonb, pricing jsonb, "rawWebhookId" uuid, suspicious boolean)
            left join lateral (
              select * from message_state s where s.workspace_id = x."workspaceId" and s.message_id = x."messageId" offset 0
            ) s on true
            left join lateral (
              select * from outbox o where o.workspace_id = x."workspaceId" and o.message_id = x."messageId" offset 0
            ) o on true
          ), folded as (
            select "workspaceId", "messageId", max("attemptNo") as attempt_no, max(rank) as rank,
                   bool_or(failed and superseded is not true) as failed, min("providerMessageId") as provider_message_id,
                   min(at) filter (where status = 'sent') as sent_at, min(at) filter (where status = 'delivered') as delivered_at,
                   min(at) filter (where status = 'read') as read_at, min(at) filter (where status = 'played') as played_at,
                   min(at) filter (where status = 'failed') as failed_at,
                   (array_agg(error) filter (where error is not null and error <> 'null'::jsonb and superseded is not true))[1] as error,
                   min(known) as known, min(old_status) as old_status, min(old_rank) as old_rank
            from input group by 1, 2
          ), gone as (
            delete from outbox o using folded f
            where o.workspace_id = any(${workspaceIds}::uuid[]) and o.message_id = any(${messageIds}::uuid[])
              and o.workspace_id = f."workspaceId" and o.message_id = f."messageId"
              and ((o.state = 'dispatching' and o.attempt_no = f.attempt_no) or (o.state = 'unknown' and o.attempt_no <= f.attempt_no) or (o.state = 'queued' and f.rank > 0))
            returning o.workspace_id, o.message_id, o.sender_id, o.attempt_no, o.dispatching_at, o.state
          ), settled as (
            insert into attempt (workspace_id, message_id, attempt_no, sender_id, outcome, dispatching_at, provider_message_ids, resolved_by, next_action)
            select g.workspace_id, g.message_id, g.attempt_no, g.sender_id, 'accepted', g.dispatching_at, array[f.provider_message_id], 'receipt', 'done'
            from gone g join folded f on f."workspaceId" = g.workspace_id and f."messageId" = g.message_id
            where g.state <> 'queued'
            on conflict (workspace_id, message_id, attempt_no) do update
              set outcome = 'accepted', provider_message_ids = excluded.provider_message_ids, resolved_by = 'receipt', next_action = 'done'
              where attempt.outcome in ('unknown', 'presumed_not_accepted')
          ), corrected_attempt as (
            update attempt a set outcome = 'accepted', provider_message_ids = array[f.provider_message_id], resolved_by = 'receipt'
            from folded f
            where a.workspace_id = any(${workspaceIds}::uuid[]) and a.message_id = any(${messageIds}::uuid[])
              and a.workspace_id = f."workspaceId" and a.message_id = f."messageId" and a.attempt_no = f.attempt_no
              and a.outcome in ('unknown', 'presumed_not_accepted')
              and not exists (select 1 from gone g where g.message_id = f."messageId" and g.attempt_no = f.attempt_no)
          ), state as (
            insert into message_state as s (workspace_id, message_id, status, rank, failed, provider_message_id, accepted_at, sent_at, delivered_at,
                                            read_at, played_at, failed_at, error)
            select f."workspaceId", f."messageId", message_status(greatest(f.rank, 1::smallint), f.failed and not (f.rank >= 2 and f."messageId" = ${isToGroup})),
                   greatest(f.rank, 1::smallint), f.failed and not (f.rank >= 2 and f."messageId" = ${isToGroup}), f.provider_message_id, now(), f.sent_at, f.delivered_at, f.read_at, f.played_at, f.failed_at, f.error
            from folded f
            -- Whatever took a message out of the outbox proves that the provider has it.
            where ((f.rank > 0 or f.failed) and f.old_rank is not null)
               or exists (select 1 from gone g where g.message_id = f."messageId")
            on conflict (workspace_id, message_id) do update
              set rank = greatest(s.rank, excluded.rank),
                  failed = (s.failed or excluded.failed) and not (greatest(s.rank, excluded.rank) >= 2 and s.message_id = ${isToGroup}),
                  status = message_status(greatest(s.rank, excluded.rank), (s.failed or excluded.failed)
                                          and not (greatest(s.rank, excluded.rank) >= 2 and s.message_id = ${isToGroup})),
                  provider_message_id = case when s.provider_message_id = any(${earlierIds}::text[]) then excluded.provider_message_id
                                             else coalesce(s.provider_message_id, excluded.provider_message_id) end,
                  accepted_at = coalesce(s.accepted_at, excluded.accepted_at),
                  sent_at = least(s.sent_at, excluded.sent_at), delivered_at = least(s.delivered_at, excluded.delivered_at),
                  read_at = least(s.read_at, excluded.read_at), played_at = least(s.played_at, excluded.played_at),
                  failed_at = least(s.failed_at, excluded.failed_at), error = coalesce(s.error, excluded.error), updated_at = now()
            returning s.workspace_id, s.message_id, s.rank, s.failed, s.error
          ), letter as (
            insert into dead_letter as d (workspace_id, message_id, class, code, title, fingerprint)
            select s.workspace_id, s.message_id, 'reported', coalesce(s.error #>> '{error,code}', 'failed'),
                   coalesce(s.error #>> '{error,title}', 'The provider reported a failure'),
                   'reported:' || coalesce(s.error #>> '{error,code}', 'failed')
            from state s join folded f on f."messageId" = s.message_id where f.failed and s.failed and s.rank < 3
              -- Of a message whose place another one took nobody has to decide any more.
              and not exists (select 1 from reroute r where r.workspace_id = s.workspace_id and r.message_id = s.message_id and r.state = 'done')
            on conflict (workspace_id, message_id) do update
              set state = case d.state when 'rerouted' then d.state else 'open' end, last_at = now(), failures = d.failures + 1, class = excluded.class, code = excluded.code,
                  title = excluded.title, fingerprint = excluded.fingerprint
          ), recovered as (
            update dead_letter d set state = 'recovered' from state s
            where (s.rank >= 3 or (s.rank >= 2 and s.message_id = ${isToGroup})) and d.workspace_id = any(${workspaceIds}::uuid[]) and d.message_id = any(${messageIds}::uuid[])
              and d.workspace_id = s.workspace_id and d.message_id = s.message_id and d.state = 'open'
              and not exists (select 1 from folded f where f."messageId" = s.message_id and f.failed and s.failed and s.rank < 3)
          )
          select f."workspaceId", f."messageId", s.message_id is not null or not (f.rank > 0 or f.failed) as applied,
                 f.known as "knownProviderId", f.old_status as "oldStatus", coalesce(f.old_rank, 0) as "oldRank"
          from folded f left join state s on s.workspace_id = f."workspaceId" and s.message_id = f."messageId"`,
    ),
  );
}

/** For a build that is broken on purpose: the newest receipt wins, as if the provider promised an order. */
export async function overwriteStatus(db: Queryable, receipt: ReceiptRow): Promise<void> {
  await db.query(
    sql`update message_state set rank = ${receipt.rank}::smallint, status = message_status(${receipt.rank}::smallint, ${receipt.failed}::boolean)
        where workspace_id = ${receipt.workspaceId}::uuid and message_id = ${receipt.messageId}::uuid`,
  );
}

// What is not known is left out of the detail.
function toEvent(receipt: ReceiptRow & { late: boolean }): Record<string, unknown> {
  const { eventId, workspaceId, messageId, senderId, status, rawWebhookId } = receipt;
  const detail = {
    status,
    provider_status: receipt.providerStatus,
    provider_at: receipt.at,
    provider_message_id: receipt.providerMessageId,
    participant: receipt.participant ?? undefined,
    late: receipt.late || undefined,
    error: receipt.error ?? undefined,
    pricing: receipt.pricing ?? undefined,
    attempt_no: receipt.attemptNo ?? undefined,
    time_is_ours: receipt.suspicious || undefined,
  };
  return { eventId, workspaceId, messageId, senderId, status, detail, rawWebhookId };
}

/** Adds receipts to the timelines of their messages, and tells the log. `late` marks those that later facts had overtaken. */
export async function insertReceiptEvents(db: Queryable, receipts: (ReceiptRow & { late: boolean })[]): Promise<void> {
  if (receipts.length === 0) return;
  await db.query(
    prepared(
      'receipt-events',
      sql`with input as materialized (
            select * from json_to_recordset(${JSON.stringify(receipts.map(toEvent))}::json) as x(
              "eventId" uuid, "workspaceId" uuid, "messageId" uuid, "senderId" uuid, status text, detail json, "rawWebhookId" uuid)
          ), told as (
            insert into message_event (workspace_id, message_id, id, kind, detail, raw_webhook_id)
            select "workspaceId", "messageId", "eventId", 'status', detail, "rawWebhookId" from input
          )
          insert into log_event (workspace_id, topic, events)
          select "workspaceId", 'message.state',
                 -- Put together as text: nothing in it can need an escape.
                 ('[' || string_agg('{"type":"message.receipt","messageId":"' || "messageId" || '","status":"' || status
                                    || '","senderId":"' || "senderId" || '"}', ',') || ']')::json
          from input group by "workspaceId"`,
    ),
  );
}

/** The newest hand-over of a sender that a receipt proves: evidence about messages that were handed over before. */
export async function raiseWatermarks(
  db: Queryable,
  newest: { workspaceId: string; senderId: string; messageId: string }[],
): Promise<void> {
  if (newest.length === 0) return;
  await db.query(
    prepared(
      'receipt-watermark',
      sql`insert into receipt_watermark as w (workspace_id, sender_id, handed_over_at)
          select k."workspaceId", k."senderId", max(a.dispatching_at)
          from jsonb_to_recordset(${JSON.stringify(newest)}::jsonb) as k("workspaceId" uuid, "senderId" uuid, "messageId" uuid)
          join attempt a on a.workspace_id = k."workspaceId" and a.message_id = k."messageId" and a.dispatching_at is not null
          group by 1, 2 order by 1, 2
          on conflict (workspace_id, sender_id) do update set handed_over_at = greatest(w.handed_over_at, excluded.handed_over_at)
          where w.handed_over_at < excluded.handed_over_at`,
    ),
  );
}

export interface OrphanStatus {
  workspaceId: string;
  id: string;
  connectionId: string;
  providerMessageId: string;
  event: unknown;
  rawWebhookId: string;
}

export async function insertOrphans(db: Queryable, orphans: OrphanStatus[]): Promise<void> {
  if (orphans.length === 0) return;
  await db.query(
    prepared(
      'receipt-orphans',
      sql`insert into orphan_status (workspace_id, id, connection_id, provider_message_id, event, raw_webhook_id)
          select "workspaceId", id, "connectionId", "providerMessageId", event, "rawWebhookId"
          from jsonb_to_recordset(${JSON.stringify(orphans)}::jsonb) as x(
            "workspaceId" uuid, id uuid, "connectionId" uuid, "providerMessageId" text, event jsonb, "rawWebhookId" uuid)`,
    ),
  );
}

/** Takes out receipts without a message whose message is known by now. */
export function takeMatchedOrphans(
  db: Queryable,
  limit: number,
): Promise<(OrphanStatus & { messageId: string; senderId: string; receivedAt: Temporal.Instant })[]> {
  return db.query(
    sql`delete from orphan_status o using (
          select o.workspace_id, o.id, s.message_id, m.sender_id from orphan_status o
          join message_state s on s.workspace_id = o.workspace_id and s.status <> 'received'
            and s.provider_message_id = any(array[o.provider_message_id, o.event ->> 'earlierProviderId'])
          join message m on m.workspace_id = s.workspace_id and m.id = s.message_id
          limit ${limit} for update of o skip locked) found
        where o.workspace_id = found.workspace_id and o.id = found.id
        returning o.workspace_id as "workspaceId", o.id, o.connection_id as "connectionId", o.provider_message_id as "providerMessageId",
                  o.event, o.raw_webhook_id as "rawWebhookId", found.message_id as "messageId", found.sender_id as "senderId", o.received_at as "receivedAt"`,
  );
}
