import { type Queryable, type Sql, sql } from '#platform/database.ts';

export interface DeadLetter {
  messageId: string;
  state: string;
  class: string;
  code: string;
  title: string;
  fingerprint: string;
  firstAt: Temporal.Instant;
  lastAt: Temporal.Instant;
  failures: number;
  redrives: number;
  type: string;
  purpose: string;
  contactId: string;
  senderId: string;
}

export interface DeadLetterFilter {
  workspaceId: string;
  state?: string | undefined;
  fingerprint?: string | undefined;
  class?: string | undefined;
  messageIds?: readonly string[] | undefined;
  before?: string | undefined;
}

export function listDeadLetters(db: Queryable, filter: DeadLetterFilter, limit: number): Promise<DeadLetter[]> {
  return db.query(
    sql`select d.message_id as "messageId", d.state, d.class, d.code, d.title, d.fingerprint, d.first_at as "firstAt", d.last_at as "lastAt",
               d.failures, d.redrives, m.type, m.purpose, m.contact_id as "contactId", m.sender_id as "senderId"
        from dead_letter d join message m on m.workspace_id = d.workspace_id and m.id = d.message_id
        where ${matching(filter)} order by d.message_id desc limit ${limit}`,
  );
}

/** Dead letters that failed for the same reason, the largest group first. */
export function listGroups(
  db: Queryable,
  workspaceId: string,
): Promise<
  {
    fingerprint: string;
    class: string;
    code: string;
    title: string;
    messages: number;
    firstAt: Temporal.Instant;
    lastAt: Temporal.Instant;
  }[]
> {
  return db.query(
    sql`select fingerprint, min(class) as class, min(code) as code, min(title) as title, count(*) as messages, min(first_at) as "firstAt", max(last_at) as "lastAt"
        from dead_letter where workspace_id = ${workspaceId}::uuid and state = 'open' group by fingerprint order by count(*) desc, fingerprint limit 200`,
  );
}

export async function countDeadLetters(db: Queryable, filter: DeadLetterFilter): Promise<number> {
  const [row] = await db.query<{ n: number }>(sql`select count(*) as n from dead_letter d where ${matching(filter)}`);
  return row?.n ?? 0;
}

/**
 * Puts dead letters back into the queue as new attempts of the same messages, spread over time so that a mended fault is
 * tried before everything follows. Everything that policy looks at is looked at again at dispatch. Messages whose outcome
 * is unknown are left out unless `withUnknown`: sending them again may double them. Gives those that were put back.
 */
