-- What providers sent us, byte for byte, before anything looked inside.
create table raw_webhook (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  received_at timestamptz not null default now(),
  -- The exact bytes: as text when they are UTF-8, which costs half of bytea on the wire, otherwise in base64.
  body text not null,
  is_base64 boolean not null default false,
  constraint raw_webhook_pk primary key (workspace_id, id)
) partition by range (id);
select protect_tenant_table('raw_webhook');

-- Webhooks that wait to be applied, and those that could not be. A row leaves in the transaction of its effects.
create table ingress_task (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  state text not null default 'pending',
  attempts smallint not null default 0,
  error text,
  created_at timestamptz not null default now(),
  constraint ingress_task_pk primary key (workspace_id, id),
  constraint ingress_task_state_known check (state in ('pending', 'quarantined'))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
create index ingress_task_pending on ingress_task (id) where state = 'pending';
select protect_tenant_table('ingress_task');

-- Content keys of the provider's events that took effect. The key is what the event says, not how it was batched.
create table provider_event (
  workspace_id uuid not null,
  content_key text not null,
  seen_at timestamptz not null default now(),
  constraint provider_event_pk primary key (workspace_id, content_key)
);
create index provider_event_age on provider_event using brin (seen_at);
select protect_tenant_table('provider_event');

-- Receipts for messages that we do not know (yet): an answer may still be on its way to be stored.
create table orphan_status (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  provider_message_id text not null,
  event jsonb not null,
  raw_webhook_id uuid not null,
  received_at timestamptz not null default now(),
  constraint orphan_status_pk primary key (workspace_id, id)
);
create index orphan_status_by_provider_id on orphan_status (workspace_id, provider_message_id);
create index orphan_status_age on orphan_status (received_at);
select protect_tenant_table('orphan_status');

-- Everything else that a provider said: kinds that we keep and list but do not act on, unrouted and quarantined items.
create table provider_notice (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  sender_id uuid,
  raw_webhook_id uuid not null,
  kind text not null,
  field text not null,
  value jsonb not null,
  reason text,
  received_at timestamptz not null default now(),
  constraint provider_notice_pk primary key (workspace_id, id)
);
select protect_tenant_table('provider_notice');

-- A file that came with a message. The provider keeps it for days only, so a job fetches it at once.
create table media (
  workspace_id uuid not null,
  id uuid not null,
  message_id uuid not null,
  connection_id uuid not null,
  provider_media_id text not null,
  kind text not null,
  mime_type text,
  sha256 text,
  filename text,
  state text not null default 'pending',
  storage_key text,
  size_bytes bigint,
  attempts smallint not null default 0,
  error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint media_pk primary key (workspace_id, id),
  constraint media_state_known check (state in ('pending', 'stored', 'failed'))
);
create index media_of_message on media (workspace_id, message_id);
create index media_pending on media (created_at) where state = 'pending';
select protect_tenant_table('media');

-- Few at a time: every statement on a partitioned table pays for each part that it might have to look at.
select ensure_partitions(t::regclass, (now() - interval '1 month')::date, 3)
from unnest(array['message', 'message_state', 'attempt', 'message_event', 'raw_webhook']) as t;
