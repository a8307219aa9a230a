import { type Queryable, type Sql, sql } from '#platform/database.ts';
import { type LiveStatus, liveStatuses, type Message, type MessageStatus, type SettledStatus } from './message.ts';

export interface MessageFilter {
  workspaceId: string;
  direction?: string | undefined;
  status?: string | undefined;
  purpose?: string | undefined;
  type?: string | undefined;
  contactId?: string | undefined;
  senderId?: string | undefined;
  /** Only messages older than this one. */
  before?: string | undefined;
}

// A message keeps its hold until it is dispatched, which may take long after the reason is gone: the reason is looked at.
const stillHeld = sql`(o.hold is not null and case o.hold ->> 'rule'
  when 'everything_stopped' then exists (select 1 from workspace_stop w where w.workspace_id = o.workspace_id and w.scope = 'everything')
  when 'lane_stopped' then exists (
    select 1 from lane_stop l where l.workspace_id = o.workspace_id and l.sender_id = o.sender_id and l.lane = o.lane)
    or exists (select 1 from workspace_stop w where w.workspace_id = o.workspace_id and w.scope = o.lane)
  when 'sender_paused' then exists (
    select 1 from sender x join connection y on y.workspace_id = x.workspace_id and y.id = x.connection_id
    where x.workspace_id = o.workspace_id and x.id = o.sender_id
      and ((x.status = 'paused' and coalesce(x.paused_until > now(), true)) or y.status = 'paused'))
  else true end)`;

const shownStatus = sql`case
  when o.message_id is null then s.status
  when o.state <> 'queued' then o.state
  when ${stillHeld} then 'held'
  when o.due_at > now() and o.attempt_no = 0 then 'scheduled'
  else 'queued' end`;

const columns = sql`m.id, m.direction, ${shownStatus} as status, m.purpose, m.type, m.content, m.address, m.address_kind as "addressKind",
  m.contact_id as "contactId", c.name as "contactName",
  case when m.participant_id is not null then json_build_object('id', m.participant_id, 'name', p.name) end as participant, m.sender_id as "senderId", m.reply_to as "replyTo", m.choice,
  m.identity_key_hash as "identityKeyHash", m.marketing_messages as "marketingMessages", m.direct_send as "directSend", coalesce(m.tags, '{}') as tags,
  coalesce(m.metadata, '{}') as metadata, coalesce(s.provider_message_id, m.provider_message_id) as "providerMessageId",
  m.send_at as "sendAt", coalesce(o.expires_at, m.expires_at) as "expiresAt", m.created_at as "createdAt", coalesce(s.updated_at, m.created_at) as "updatedAt",
  s.accepted_at as "acceptedAt", s.sent_at as "sentAt", s.delivered_at as "deliveredAt", s.read_at as "readAt", s.played_at as "playedAt",
  s.failed_at as "failedAt", s.error, case when ${stillHeld} then o.hold else m.decision end as decision, m.routing, r.next_message_id as "reroutedTo", substring(m.traceparent from '^00-([0-9a-f]{32})-') as "traceId"`;

const joins = sql`left join outbox o on o.workspace_id = m.workspace_id and o.message_id = m.id
  left join message_state s on s.workspace_id = m.workspace_id and s.message_id = m.id
  left join contact c on c.workspace_id = m.workspace_id and c.id = m.contact_id
  left join contact p on p.workspace_id = m.workspace_id and p.id = m.participant_id
  left join reroute r on r.workspace_id = m.workspace_id and r.message_id = m.id`;

export async function findMessage(db: Queryable, workspaceId: string, id: string): Promise<Message | undefined> {
  const [row] = await db.query<Message>(
    sql`select ${columns} from message m ${joins} where m.workspace_id = ${workspaceId}::uuid and m.id = ${id}::uuid`,
  );
  return row;
}

export async function findReceivedId(
  db: Queryable,
  workspaceId: string,
  senderId: string,
  providerMessageId: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    sql`select id from message
        where workspace_id = ${workspaceId}::uuid and provider_message_id = ${providerMessageId}
          and direction = 'inbound' and sender_id = ${senderId}::uuid
        limit 1`,
  );
  return row?.id;
}

export interface SentMessage {
  messageId: string;
  providerMessageId: string | null;
  metadata: Record<string, string>;
}

