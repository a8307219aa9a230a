import type { DirectSend, MarketingOptions, MessageContent, Recipient } from '#channels/provider.ts';
import type { Purpose } from '#messages/message.ts';
import type { Price } from '#messages/routing/price.ts';
import type { Routing, Skipped } from '#messages/routing/routing.ts';
import type { RuleDefinition } from '#messages/routing/rule.ts';
import { type Queryable, prepared, sql } from '#platform/database.ts';
import type { Trigger } from './decide-reroute.ts';

/** Messages that failed for good, as far as their rule reroutes. One that was not rerouted before is looked at again. */
export async function openFailed(
  db: Queryable,
  failed: { workspaceId: string; messageId: string; trigger: Trigger }[],
): Promise<void> {
  if (failed.length === 0) return;
  await db.query(
    prepared(
      'reroute-open-failed',
      sql`insert into reroute as o (workspace_id, message_id, trigger)
          select distinct on (m.workspace_id, m.id) m.workspace_id, m.id, k.trigger
          from jsonb_to_recordset(${JSON.stringify(failed)}::jsonb) as k("workspaceId" uuid, "messageId" uuid, trigger text)
          cross join lateral (
            select * from message m where m.workspace_id = k."workspaceId" and m.id = k."messageId" and m.routing is not null offset 0
          ) m
          join routing_rule r on r.workspace_id = m.workspace_id and r.id = (m.routing #>> '{rule,id}')::uuid
          join dead_letter d on d.workspace_id = m.workspace_id and d.message_id = m.id and d.state = 'open'
          where (r.rule #>> '{reroute,enabled}')::boolean
          order by m.workspace_id, m.id
          on conflict (workspace_id, message_id) do update
            set state = 'open', trigger = excluded.trigger, rule = null, due_at = now(), decided_at = null
            where o.state = 'refused' or (o.state = 'open' and o.trigger = 'not_delivered')`,
    ),
  );
}

/** Messages whose outcome stayed unknown for so long that something has to be done. */
export async function openUnknown(db: Queryable, unknown: { workspaceId: string; messageId: string }[]): Promise<void> {
  await db.query(
    sql`insert into reroute as o (workspace_id, message_id, trigger)
        select "workspaceId", "messageId", 'unknown' from jsonb_to_recordset(${JSON.stringify(unknown)}::jsonb) as k("workspaceId" uuid, "messageId" uuid)
        on conflict (workspace_id, message_id) do nothing`,
  );
}

export interface HandedOver {
  workspaceId: string;
  messageId: string;
  senderId: string;
  directSend: DirectSend | null;
  expiresAt: Temporal.Instant | null;
  at: Temporal.Instant;
}

/** Of messages that a provider took, those that their rule would still reroute. */
export async function listHandedOver(
  db: Queryable,
  taken: { workspaceId: string; messageId: string }[],
): Promise<HandedOver[]> {
  if (taken.length === 0) return [];
  const workspaces = await db.query<{ workspaceId: string }>(
    prepared(
      'reroute-workspaces',
      sql`select distinct workspace_id as "workspaceId" from routing_rule
          where workspace_id = any(${[...new Set(taken.map(({ workspaceId }) => workspaceId))]}::uuid[]) and (rule #>> '{reroute,enabled}')::boolean`,
    ),
  );
  const rerouting = new Set(workspaces.map(({ workspaceId }) => workspaceId));
  const wanted = taken.filter(({ workspaceId }) => rerouting.has(workspaceId));
  if (wanted.length === 0) return [];
  return db.query(
    prepared(
      'reroute-handed-over',
      sql`select m.workspace_id as "workspaceId", m.id as "messageId", m.sender_id as "senderId", m.direct_send as "directSend",
                 m.expires_at as "expiresAt", a.at
          from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as k("workspaceId" uuid, "messageId" uuid)
          cross join lateral (
            select * from message m where m.workspace_id = k."workspaceId" and m.id = k."messageId" and m.routing is not null offset 0
          ) m
          join routing_rule r on r.workspace_id = m.workspace_id and r.id = (m.routing #>> '{rule,id}')::uuid
          cross join lateral (
            select max(t.dispatching_at) as at from attempt t where t.workspace_id = m.workspace_id and t.message_id = m.id
          ) a
          where (r.rule #>> '{reroute,enabled}')::boolean and (m.routing ->> 'hop')::int < (r.rule #>> '{reroute,max_hops}')::int and a.at is not null`,
    ),
  );
}

/** Messages that are looked at when their time at the provider is over. */
export async function openDeadlines(
  db: Queryable,
  deadlines: { workspaceId: string; messageId: string; dueAt: string }[],
): Promise<void> {
  if (deadlines.length === 0) return;
  await db.query(
    prepared(
      'reroute-open-deadlines',
      sql`insert into reroute (workspace_id, message_id, trigger, due_at)
          select "workspaceId", "messageId", 'not_delivered', max("dueAt")
          from jsonb_to_recordset(${JSON.stringify(deadlines)}::jsonb) as k("workspaceId" uuid, "messageId" uuid, "dueAt" timestamptz)
          group by 1, 2
          on conflict (workspace_id, message_id) do nothing`,
    ),
  );
}

