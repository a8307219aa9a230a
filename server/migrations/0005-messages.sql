-- A message is written once and never updated: what is to be said, to whom, and how it was decided. Where it is stands
-- in `outbox` while it is ours to send, and in `message_state` from the moment it is not. Exactly one of the two has it.
create table message (
  workspace_id uuid not null,
  id uuid not null,
  direction text not null,
  sender_id uuid not null,
  contact_id uuid not null,
  purpose text not null,
  type text not null,
  content jsonb not null,
  address text not null,
  address_kind text not null,
  reply_to text,
  tags text[],
  metadata jsonb,
  send_at timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  decision jsonb,
  actor text,
  trace_id text,
  provider_message_id text,
  provider_at timestamptz,
  constraint message_direction_known check (direction in ('outbound', 'inbound'))
) partition by range (id);
create index message_of_contact on message (workspace_id, contact_id, id);
create index message_by_provider_id on message (workspace_id, provider_message_id) where provider_message_id is not null;
-- The key comes last, because between indexes that seem to cost the same the planner takes the newest one, and on a
-- partition that has just begun all of them do: a prepared statement kept one that reads the whole workspace for each row.
alter table message add constraint message_pk primary key (workspace_id, id);
select protect_tenant_table('message');

-- Messages that are ours to send. Small and hot: rows leave when they are settled.
create table outbox (
  workspace_id uuid not null,
  message_id uuid not null,
  sender_id uuid not null,
  contact_id uuid not null,
  lane text not null,
  state text not null default 'queued',
  due_at timestamptz not null,
  expires_at timestamptz,
  needs_window boolean not null,
  attempt_no smallint not null default 0,
  tries smallint not null default 0,
  fence bigint not null default 0,
  dispatching_at timestamptz,
  unknown_at timestamptz,
  hold jsonb,
  constraint outbox_pk primary key (workspace_id, message_id),
  constraint outbox_state_known check (state in ('queued', 'dispatching', 'unknown'))
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
-- No index knows the state: then passing through it rewrites the row in place (HOT) and touches no index at all.
create index outbox_ready on outbox (sender_id, lane, due_at, message_id);
create index outbox_unknown on outbox (unknown_at) where unknown_at is not null;
select protect_tenant_table('outbox');

-- Where a message is once it left the outbox. A join of independent facts: `rank` only grows, `failed` is an or, each
-- time is the earliest seen. So neither the order nor the number of receipts matters.
create table message_state (
  workspace_id uuid not null,
  message_id uuid not null,
  status text not null,
  rank smallint not null default 0,
  failed boolean not null default false,
  provider_message_id text,
  accepted_at timestamptz,
  sent_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  played_at timestamptz,
  failed_at timestamptz,
  error jsonb,
  updated_at timestamptz not null default now()
) partition by range (message_id);
create index message_state_by_provider_id on message_state (workspace_id, provider_message_id);
-- The usual statuses are found by walking the key; only the rare ones are worth an index. So receipts, which move a message
-- from one usual status to the next, rewrite the row in place and touch no index.
create index message_state_by_status on message_state (workspace_id, status, message_id)
  where status not in ('accepted', 'sent', 'delivered', 'read', 'played', 'received');
alter table message_state add constraint message_state_pk primary key (workspace_id, message_id); -- last, as above
select protect_tenant_table('message_state');

-- The displayed status: from delivered on the rank speaks, below it a failure does.
create function message_status(rank smallint, failed boolean) returns text language sql immutable as $$
  select case
    when rank >= 3 then (array['delivered', 'read', 'played'])[rank - 2]
    when failed then 'failed'
    when rank = 2 then 'sent'
    else 'accepted'
  end
$$;

-- One try to hand a message over. `error_row` is the row of the provider's error table that decided what to do next.
create table attempt (
  workspace_id uuid not null,
  message_id uuid not null,
  attempt_no smallint not null,
  sender_id uuid not null,
  outcome text not null,
  dispatching_at timestamptz,
  settled_at timestamptz not null default now(),
  http_status smallint,
  provider_message_ids text[],
  reason text,
  error jsonb,
  error_row jsonb,
  next_action text,
  resolved_by text,
  constraint attempt_pk primary key (workspace_id, message_id, attempt_no),
  constraint attempt_outcome_known check (outcome in ('accepted', 'rejected', 'throttled', 'not_written', 'unknown', 'presumed_not_accepted'))
) partition by range (message_id);
select protect_tenant_table('attempt');

-- The timeline beside the attempts: receipts as they came, holds, cancellation, redrives, decisions of people.
create table message_event (
  workspace_id uuid not null,
  message_id uuid not null,
  id uuid not null,
  at timestamptz not null default now(),
  kind text not null,
  detail jsonb not null,
  raw_webhook_id uuid,
  constraint message_event_pk primary key (workspace_id, message_id, id)
) partition by range (message_id);
select protect_tenant_table('message_event');

create table idempotency_key (
  workspace_id uuid not null,
  key text not null,
  route text not null,
  fingerprint bytea not null,
  response_status smallint not null,
  response jsonb not null,
  created_at timestamptz not null default now(),
  constraint idempotency_key_pk primary key (workspace_id, key)
);
create index idempotency_key_age on idempotency_key using brin (created_at);
select protect_tenant_table('idempotency_key');

-- Until when free-form messages may go from a sender to a contact.
create table service_window (
  workspace_id uuid not null,
  sender_id uuid not null,
  contact_id uuid not null,
  expires_at timestamptz not null,
  last_inbound_at timestamptz not null,
  constraint service_window_pk primary key (workspace_id, sender_id, contact_id)
) with (fillfactor = 80);
select protect_tenant_table('service_window');

create table dead_letter (
  workspace_id uuid not null,
  message_id uuid not null,
  state text not null default 'open',
  class text not null,
  code text not null,
  title text not null,
  fingerprint text not null,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now(),
  failures integer not null default 1,
  redrives integer not null default 0,
  constraint dead_letter_pk primary key (workspace_id, message_id),
  constraint dead_letter_state_known check (state in ('open', 'redriven', 'discarded', 'recovered'))
);
create index dead_letter_groups on dead_letter (workspace_id, state, fingerprint, message_id);
select protect_tenant_table('dead_letter');

-- The newest hand-over of each sender for which a receipt has come: receipts lag less than what was handed over before.
create table receipt_watermark (
  workspace_id uuid not null,
  sender_id uuid not null,
  handed_over_at timestamptz not null,
  constraint receipt_watermark_pk primary key (workspace_id, sender_id)
) with (fillfactor = 50);
select protect_tenant_table('receipt_watermark');
