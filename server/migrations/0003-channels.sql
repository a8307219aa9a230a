-- Provider accounts, the numbers that messages come from, and the stop buttons of lanes.

create table connection (
  workspace_id uuid not null,
  id uuid not null,
  provider text not null,
  name text not null,
  base_url text not null,
  api_version text not null,
  business_account_id text not null,
  app_id text,
  -- Access token, app secrets and verify token, sealed for this row; gone when the connection is removed.
  secrets bytea,
  status text not null default 'active',
  paused_reason text,
  -- Who paused it: the provider's refusal, or a person, whose pause no success ends.
  paused_by text,
  paused_at timestamptz,
  -- What the last look at the credentials found, in words.
  checks jsonb not null default '[]',
  checked_at timestamptz,
  challenge_seen_at timestamptz,
  first_webhook_at timestamptz,
  last_webhook_at timestamptz,
  created_at timestamptz not null default now(),
  -- Messages keep pointing to it, so it is never deleted.
  removed_at timestamptz,
  constraint connection_pk primary key (workspace_id, id),
  constraint connection_workspace_fkey foreign key (workspace_id) references workspace (id) on delete cascade,
  constraint connection_name_length check (char_length(name) between 1 and 100),
  constraint connection_status_known check (status in ('active', 'paused')),
  constraint connection_paused_by_known check (paused_by in ('person', 'provider')),
  constraint connection_pause_has_reason check ((status = 'paused') = (paused_reason is not null and paused_by is not null)),
  constraint connection_secrets_until_removed check ((removed_at is null) = (secrets is not null))
);
select protect_tenant_table('connection', 'select, insert, update');

create table sender (
  workspace_id uuid not null,
  id uuid not null,
  connection_id uuid not null,
  -- The provider's id; for the Cloud API the phone number id.
  external_id text not null,
  -- E.164, when the provider told it.
  phone text,
  display_name text,
  status text not null default 'active',
  paused_reason text,
  paused_by text,
  paused_at timestamptz,
  -- The pause ends by itself then; null: when somebody resumes it.
  paused_until timestamptz,
  throughput_per_second integer not null,
  -- To one person: so many at once, and then one in so many seconds. Null: the provider has no such limit.
  pair_burst integer,
  pair_seconds integer,
  created_at timestamptz not null default now(),
  removed_at timestamptz,
  constraint sender_pk primary key (workspace_id, id),
  constraint sender_external_id_unique unique (workspace_id, connection_id, external_id),
  constraint sender_connection_fkey foreign key (workspace_id, connection_id) references connection (workspace_id, id) on delete cascade,
  constraint sender_status_known check (status in ('active', 'paused')),
  constraint sender_paused_by_known check (paused_by in ('person', 'provider')),
  constraint sender_pause_has_reason check ((status = 'paused') = (paused_reason is not null and paused_by is not null)),
  constraint sender_throughput_positive check (throughput_per_second between 1 and 100000),
  constraint sender_pair_positive check ((pair_burst is null) = (pair_seconds is null) and pair_burst > 0 and pair_seconds > 0)
);
-- One number is used through one connection at a time: through two, each of its webhooks would count twice.
create unique index sender_number_unique on sender (workspace_id, external_id) where removed_at is null;
select protect_tenant_table('sender', 'select, insert, update');

create table lane_stop (
  workspace_id uuid not null,
  sender_id uuid not null,
  lane text not null,
  stopped_at timestamptz not null default now(),
  stopped_by text not null,
  reason text not null,
  constraint lane_stop_pk primary key (workspace_id, sender_id, lane),
  constraint lane_stop_sender_fkey foreign key (workspace_id, sender_id) references sender (workspace_id, id) on delete cascade,
  constraint lane_stop_lane_known check (lane in ('authentication', 'transactional', 'service', 'marketing'))
);
select protect_tenant_table('lane_stop', 'select, insert, delete');
