import type { MessageContent, Recipient } from '#channels/provider.ts';
import type { Purpose } from '#messages/message.ts';
import { type Queryable, sql } from '#platform/database.ts';

/**
 * What an earlier owner of the sender left between the point of no return and an answer. It is never sent again blindly:
 * each becomes `unknown`, with its attempt on record, and waits for a receipt.
 */
export function adoptAbandoned(
  db: Queryable,
  key: { workspaceId: string; senderId: string; fence: number },
): Promise<{ messageId: string }[]> {
  return db.query(
    sql`with left_behind as (
          update outbox set state = 'unknown', unknown_at = now()
          where sender_id = ${key.senderId}::uuid and workspace_id = ${key.workspaceId}::uuid and state = 'dispatching'
            and fence < ${key.fence}::bigint
          returning workspace_id, message_id, attempt_no, sender_id, contact_id, dispatching_at
        ), tried as (
          insert into attempt (workspace_id, message_id, attempt_no, sender_id, outcome, dispatching_at, reason, next_action)
          select workspace_id, message_id, attempt_no, sender_id, 'unknown', dispatching_at,
                 'The process ended between writing and reading the answer.', 'unknown'
          from left_behind on conflict do nothing
        ), logged as (
          insert into log_event (workspace_id, topic, events)
          select workspace_id, 'message.state', jsonb_agg(jsonb_build_object('type', 'message.unknown', 'messageId', message_id, 'contactId', contact_id, 'senderId', sender_id))
          from left_behind group by workspace_id
        )
        select message_id as "messageId" from left_behind`,
  );
}

export interface UnknownMessage {
  workspaceId: string;
  messageId: string;
  senderId: string;
  contactId: string;
  lane: Purpose;
  attemptNo: number;
  unknownSeconds: number;
  dispatchedSecondsAgo: number;
  /** A receipt came for a message that this sender handed over at least two minutes later. */
  laterReceiptSeen: boolean;
  /** This message was already repeated once because its outcome was unknown. */
  alreadyResent: boolean;
  /** Whether another sender may have it: its rule reroutes and was not asked yet, is being asked, or said no. Null: there is
   *  none. Only a code is rerouted while its outcome is unknown. */
  rerouting: 'possible' | 'open' | 'refused' | null;
}

/** Messages whose outcome was unknown for longer than their lane waits, with the evidence that a decision needs; first those
 *  whose time was over first. */
export function listUnknown(
  db: Queryable,
  afterSeconds: Readonly<Record<Purpose, number>>,
  limit: number,
): Promise<UnknownMessage[]> {
  return db.query(
    sql`select o.workspace_id as "workspaceId", o.message_id as "messageId", o.sender_id as "senderId", o.contact_id as "contactId",
               o.lane, o.attempt_no as "attemptNo",
               extract(epoch from now() - o.unknown_at)::float8 as "unknownSeconds",
               extract(epoch from now() - o.dispatching_at)::float8 as "dispatchedSecondsAgo",
               coalesce(w.handed_over_at >= o.dispatching_at + interval '120 seconds', false) as "laterReceiptSeen",
               exists (select 1 from message_event e where e.workspace_id = o.workspace_id and e.message_id = o.message_id
                         and e.kind = 'resend') as "alreadyResent",
               case when o.lane = 'authentication' then (
                 select coalesce(q.state, 'possible')
                 from (select * from message m where m.workspace_id = o.workspace_id and m.id = o.message_id and m.routing is not null offset 0) m
                 join routing_rule r on r.workspace_id = m.workspace_id and r.id = (m.routing #>> '{rule,id}')::uuid
                   and (r.rule #>> '{reroute,enabled}')::boolean
                 left join reroute q on q.workspace_id = m.workspace_id and q.message_id = m.id) end as rerouting
        from outbox o left join receipt_watermark w on w.workspace_id = o.workspace_id and w.sender_id = o.sender_id
        cross join lateral (
          select o.unknown_at + make_interval(secs => (${JSON.stringify(afterSeconds)}::jsonb ->> o.lane)::float8) as at
        ) due
        where o.unknown_at is not null and o.state = 'unknown' and due.at <= now() order by due.at limit ${limit}`,
  );
}

