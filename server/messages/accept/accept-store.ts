import type { TemplateStatus } from '#channels/lessons.ts';
import type { DirectSend, MarketingOptions, Recipient } from '#channels/provider.ts';
import type { Decision } from '#messages/message.ts';
import type { Routing } from '#messages/routing/routing.ts';
import { type Queryable, prepared, sql } from '#platform/database.ts';

export interface FactsKey {
  n: number;
  workspaceId: string;
  senderId: string;
  channel: string;
  /** A contact may be written to by a phone that is known from another channel. */
  takesPhones: boolean;
  /** Null when the recipient is given by contact. */
  kind: Recipient['kind'] | null;
  matchKey: string | null;
  contactId: string | null;
  /** One of our messages that is answered or reacted to. */
  targetMessageId: string | null;
  /** The account that knows the template; null when the content is none. */
  businessAccountId: string | null;
  templateName: string | null;
  templateLanguage: string | null;
}

export interface FactsRow {
  n: number;
  decidedAt: Temporal.Instant;
  /** Null: nobody is known by this address yet. */
  contactId: string | null;
  /** The address to use for a recipient that was given by contact. */
  address: string | null;
  addressKind: Recipient['kind'] | null;
  windowExpiresAt: Temporal.Instant | null;
  suppressions: string[] | null;
  targetProviderId: string | null;
  templateStatus: TemplateStatus | null;
  templateReason: string | null;
  templateUntil: Temporal.Instant | null;
  templateCategory: string | null;
}

/** Everything that decides about the messages of a batch, in one read. */
export function findFacts(db: Queryable, keys: FactsKey[]): Promise<FactsRow[]> {
  return db.query(
    prepared(
      'accept-facts',
      sql`select k.n, now() as "decidedAt", c.contact_id as "contactId", a.value as address, a.kind as "addressKind",
                 (select w.expires_at from service_window w
                  where w.workspace_id = k."workspaceId" and w.sender_id = k."senderId" and w.contact_id = c.contact_id) as "windowExpiresAt",
                 (select array_agg(s.kind) from suppression s
                  where s.workspace_id = k."workspaceId" and s.contact_id = c.contact_id and s.channel = k.channel) as suppressions,
                 case when k."targetMessageId" is not null then coalesce(
                   (select provider_message_id from message_state t where t.workspace_id = k."workspaceId" and t.message_id = k."targetMessageId"),
                   (select provider_message_id from message t where t.workspace_id = k."workspaceId" and t.id = k."targetMessageId")) end as "targetProviderId",
                 kt.status as "templateStatus", kt.status_reason as "templateReason", kt.status_until as "templateUntil",
                 kt.category as "templateCategory"
          from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(
            n int, "workspaceId" uuid, "senderId" uuid, channel text, "takesPhones" boolean, kind text, "matchKey" text, "contactId" uuid, "targetMessageId" uuid,
            "businessAccountId" text, "templateName" text, "templateLanguage" text)
          left join lateral (
            select i.contact_id from identity i
            where k.kind is not null and i.workspace_id = k."workspaceId" and i.channel = k.channel and i.kind = k.kind and i.match_key = k."matchKey"
            union all
            select coalesce(p.merged_into, p.id) from contact p where k.kind is null and p.workspace_id = k."workspaceId" and p.id = k."contactId"
          ) own on true
          cross join lateral (
            -- A phone that the channel does not know yet is looked for among those of all channels.
            select coalesce(own.contact_id, case when k.kind = 'phone' then (
              select i.contact_id from identity i
              where i.workspace_id = k."workspaceId" and i.channel = 'any' and i.kind = 'phone' and i.match_key = k."matchKey") end) as contact_id
          ) c
          left join lateral (
            select i.value, i.kind from identity i
            where k.kind is null and i.workspace_id = k."workspaceId" and i.contact_id = c.contact_id
              and (i.channel = k.channel or (i.channel = 'any' and k."takesPhones"))
              and i.kind in ('phone', 'provider_user', 'group', 'email')
            order by i.kind = 'phone' desc, i.channel = k.channel desc limit 1
          ) a on true
          left join lateral (
            select * from known_template t
            where k."templateName" is not null and t.workspace_id = k."workspaceId" and t.business_account_id = k."businessAccountId"
              and t.name = k."templateName" and t.language = k."templateLanguage"
            offset 0
          ) kt on true`,
    ),
  );
}

export interface KeptResponse {
  workspaceId: string;
  key: string;
  route: string;
  fingerprint: Buffer;
  /** Null while a request of another kind with this key is being worked on. */
  status: number | null;
  response: unknown;
  /** The one message that was accepted, instead of a response. */
  message: { id: string; createdAt: Temporal.Instant; decision: Decision } | null;
}

/** Answers that were given for these keys before. */
export async function findKeptResponses(
  db: Queryable,
  keys: { workspaceId: string; key: string }[],
): Promise<KeptResponse[]> {
  const rows = await db.query<
    Omit<KeptResponse, 'message'> & { messageId: string | null; createdAt: Temporal.Instant; decision: Decision }
  >(
    prepared(
      'idempotency-find',
      sql`select i.workspace_id as "workspaceId", i.key, i.route, i.fingerprint, i.response_status as status, i.response,
                 m.id as "messageId", m.created_at as "createdAt", m.decision
          from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, key text)
          cross join lateral (
            select * from idempotency_key i where i.workspace_id = k."workspaceId" and i.key = k.key offset 0
          ) i
          left join lateral (
            select id, created_at, decision from message m where m.workspace_id = i.workspace_id and m.id = i.message_id offset 0
          ) m on true`,
    ),
  );
  return rows.map(({ messageId, createdAt, decision, ...row }) => ({
    ...row,
    message: messageId === null ? null : { id: messageId, createdAt, decision },
  }));
}

