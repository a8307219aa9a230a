import type { TemplateStatus } from '#channels/lessons.ts';
import type { DirectSend, MarketingOptions, MessageContent, Recipient } from '#channels/provider.ts';
import type { Purpose } from '#messages/message.ts';
import { type Queryable, prepared, sql } from '#platform/database.ts';

export interface ReadyMessage {
  workspaceId: string;
  messageId: string;
  contactId: string;
  lane: Purpose;
  /** Failed tries that a retry may still follow; refusals for throughput do not count. */
  tries: number;
  type: string;
  content: MessageContent;
  address: string;
  addressKind: Recipient['kind'];
  replyTo: string | null;
  identityKeyHash: string | null;
  marketingMessages: MarketingOptions | null;
  directSend: DirectSend | null;
  /** The step of the trace that it was accepted in. */
  traceparent: string | null;
}

/**
 * Due messages of one sender and lane, oldest first. Reads without locks: the sender's lease makes the reader the only
 * one who may send them. Expects the partial index `outbox_ready` and one look-up by key a row.
 */
export function listReady(
  db: Queryable,
  key: { workspaceId: string; senderId: string; lane: Purpose },
  from: { dueAt: Temporal.Instant; messageId: string } | null,
  limit: number,
): Promise<(ReadyMessage & { dueAt: Temporal.Instant })[]> {
  return db.query(
    prepared(
      'outbox-list-ready',
      sql`select o.workspace_id as "workspaceId", o.message_id as "messageId", o.contact_id as "contactId", o.lane, o.tries,
                 o.due_at as "dueAt", m.type, m.content, m.address, m.address_kind as "addressKind", m.reply_to as "replyTo",
                 m.identity_key_hash as "identityKeyHash", m.marketing_messages as "marketingMessages", m.direct_send as "directSend", m.traceparent
          from (
            select * from outbox
            where sender_id = ${key.senderId}::uuid and lane = ${key.lane} and state = 'queued' and due_at <= now()
              and (due_at, message_id) > (coalesce(${from?.dueAt ?? null}::timestamptz, '-infinity'),
                                          coalesce(${from?.messageId ?? null}::uuid, '00000000-0000-0000-0000-000000000000'))
            order by due_at, message_id limit ${limit}
          ) o
          cross join lateral (
            select * from message m where m.workspace_id = o.workspace_id and m.id = o.message_id offset 0
          ) m
          order by o.due_at, o.message_id`,
    ),
  );
}

/** When the oldest waiting message of each sender and lane is due, in milliseconds from now; negative when it is overdue. */
export function listNextDue(
  db: Queryable,
  senderIds: string[],
  lanes: readonly Purpose[],
): Promise<{ senderId: string; lane: Purpose; dueInMs: number }[]> {
  return db.query(
    prepared(
      'outbox-next-due',
      sql`select s.id as "senderId", l.lane, (extract(epoch from first.due_at - now()) * 1000)::float8 as "dueInMs"
          from unnest(${senderIds}::uuid[]) as s(id) cross join unnest(${lanes}::text[]) as l(lane)
          cross join lateral (
            select due_at from outbox o where o.sender_id = s.id and o.lane = l.lane and o.state = 'queued' and o.due_at < 'infinity'
            order by due_at limit 1) first`,
    ),
  );
}

/** Takes back marks of this owner that are old, not under way, and so were never used. */
export function withdrawStranded(
  db: Queryable,
  key: { workspaceId: string; senderId: string; fence: number },
  underWay: string[],
  olderThanSeconds: number,
): Promise<{ messageId: string }[]> {
  return db.query(
    sql`update outbox set state = 'queued', attempt_no = attempt_no - 1, dispatching_at = null
        where workspace_id = ${key.workspaceId}::uuid and sender_id = ${key.senderId}::uuid and state = 'dispatching'
          and fence = ${key.fence}::bigint and dispatching_at < now() - make_interval(secs => ${olderThanSeconds}::float8)
          and message_id <> all(${underWay}::uuid[])
        returning message_id as "messageId"`,
  );
}

/** Takes back marks of this owner for which nothing was written. Gives those that there were. */
export function withdrawMarks(
  db: Queryable,
  key: { workspaceId: string; senderId: string; fence: number },
  messageIds: string[],
): Promise<{ messageId: string }[]> {
  return db.query(
    sql`update outbox set state = 'queued', attempt_no = attempt_no - 1, dispatching_at = null
        where workspace_id = ${key.workspaceId}::uuid and sender_id = ${key.senderId}::uuid and state = 'dispatching'
          and fence = ${key.fence}::bigint and message_id = any(${messageIds}::uuid[])
        returning message_id as "messageId"`,
  );
}