export interface OpenOne {
  workspaceId: string;
  messageId: string;
  trigger: Trigger;
}

/** When the contact last wrote to any sender of the workspace. */
export async function findLastInbound(
  db: Queryable,
  workspaceId: string,
  contactId: string,
): Promise<Temporal.Instant | null> {
  const [row] = await db.query<{ at: Temporal.Instant | null }>(
    sql`select max(v.last_inbound_at) as at
        from sender x join service_window v on v.workspace_id = x.workspace_id and v.sender_id = x.id and v.contact_id = ${contactId}::uuid
        where x.workspace_id = ${workspaceId}::uuid`,
  );
  return row?.at ?? null;
}

/** The oldest of one workspace that are to be looked at. */
export function listOpen(db: Queryable, limit: number): Promise<OpenOne[]> {
  return db.query(
    sql`select workspace_id as "workspaceId", message_id as "messageId", trigger from reroute
        where state = 'open' and due_at <= now()
          and workspace_id = (select workspace_id from reroute where state = 'open' and due_at <= now() order by due_at limit 1)
        order by due_at limit ${limit}`,
  );
}

/** Those of them that are open still and that nobody else works on; nobody else has them until the transaction ends. */
export function lockOpen(tx: Queryable, open: OpenOne[]): Promise<OpenOne[]> {
  const [{ workspaceId } = { workspaceId: null }] = open;
  const messageIds = open.map(({ messageId }) => messageId);
  return tx.query(
    sql`select workspace_id as "workspaceId", message_id as "messageId", trigger from reroute
        where workspace_id = ${workspaceId}::uuid and message_id = any(${messageIds}::uuid[]) and state = 'open'
        order by message_id for update skip locked`,
  );
}

/**
 * Until the transaction ends nobody redrives or discards them, and no worker marks those whose places in the outbox come back.
 * A place that somebody else works on is left alone: to wait for it, with others in hand, could end in a deadlock with the
 * worker that marks them.
 */
export async function lockPlaces(tx: Queryable, workspaceId: string, messageIds: string[]): Promise<Set<string>> {
  await tx.query(
    sql`select 1 from dead_letter where workspace_id = ${workspaceId}::uuid and message_id = any(${messageIds}::uuid[])
        order by message_id for update`,
  );
  const places = await tx.query<{ messageId: string }>(
    sql`select message_id as "messageId" from outbox where workspace_id = ${workspaceId}::uuid and message_id = any(${messageIds}::uuid[])
        for update skip locked`,
  );
  return new Set(places.map(({ messageId }) => messageId));
}

export interface OldMessage {
  messageId: string;
  contactId: string;
  senderId: string;
  purpose: Purpose;
  content: MessageContent;
  address: string;
  addressKind: Recipient['kind'];
  replyTo: string | null;
  identityKeyHash: string | null;
  marketingMessages: MarketingOptions | null;
  directSend: DirectSend | null;
  tags: string[] | null;
  metadata: Record<string, string> | null;
  routing: Routing | null;
  traceparent: string | null;
  expiresAt: Temporal.Instant | null;
  rank: number;
  error: { error: { code: string; title: string }; row?: { reroute?: 'template' | 'channel' | null } } | null;
  hasUnknownAttempt: boolean;
  /** When it was last handed over. */
  dispatchingAt: Temporal.Instant | null;
  /** Its state in the outbox; null: it has left. */
  place: 'queued' | 'dispatching' | 'unknown' | null;
  waitedSeconds: number;
  letter: string | null;
  wasRedriven: boolean;
  rule: RuleDefinition | null;
  position: number | null;
  lastInboundAt: Temporal.Instant | null;
  now: Temporal.Instant;
}