export function redrive(
  db: Queryable,
  workspaceId: string,
  request: {
    messageIds: string[];
    withUnknown: boolean;
    perSecond: number;
    /** By purpose, from when the message is due. */
    expiresAfterSeconds: Readonly<Record<string, number>>;
    actor: string;
    content: unknown;
  },
): Promise<{ messageId: string }[]> {
  const content = request.content === undefined ? null : JSON.stringify(request.content);
  return db.query(
    sql`with locked as (
          select d.message_id from dead_letter d
          where d.workspace_id = ${workspaceId}::uuid and d.message_id = any(${request.messageIds}::uuid[]) and d.state = 'open'
            and (${request.withUnknown} or d.class <> 'unknown')
          order by d.message_id for update
        ), chosen as (
          select message_id, row_number() over (order by message_id) - 1 as place from locked
        ), gone as (
          delete from message_state s using chosen c
          where s.workspace_id = ${workspaceId}::uuid and s.message_id = c.message_id and s.rank < 3
          returning s.message_id
        ), edited as (
          update message m set content = ${content}::jsonb, type = ${content}::jsonb ->> 'type'
          from gone g where ${content}::jsonb is not null and m.workspace_id = ${workspaceId}::uuid and m.id = g.message_id
        ), back as (
          insert into outbox (workspace_id, message_id, sender_id, contact_id, lane, due_at, expires_at, needs_window, attempt_no)
          select m.workspace_id, m.id, m.sender_id, m.contact_id, m.purpose, now() + make_interval(secs => c.place::float8 / ${request.perSecond}::float8),
                 now() + make_interval(secs => c.place::float8 / ${request.perSecond}::float8
                   + (${JSON.stringify(request.expiresAfterSeconds)}::jsonb ->> m.purpose)::float8),
                 coalesce(${content}::jsonb ->> 'type', m.type) <> 'template',
                 coalesce((select max(a.attempt_no) from attempt a where a.workspace_id = m.workspace_id and a.message_id = m.id), 0)
          from chosen c join gone g using (message_id) join message m on m.workspace_id = ${workspaceId}::uuid and m.id = c.message_id
          on conflict do nothing
          returning message_id, contact_id, sender_id
        ), marked as (
          update dead_letter d set state = 'redriven', redrives = d.redrives + 1 from back b
          where d.workspace_id = ${workspaceId}::uuid and d.message_id = b.message_id
        ), told as (
          insert into message_event (workspace_id, message_id, id, kind, detail)
          select ${workspaceId}::uuid, b.message_id, gen_random_uuid(), 'redriven',
                 jsonb_build_object('by', ${request.actor}::text, 'edited', ${content}::jsonb is not null, 'with_unknown', ${request.withUnknown}::boolean)
                 || case when ${content}::jsonb is null then '{}'::jsonb else jsonb_build_object('content_before', m.content) end
          from back b join message m on m.workspace_id = ${workspaceId}::uuid and m.id = b.message_id
        ), logged as (
          insert into log_event (workspace_id, topic, events)
          select ${workspaceId}::uuid, 'message.state', jsonb_agg(jsonb_build_object('type', 'message.redriven', 'messageId', message_id, 'contactId', contact_id, 'senderId', sender_id))
          from back having count(*) > 0
        )
        select message_id as "messageId" from back`,
  );
}

export function discard(
  db: Queryable,
  workspaceId: string,
  messageIds: string[],
  actor: string,
): Promise<{ messageId: string }[]> {
  return db.query(
    sql`with gone as (
          update dead_letter set state = 'discarded' where workspace_id = ${workspaceId}::uuid and message_id = any(${messageIds}::uuid[]) and state = 'open'
          returning message_id
        ), told as (
          insert into message_event (workspace_id, message_id, id, kind, detail)
          select ${workspaceId}::uuid, message_id, gen_random_uuid(), 'discarded', jsonb_build_object('by', ${actor}::text) from gone
        )
        select message_id as "messageId" from gone`,
  );
}

export async function findDeadLetter(
  db: Queryable,
  workspaceId: string,
  messageId: string,
): Promise<{ state: string; class: string; reroutedTo: string | null } | undefined> {
  const [row] = await db.query<{ state: string; class: string; reroutedTo: string | null }>(
    sql`select d.state, d.class, r.next_message_id as "reroutedTo"
        from dead_letter d left join reroute r on r.workspace_id = d.workspace_id and r.message_id = d.message_id
        where d.workspace_id = ${workspaceId}::uuid and d.message_id = ${messageId}::uuid`,
  );
  return row;
}

function matching(filter: DeadLetterFilter): Sql {
  let clause = sql`d.workspace_id = ${filter.workspaceId}::uuid`;
  if (filter.state !== undefined) clause = sql`${clause} and d.state = ${filter.state}`;
  if (filter.fingerprint !== undefined) clause = sql`${clause} and d.fingerprint = ${filter.fingerprint}`;
  if (filter.class !== undefined) clause = sql`${clause} and d.class = ${filter.class}`;
  if (filter.messageIds !== undefined) clause = sql`${clause} and d.message_id = any(${filter.messageIds}::uuid[])`;
  if (filter.before !== undefined) clause = sql`${clause} and d.message_id < ${filter.before}::uuid`;
  return clause;
}

/** What the provider told of a template; undefined when it told nothing. */
export async function findTemplateCategory(
  db: Queryable,
  key: { workspaceId: string; businessAccountId: string; name: string; language: string },
): Promise<string | null | undefined> {
  const [row] = await db.query<{ category: string | null }>(
    sql`select category from known_template
        where workspace_id = ${key.workspaceId}::uuid and business_account_id = ${key.businessAccountId}
          and name = ${key.name} and language = ${key.language}`,
  );
  return row?.category;
}