/** Conversations that a failed try keeps waiting: a new owner of the sender must not let a later message overtake. */
export function listWaitingRetries(db: Queryable, senderId: string): Promise<{ contactId: string; waitMs: number }[]> {
  return db.query(
    sql`select contact_id as "contactId", max(extract(epoch from due_at - now()) * 1000)::float8 as "waitMs"
        from outbox where sender_id = ${senderId}::uuid and state = 'queued' and attempt_no > 0 and due_at between now() and now() + interval '15 minutes' and hold is null
        group by contact_id`,
  );
}

export interface MarkedMessage {
  messageId: string;
  attemptNo: number;
  /** The database's clock at the mark: the instant that the decision is taken at. */
  decidedAt: Temporal.Instant;
  expiresAt: Temporal.Instant | null;
  needsWindow: boolean;
  windowExpiresAt: Temporal.Instant | null;
  suppressions: string[] | null;
  /** Of the templates of the batch, those of which something was told. */
  templates: KnownTemplate[] | null;
  /** What holds the sender, or a lane of it, and who may not know it yet. */
  halts: Halt[] | null;
}

export interface Halt {
  on: 'paused' | 'everything' | Purpose;
  reason: string;
  /** An ISO instant; null when somebody must act. */
  until: string | null;
}

export interface KnownTemplate {
  name: string;
  language: string;
  status: TemplateStatus | null;
  reason: string | null;
  /** An ISO instant. */
  until: string | null;
  category: string | null;
}

/** Where templates are known: by an account, under names and languages. */
export interface TemplatesOfBatch {
  businessAccountId: string;
  names: string[];
  languages: string[];
}

/**
 * Commits the point of no return for a batch: from here on a message is never sent again unless its outcome is proved
 * negative. Only messages that are still queued come back, and only while the lease stands under this fence. The facts
 * that policy needs are read by the same statement, so nothing that was committed before it is missed.
 */
export function markDispatching(
  db: Queryable,
  key: { workspaceId: string; senderId: string; lease: string; fence: number; channel: string },
  messageIds: string[],
  templates: TemplatesOfBatch,
): Promise<MarkedMessage[]> {
  return db.query(
    prepared(
      'outbox-mark-dispatching',
      sql`update outbox o
          set state = 'dispatching', attempt_no = o.attempt_no + 1, fence = ${key.fence}::bigint, dispatching_at = now(), hold = null
          from lease l
          where o.workspace_id = ${key.workspaceId}::uuid and o.message_id = any(${messageIds}::uuid[]) and o.state = 'queued'
            and l.name = ${key.lease} and l.fence = ${key.fence}::bigint and l.expires_at > now()
          returning o.message_id as "messageId", o.attempt_no as "attemptNo", now() as "decidedAt",
            o.expires_at as "expiresAt", o.needs_window as "needsWindow",
            (select w.expires_at from service_window w
             where w.workspace_id = o.workspace_id and w.sender_id = o.sender_id and w.contact_id = o.contact_id) as "windowExpiresAt",
            (select array_agg(s.kind) from suppression s
             where s.workspace_id = o.workspace_id and s.contact_id = o.contact_id and s.channel = ${key.channel}) as suppressions,
            -- Once a batch: it names no row of the update.
            (select json_agg(json_build_object('name', t.name, 'language', t.language, 'status', t.status, 'reason', t.status_reason,
                                               'until', t.status_until, 'category', t.category))
             from known_template t
             where t.workspace_id = ${key.workspaceId}::uuid and t.business_account_id = ${templates.businessAccountId}
               and (t.name, t.language) in (select * from unnest(${templates.names}::text[], ${templates.languages}::text[]))) as templates,
            -- So is this.
            (select json_agg(json_build_object('on', h.scope, 'reason', h.reason, 'until', h.until))
             from (
               select scope, reason, null::timestamptz as until from workspace_stop where workspace_id = ${key.workspaceId}::uuid
               union all
               select lane, reason, null from lane_stop where workspace_id = ${key.workspaceId}::uuid and sender_id = ${key.senderId}::uuid
               union all
               select 'paused', case c.status when 'paused' then c.paused_reason else s.paused_reason end, case c.status when 'paused' then null else s.paused_until end
               from sender s join connection c on c.workspace_id = s.workspace_id and c.id = s.connection_id
               where s.workspace_id = ${key.workspaceId}::uuid and s.id = ${key.senderId}::uuid
                 and (c.status = 'paused' or (s.status = 'paused' and coalesce(s.paused_until > now(), true)))
             ) h) as halts`,
    ),
  );
}