export interface UnknownDecision {
  workspaceId: string;
  messageId: string;
  attemptNo: number;
  next: 'resend' | 'give_up';
  presumedNotAccepted: boolean;
  /** By what it is presumed. */
  resolvedBy: 'watermark' | 'look_up';
  eventId: string;
  detail: unknown;
}

/** Applies what was decided for messages without an outcome. A message that a receipt settled meanwhile is left alone. */
export function decideUnknown(
  db: Queryable,
  decisions: UnknownDecision[],
): Promise<{ messageId: string; next: string }[]> {
  return db.query(
    sql`with input as materialized (
          select * from jsonb_to_recordset(${JSON.stringify(decisions)}::jsonb) as x(
            "workspaceId" uuid, "messageId" uuid, "attemptNo" smallint, next text, "presumedNotAccepted" boolean, "resolvedBy" text, "eventId" uuid, detail jsonb)
        ), again as (
          update outbox o set state = 'queued', unknown_at = null, due_at = now()
          from input i where i.next = 'resend' and o.workspace_id = i."workspaceId" and o.message_id = i."messageId"
            and o.attempt_no = i."attemptNo" and o.state = 'unknown'
          returning o.workspace_id, o.message_id, o.contact_id, o.sender_id, 'resend' as next
        ), given_up as (
          delete from outbox o using input i
          where i.next = 'give_up' and o.workspace_id = i."workspaceId" and o.message_id = i."messageId"
            and o.attempt_no = i."attemptNo" and o.state = 'unknown'
          returning o.workspace_id, o.message_id, o.contact_id, o.sender_id, 'give_up' as next
        ), touched as (select * from again union all select * from given_up),
        state as (
          insert into message_state (workspace_id, message_id, status) select workspace_id, message_id, 'unknown_final' from given_up
          on conflict do nothing
        ), letter as (
          insert into dead_letter (workspace_id, message_id, class, code, title, fingerprint)
          select workspace_id, message_id, 'unknown', 'unknown_final', 'No receipt told whether the provider took the message', 'unknown:unknown_final'
          from given_up
          on conflict (workspace_id, message_id) do update set state = 'open', last_at = now(), failures = dead_letter.failures + 1,
            class = excluded.class, code = excluded.code, title = excluded.title, fingerprint = excluded.fingerprint
        ), presumed as (
          update attempt a set outcome = 'presumed_not_accepted', resolved_by = i."resolvedBy"
          from input i join touched t on t.message_id = i."messageId"
          where i."presumedNotAccepted" and a.workspace_id = i."workspaceId" and a.message_id = i."messageId"
            and a.attempt_no = i."attemptNo" and a.outcome = 'unknown'
        ), told as (
          insert into message_event (workspace_id, message_id, id, kind, detail)
          select i."workspaceId", i."messageId", i."eventId", i.next, i.detail from input i join touched t on t.message_id = i."messageId"
        ), logged as (
          insert into log_event (workspace_id, topic, events)
          select workspace_id, 'message.state', jsonb_agg(jsonb_build_object('type', 'message.' || next, 'messageId', message_id, 'contactId', contact_id, 'senderId', sender_id))
          from touched group by workspace_id
        )
        select message_id as "messageId", next from touched`,
  );
}

export interface SearchableMessage {
  workspaceId: string;
  messageId: string;
  senderId: string;
  lane: Purpose;
  attemptNo: number;
  address: string;
  addressKind: Recipient['kind'];
  content: MessageContent;
  dispatchingAt: Temporal.Instant;
  dispatchedSecondsAgo: number;
}

/** Messages of these senders whose outcome is unknown, the longest unknown first, with what a provider may find them by. */
export function listSearchable(db: Queryable, senderIds: string[], limit: number): Promise<SearchableMessage[]> {
  return db.query(
    sql`select o.workspace_id as "workspaceId", o.message_id as "messageId", o.sender_id as "senderId", o.lane, o.attempt_no as "attemptNo",
               m.address, m.address_kind as "addressKind", m.content, o.dispatching_at as "dispatchingAt",
               extract(epoch from now() - o.dispatching_at)::float8 as "dispatchedSecondsAgo"
        from outbox o
        cross join lateral (
          select * from message m where m.workspace_id = o.workspace_id and m.id = o.message_id offset 0
        ) m
        where o.unknown_at is not null and o.state = 'unknown' and o.sender_id = any(${senderIds}::uuid[])
        order by o.unknown_at limit ${limit}`,
  );
}