/** Messages of ours by the provider's ids or by our own. */
export function findSentByIds(
  db: Queryable,
  workspaceId: string,
  { providerIds, messageIds }: { providerIds: string[]; messageIds: string[] },
): Promise<SentMessage[]> {
  return db.query(
    sql`select m.id as "messageId", s.provider_message_id as "providerMessageId", coalesce(m.metadata, '{}') as metadata
        from (
          select message_id from message_state
          where workspace_id = ${workspaceId}::uuid and provider_message_id = any(${providerIds}::text[]) and status <> 'received'
          union
          select unnest(${messageIds}::uuid[])
        ) known
        cross join lateral (
          select * from message m where m.workspace_id = ${workspaceId}::uuid and m.id = known.message_id offset 0
        ) m
        left join lateral (
          select * from message_state s where s.workspace_id = m.workspace_id and s.message_id = m.id offset 0
        ) s on true
        where m.direction = 'outbound'`,
  );
}

/**
 * Messages, newest first. A status is looked up where it stands: live ones in the small outbox, settled ones by the index
 * on the state, so that a rare status of a large workspace is found without reading what is in between.
 */
export function listMessages(db: Queryable, filter: MessageFilter, limit: number): Promise<Message[]> {
  const ids = sql`select id from (${candidates(filter, limit)}) as candidate order by id desc limit ${limit}`;
  return db.query(sql`select ${columns} from message m ${joins}
    where m.workspace_id = ${filter.workspaceId}::uuid and m.id in (${ids}) order by m.id desc`);
}

function candidates(filter: MessageFilter, limit: number): Sql {
  const before = filter.before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  const status = filter.status as MessageStatus | undefined;
  if (status === undefined) {
    return sql`select m.id from message m where m.workspace_id = ${filter.workspaceId}::uuid and m.id < ${before}::uuid ${conditions(filter)}
      order by m.id desc limit ${limit}`;
  }
  if (liveStatuses.includes(status as LiveStatus)) {
    return sql`select m.id from outbox o join message m on m.workspace_id = o.workspace_id and m.id = o.message_id
      left join message_state s on false
      where o.workspace_id = ${filter.workspaceId}::uuid and o.message_id < ${before}::uuid and ${shownStatus} = ${status} ${conditions(filter)}
      order by o.message_id desc limit ${limit}`;
  }
  return sql`select m.id from message_state s join message m on m.workspace_id = s.workspace_id and m.id = s.message_id
    where s.workspace_id = ${filter.workspaceId}::uuid and s.status = ${status satisfies SettledStatus | LiveStatus} and s.message_id < ${before}::uuid
      and not exists (select 1 from outbox o where o.workspace_id = s.workspace_id and o.message_id = s.message_id)
      ${conditions(filter)}
    order by s.message_id desc limit ${limit}`;
}

function conditions(filter: MessageFilter): Sql {
  let clause = sql``;
  if (filter.direction !== undefined) clause = sql`${clause} and m.direction = ${filter.direction}`;
  if (filter.purpose !== undefined) clause = sql`${clause} and m.purpose = ${filter.purpose}`;
  if (filter.type !== undefined) clause = sql`${clause} and m.type = ${filter.type}`;
  if (filter.contactId !== undefined) clause = sql`${clause} and m.contact_id = ${filter.contactId}::uuid`;
  if (filter.senderId !== undefined) clause = sql`${clause} and m.sender_id = ${filter.senderId}::uuid`;
  return clause;
}

export interface AttemptRow {
  attemptNo: number;
  outcome: string;
  dispatchingAt: Temporal.Instant | null;
  settledAt: Temporal.Instant;
  httpStatus: number | null;
  providerMessageIds: string[] | null;
  reason: string | null;
  error: unknown;
  errorRow: unknown;
  nextAction: string | null;
  resolvedBy: string | null;
}

export interface TimelineRow {
  id: string;
  at: Temporal.Instant;
  kind: string;
  detail: Record<string, unknown>;
  rawWebhookId: string | null;
}

export interface OpenPlace {
  state: string;
  /** Null: when somebody releases it. */
  dueAt: Temporal.Instant | null;
  attemptNo: number;
  dispatchingAt: string | null;
  unknownAt: string | null;
  hold: unknown;
}