/** For builds that are broken on purpose: the message goes out whatever the mark said. */
export function unmarked(message: ReadyMessage): MarkedMessage {
  const noFacts = {
    expiresAt: null,
    needsWindow: false,
    windowExpiresAt: null,
    suppressions: null,
    templates: null,
    halts: null,
  };
  return { messageId: message.messageId, attemptNo: 1, decidedAt: Temporal.Now.instant(), ...noFacts };
}

/** What one attempt, or a decision right before it, makes of a message. */
export interface Settlement {
  workspaceId: string;
  messageId: string;
  senderId: string;
  contactId: string;
  attemptNo: number;
  /**
   * done: the provider took it. fail: no repetition helps; it becomes a dead letter. requeue: try again in `delayMs`.
   * unknown: the provider may have it. withdraw: nothing was tried (a hold); back to the queue as if never marked.
   * block / expire: policy ended it before the provider was called.
   */
  next: 'done' | 'fail' | 'requeue' | 'unknown' | 'withdraw' | 'block' | 'expire';
  delayMs: number | null;
  countsAsTry: boolean;
  hold: unknown;
  /** When the attempt was marked, by the database's clock. */
  dispatchingAt: string | null;
  /** Null when no attempt was made. */
  attempt: {
    outcome: string;
    httpStatus: number | null;
    providerMessageIds: string[] | null;
    reason: string | null;
    error: unknown;
    errorRow: unknown;
  } | null;
  deadLetter: { class: string; code: string; title: string; fingerprint: string } | null;
  error: unknown;
  /** A line of the timeline beside the attempt: why it was held, blocked, or is tried again. */
  event: { id: string; kind: string; detail: unknown } | null;
}

/**
 * Writes the outcomes of a batch in one statement: the outbox row leaves or goes back, the attempt is kept, the state of a
 * settled message appears. It is bound to the attempt, not to the lease: what a slow worker learnt of its own attempt is
 * true, whoever owns the sender by now. A receipt may have settled the message first; then facts are joined. An
 * acceptance also takes back a repetition that still waits.
 * Gives the ids of the messages for which this call was the one that settled or returned them.
 */