/** All that decides about these messages, as it is now. */
export function listOldMessages(db: Queryable, workspaceId: string, messageIds: string[]): Promise<OldMessage[]> {
  return db.query(
    sql`select m.id as "messageId", m.contact_id as "contactId", m.sender_id as "senderId", m.purpose, m.content, m.address,
               m.address_kind as "addressKind", m.reply_to as "replyTo", m.identity_key_hash as "identityKeyHash",
               m.marketing_messages as "marketingMessages", m.direct_send as "directSend", m.tags, m.metadata, m.routing, m.traceparent,
               coalesce(o.expires_at, m.expires_at) as "expiresAt", coalesce(s.rank, 0) as rank, s.error,
               coalesce(a.has_unknown, false) as "hasUnknownAttempt", a.dispatching_at as "dispatchingAt", o.state as place,
               coalesce(extract(epoch from now() - greatest(m.created_at, m.send_at)), 0)::float8 as "waitedSeconds",
               d.state as letter, coalesce(d.redrives > 0, false) as "wasRedriven", r.rule, r.position, w.last_inbound_at as "lastInboundAt", now() as now
        from unnest(${messageIds}::uuid[]) as k(id)
        cross join lateral (
          select * from message m where m.workspace_id = ${workspaceId}::uuid and m.id = k.id offset 0
        ) m
        left join message_state s on s.workspace_id = m.workspace_id and s.message_id = m.id
        left join outbox o on o.workspace_id = m.workspace_id and o.message_id = m.id
        left join dead_letter d on d.workspace_id = m.workspace_id and d.message_id = m.id
        left join routing_rule r on r.workspace_id = m.workspace_id and r.id = (m.routing #>> '{rule,id}')::uuid
        left join lateral (
          select bool_or(t.outcome in ('unknown', 'presumed_not_accepted')) as has_unknown, max(t.dispatching_at) as dispatching_at
          from attempt t where t.workspace_id = m.workspace_id and t.message_id = m.id
        ) a on true
        left join lateral (
          select max(v.last_inbound_at) as last_inbound_at
          from sender x join service_window v on v.workspace_id = x.workspace_id and v.sender_id = x.id and v.contact_id = m.contact_id
          where x.workspace_id = m.workspace_id
        ) w on true`,
  );
}

/** Takes each from whoever could send it again: its dead letter, or its place in the outbox. Call it with the locks of
 *  `lockPlaces`. Gives those that had a place. */
export async function takePlaces(tx: Queryable, workspaceId: string, messageIds: string[]): Promise<Set<string>> {
  const rows = await tx.query<{ messageId: string }>(
    sql`with letter as (
          update dead_letter set state = 'rerouted'
          where workspace_id = ${workspaceId}::uuid and message_id = any(${messageIds}::uuid[]) and state = 'open'
        ), gone as (
          delete from outbox where workspace_id = ${workspaceId}::uuid and message_id = any(${messageIds}::uuid[]) and state <> 'dispatching'
          returning message_id, state
        ), ended as (
          insert into message_state (workspace_id, message_id, status)
          select ${workspaceId}::uuid, message_id, case state when 'unknown' then 'unknown_final' else 'canceled' end from gone
          on conflict do nothing
        )
        select message_id as "messageId" from gone`,
  );
  return new Set(rows.map(({ messageId }) => messageId));
}

/** One that was decided. */
export interface Decided {
  messageId: string;
  /** Null: it is rerouted. */
  rule: string | null;
  /** Nothing that anybody would look for in its timeline: it arrived in time. */
  isQuiet: boolean;
  nextMessageId: string | null;
  /** For its timeline. */
  detail: HopDetail | { rule: string; detail: string; trigger: Trigger; skipped: Skipped[] };
}

export interface HopDetail {
  message_id: string;
  sender_id: string;
  rule: { id: string; name: string };
  hop: number;
  reason: string;
  price: Price | null;
  skipped: Skipped[];
}

/** Writes down what was decided, into the timelines too. */
export async function closeDecided(tx: Queryable, workspaceId: string, decided: Decided[]): Promise<void> {
  await tx.query(
    sql`with input as materialized (
          select * from jsonb_to_recordset(${JSON.stringify(decided)}::jsonb) as x(
            "messageId" uuid, rule text, "isQuiet" boolean, "nextMessageId" uuid, detail jsonb)
        ), closed as (
          update reroute r set state = case when i."nextMessageId" is null then 'refused' else 'done' end, rule = i.rule,
                               next_message_id = i."nextMessageId", decided_at = now()
          from input i where not i."isQuiet" and r.workspace_id = ${workspaceId}::uuid and r.message_id = i."messageId"
        ), forgotten as (
          delete from reroute r using input i where i."isQuiet" and r.workspace_id = ${workspaceId}::uuid and r.message_id = i."messageId"
        ), told as (
          insert into message_event (workspace_id, message_id, id, kind, detail)
          select ${workspaceId}::uuid, i."messageId", gen_random_uuid(), case when i."nextMessageId" is null then 'not_rerouted' else 'rerouted' end, i.detail
          from input i
          -- What is asked again and again, and refused for the same reason, is told once.
          where not "isQuiet" and not exists (
            select 1 from reroute r where r.workspace_id = ${workspaceId}::uuid and r.message_id = i."messageId" and r.rule = i.rule)
        )
        insert into log_event (workspace_id, topic, events)
        select ${workspaceId}::uuid, 'message.state', jsonb_agg(jsonb_build_object('type', 'message.rerouted', 'messageId', "messageId"))
        from input where "nextMessageId" is not null having count(*) > 0`,
  );
}