/** The parts of a message's story. */
export async function findStory(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<{
  attempts: AttemptRow[];
  events: TimelineRow[];
  place: OpenPlace | null;
  deadLetter: Record<string, unknown> | null;
  media: Record<string, unknown>[];
}> {
  const key = sql`workspace_id = ${workspaceId}::uuid and message_id = ${id}::uuid`;
  const attempts = await db.query<AttemptRow>(
    sql`select attempt_no as "attemptNo", outcome, dispatching_at as "dispatchingAt", settled_at as "settledAt", http_status as "httpStatus",
               provider_message_ids as "providerMessageIds", reason, error, error_row as "errorRow", next_action as "nextAction", resolved_by as "resolvedBy"
        from attempt where ${key} order by attempt_no`,
  );
  const events = await db.query<TimelineRow>(
    sql`select id, at, kind, detail, raw_webhook_id as "rawWebhookId" from message_event where ${key} order by at, id`,
  );
  const [place] = await db.query<OpenPlace>(
    sql`select state, case when isfinite(due_at) then due_at end as "dueAt", attempt_no as "attemptNo", dispatching_at::text as "dispatchingAt", unknown_at::text as "unknownAt", hold
        from outbox where ${key}`,
  );
  const [deadLetter] = await db.query<Record<string, unknown>>(
    sql`select state, class, code, title, fingerprint, failures, redrives from dead_letter where ${key}`,
  );
  const media = await db.query<Record<string, unknown>>(
    sql`select id, kind, state, mime_type, size_bytes, filename, attempts, error from media where ${key} order by id`,
  );
  return { attempts, events, place: place ?? null, deadLetter: deadLetter ?? null, media };
}

/** What stands before a message that is due. */
export interface Line {
  /** Due messages of its sender for its purpose that come first; counted up to `mostCounted`. */
  before: number;
  /** Those among them that are to the same person. */
  beforeToPerson: number;
  hasEarlierUnknown: boolean;
  /** Messages of its sender that the provider took for the person, no longer ago than it takes to be allowed as many again. */
  latelyToPerson: number;
  /** The database's clock. */
  now: Temporal.Instant;
}

/** How far the line before a message is counted. */
export const mostCounted = 10_001;

export async function findLine(
  db: Queryable,
  {
    workspaceId,
    id,
    senderId,
    contactId,
    purpose,
  }: Pick<Message, 'id' | 'senderId' | 'contactId' | 'purpose'> & { workspaceId: string },
  limits: { blockedSeconds: number; pair: { burst: number; secondsPerMessage: number } | null },
): Promise<Line> {
  const burst = limits.pair?.burst ?? 0;
  const seconds = burst * (limits.pair?.secondsPerMessage ?? 0);
  const [line] = await db.query<Line>(
    sql`with own as (
          select * from outbox where workspace_id = ${workspaceId}::uuid and message_id = ${id}::uuid
        ), before as (
          select o.contact_id from outbox o, own
          where o.sender_id = ${senderId}::uuid and o.lane = ${purpose} and o.state = 'queued' and o.due_at <= now()
            and (o.due_at, o.message_id) < (own.due_at, own.message_id)
          limit ${mostCounted}
        ), lately as (
          select from (
            select m.workspace_id, m.id, m.sender_id from message m
            where m.workspace_id = ${workspaceId}::uuid and m.contact_id = ${contactId}::uuid order by m.id desc limit ${4 * burst}
          ) m join message_state s on s.workspace_id = m.workspace_id and s.message_id = m.id
          where m.sender_id = ${senderId}::uuid and s.accepted_at > now() - make_interval(secs => ${seconds}::float8)
        )
        select now() as now, (select count(*)::int from before) as before,
               (select count(*)::int from before where contact_id = ${contactId}::uuid) as "beforeToPerson",
               (select count(*)::int from lately) as "latelyToPerson",
               exists (select from outbox o where o.unknown_at > now() - make_interval(secs => ${limits.blockedSeconds}::float8)
                       and o.workspace_id = ${workspaceId}::uuid and o.sender_id = ${senderId}::uuid and o.contact_id = ${contactId}::uuid) as "hasEarlierUnknown"`,
  );
  if (!line) throw new Error('The database did not count.');
  return line;
}

/** Takes a waiting message out of the outbox; false when it does not wait any more. */
export async function cancelWaiting(db: Queryable, workspaceId: string, id: string, detail: unknown): Promise<boolean> {
  const rows = await db.query<object>(
    sql`with gone as (
          delete from outbox where workspace_id = ${workspaceId}::uuid and message_id = ${id}::uuid and state = 'queued'
          returning workspace_id, message_id, contact_id, sender_id
        ), state as (
          insert into message_state (workspace_id, message_id, status) select workspace_id, message_id, 'canceled' from gone
        ), told as (
          insert into message_event (workspace_id, message_id, id, kind, detail)
          select workspace_id, message_id, gen_random_uuid(), 'canceled', ${JSON.stringify(detail)}::jsonb from gone
        ), logged as (
          insert into log_event (workspace_id, topic, events)
          select workspace_id, 'message.state', jsonb_build_array(jsonb_build_object('type', 'message.canceled', 'messageId', message_id, 'contactId', contact_id, 'senderId', sender_id))
          from gone
        )
        select message_id from gone`,
  );
  return rows.length > 0;
}