export function settleBatch(db: Queryable, settlements: Settlement[]): Promise<{ messageId: string }[]> {
  const workspaceIds = [...new Set(settlements.map((settlement) => settlement.workspaceId))];
  const messageIds = settlements.map((settlement) => settlement.messageId);
  return db.query(
    prepared(
      'outbox-settle',
      sql`with input as materialized (
            select * from json_to_recordset(${JSON.stringify(settlements.map(toRow))}::json) as x(
              "workspaceId" uuid, "messageId" uuid, "senderId" uuid, "attemptNo" smallint, "dispatchingAt" timestamptz, next text,
              outcome text, "providerMessageIds" text[], "httpStatus" smallint, reason text, "attemptError" jsonb, "errorRow" jsonb,
              "delayMs" float8, "countsAsTry" boolean, hold json, "deadLetter" jsonb, error jsonb, event jsonb)
          ), gone as (
            delete from outbox o using input i
            where o.workspace_id = any(${workspaceIds}::uuid[]) and o.message_id = any(${messageIds}::uuid[])
              and o.workspace_id = i."workspaceId" and o.message_id = i."messageId"
              and case when i.next = 'done' then o.state = 'queued' or o.attempt_no = i."attemptNo"
                       when i.next in ('fail', 'block', 'expire') then o.state <> 'queued' and o.attempt_no = i."attemptNo"
                       else false end
            returning o.message_id
          ), back as (
            update outbox o
            set state = case i.next when 'unknown' then 'unknown' else 'queued' end,
                unknown_at = case i.next when 'unknown' then now() end,
                due_at = case when i.next = 'unknown' then o.due_at
                              when i."delayMs" is null then 'infinity'
                              else greatest(o.due_at, now() + make_interval(secs => i."delayMs" / 1000)) end,
                tries = o.tries + case when i."countsAsTry" then 1 else 0 end,
                attempt_no = o.attempt_no - case i.next when 'withdraw' then 1 else 0 end,
                hold = i.hold
            from input i
            where o.workspace_id = any(${workspaceIds}::uuid[]) and o.message_id = any(${messageIds}::uuid[])
              and o.workspace_id = i."workspaceId" and o.message_id = i."messageId" and o.attempt_no = i."attemptNo"
              and case o.state when 'dispatching' then i.next in ('requeue', 'unknown', 'withdraw')
                               when 'unknown' then i.next = 'requeue' else false end
            returning o.message_id
          ), tried as (
            insert into attempt (workspace_id, message_id, attempt_no, sender_id, outcome, dispatching_at, http_status,
                                 provider_message_ids, reason, error, error_row, next_action)
            select i."workspaceId", i."messageId", i."attemptNo", i."senderId", i.outcome, i."dispatchingAt", i."httpStatus",
                   i."providerMessageIds", i.reason, i."attemptError", i."errorRow", i.next
            from input i
            where i.outcome is not null
            on conflict (workspace_id, message_id, attempt_no) do update
              set outcome = excluded.outcome, http_status = excluded.http_status, settled_at = now(),
                  provider_message_ids = (select array_agg(distinct id) from unnest(attempt.provider_message_ids || excluded.provider_message_ids) as id),
                  reason = excluded.reason, error = excluded.error, error_row = excluded.error_row, next_action = excluded.next_action
              where excluded.outcome = 'accepted' or attempt.outcome in ('unknown', 'presumed_not_accepted')
                and excluded.outcome <> 'unknown'
          ), state as (
            insert into message_state (workspace_id, message_id, status, rank, failed, provider_message_id, accepted_at, failed_at, error)
            select i."workspaceId", i."messageId",
                   case i.next when 'done' then 'accepted' when 'fail' then 'failed' when 'block' then 'blocked' else 'expired' end,
                   case i.next when 'done' then 1 else 0 end, i.next = 'fail',
                   i."providerMessageIds"[1],
                   case i.next when 'done' then now() end, case i.next when 'fail' then now() end, i.error
            from input i
            where i.next = 'done' or i."messageId" in (select message_id from gone)
            on conflict (workspace_id, message_id) do update
              set rank = greatest(message_state.rank, excluded.rank),
                  status = message_status(greatest(message_state.rank, excluded.rank), message_state.failed),
                  provider_message_id = coalesce(message_state.provider_message_id, excluded.provider_message_id),
                  accepted_at = least(message_state.accepted_at, excluded.accepted_at), updated_at = now()
              where excluded.rank > 0
          ), letter as (
            insert into dead_letter (workspace_id, message_id, class, code, title, fingerprint)
            select i."workspaceId", i."messageId", i."deadLetter" ->> 'class', i."deadLetter" ->> 'code',
                   i."deadLetter" ->> 'title', i."deadLetter" ->> 'fingerprint'
            from input i
            where i."deadLetter" is not null and i."messageId" in (select message_id from gone)
            on conflict (workspace_id, message_id) do update
              set state = 'open', class = excluded.class, code = excluded.code, title = excluded.title,
                  fingerprint = excluded.fingerprint, last_at = now(), failures = dead_letter.failures + 1
          ), told as (
            insert into message_event (workspace_id, message_id, id, kind, detail)
            select "workspaceId", "messageId", (event ->> 'id')::uuid, event ->> 'kind', event -> 'detail'
            from input where event is not null
            -- A batch comes again when the answer to its commit was lost.
            on conflict do nothing
          ), logged as (
            insert into log_event (workspace_id, topic, events)
            select i."workspaceId", 'message.state',
                   -- Put together as text: nothing in it can need an escape.
                   ('[' || string_agg('{"type":"message.' || i.next || '","messageId":"' || i."messageId" || '"}', ',') || ']')::json
            from input i group by i."workspaceId"
          )
          select message_id as "messageId" from gone union all select message_id from back`,
    ),
  );
}

// Only what is known travels: most rows are plain successes, and every absent field is one that nobody has to parse.
function toRow(settlement: Settlement): Record<string, unknown> {
  const { attempt } = settlement;
  return {
    workspaceId: settlement.workspaceId,
    messageId: settlement.messageId,
    senderId: settlement.senderId,
    attemptNo: settlement.attemptNo,
    dispatchingAt: settlement.dispatchingAt ?? undefined,
    next: settlement.next,
    outcome: attempt?.outcome,
    providerMessageIds: attempt?.providerMessageIds ?? undefined,
    httpStatus: attempt?.httpStatus ?? undefined,
    reason: attempt?.reason ?? undefined,
    attemptError: attempt?.error ?? undefined,
    errorRow: attempt?.errorRow ?? undefined,
    delayMs: settlement.delayMs ?? undefined,
    countsAsTry: settlement.countsAsTry || undefined,
    hold: settlement.hold ?? undefined,
    deadLetter: settlement.deadLetter ?? undefined,
    error: settlement.error ?? undefined,
    event: settlement.event ?? undefined,
  };
}