export interface NewMessage {
  /** The request that it belongs to. */
  g: number;
  workspaceId: string;
  id: string;
  senderId: string;
  contactId: string;
  purpose: string;
  type: string;
  content: unknown;
  address: string;
  addressKind: string;
  replyTo: string | null;
  identityKeyHash: string | null;
  marketingMessages: MarketingOptions | null;
  directSend: DirectSend | null;
  tags: string[] | null;
  metadata: Record<string, string> | null;
  routing: Routing | null;
  createdAt: string;
  sendAt: string | null;
  expiresAt: string;
  dueAt: string;
  decision: unknown;
  outcome: 'send' | 'hold' | 'block';
  hold: unknown;
  needsWindow: boolean;
  actor: string;
  traceparent: string | null;
}

export interface NewRequest {
  g: number;
  workspaceId: string;
  key: string | null;
  route: string;
  /** Hexadecimal. */
  fingerprint: string | null;
  status: number;
  /** What is to be answered when the key comes again: this, or what the row of the message says. */
  response: unknown;
  messageId: string | null;
}

/**
 * Writes the messages of a batch with their place in the outbox, their idempotency keys and their events, in one
 * statement. A request whose key exists already writes nothing; the requests that were written come back.
 */
export function insertAccepted(
  db: Queryable,
  requests: NewRequest[],
  messages: NewMessage[],
): Promise<{ g: number }[]> {
  return db.query(
    prepared(
      'accept-insert',
      sql`with request as materialized (
            select * from json_to_recordset(${JSON.stringify(requests)}::json) as y(
              g int, "workspaceId" uuid, key text, route text, fingerprint text, status smallint, response json, "messageId" uuid)
          ), keyed as (
            insert into idempotency_key (workspace_id, key, route, fingerprint, response_status, response, message_id)
            select "workspaceId", key, route, decode(fingerprint, 'hex'), status, response, "messageId" from request where key is not null
            on conflict do nothing
            returning workspace_id, key
          ), written as materialized (
            select g from request where key is null
            union all
            select r.g from request r join keyed k on k.workspace_id = r."workspaceId" and k.key = r.key
          ), input as materialized (
            select x.* from json_to_recordset(${JSON.stringify(messages.map(toRow))}::json) as x(
              g int, "workspaceId" uuid, id uuid, "senderId" uuid, "contactId" uuid, purpose text, type text, content json, address text,
              "addressKind" text, "replyTo" text, "identityKeyHash" text, "marketingMessages" json, "directSend" json, tags text[], metadata json, routing json, "createdAt" timestamptz, "sendAt" timestamptz,
              "expiresAt" timestamptz, "dueAt" timestamptz, decision json, outcome text, hold json, "needsWindow" boolean, actor text, traceparent text)
            join written using (g)
          ), said as (
            insert into message (workspace_id, id, direction, sender_id, contact_id, purpose, type, content, address, address_kind, reply_to,
                                 identity_key_hash, marketing_messages, direct_send, tags, metadata, routing, created_at, send_at, expires_at, decision, actor, traceparent)
            select "workspaceId", id, 'outbound', "senderId", "contactId", purpose, type, content, address, "addressKind", "replyTo",
                   "identityKeyHash", "marketingMessages", "directSend", tags, metadata, routing, "createdAt", "sendAt", "expiresAt", decision, actor, traceparent from input
          ), queued as (
            insert into outbox (workspace_id, message_id, sender_id, contact_id, lane, due_at, expires_at, needs_window, hold)
            select "workspaceId", id, "senderId", "contactId", purpose, "dueAt", "expiresAt", "needsWindow", hold
            from input where outcome <> 'block'
          ), ended as (
            insert into message_state (workspace_id, message_id, status) select "workspaceId", id, 'blocked' from input where outcome = 'block'
          ), logged as (
            insert into log_event (workspace_id, topic, events)
            select "workspaceId", 'message.accepted',
                   -- Put together as text: nothing in it can need an escape.
                   ('[' || string_agg('{"type":"message.accepted","messageId":"' || id || '","contactId":"' || "contactId"
                                      || '","senderId":"' || "senderId" || '"}', ',') || ']')::json
            from input group by "workspaceId"
          )
          select g from written`,
    ),
  );
}

// An absent field reads as null, and nobody has to parse it.
function toRow(message: NewMessage): Record<string, unknown> {
  return {
    ...message,
    replyTo: message.replyTo ?? undefined,
    identityKeyHash: message.identityKeyHash ?? undefined,
    marketingMessages: message.marketingMessages ?? undefined,
    directSend: message.directSend ?? undefined,
    tags: message.tags ?? undefined,
    metadata: message.metadata ?? undefined,
    routing: message.routing ?? undefined,
    sendAt: message.sendAt ?? undefined,
    hold: message.hold ?? undefined,
    traceparent: message.traceparent ?? undefined,
  };
}
