-- Where a workspace has webhooks sent on to, in the shape in which Meta sends them.
create table forwarding (
  workspace_id uuid not null,
  id uuid not null,
  url text not null,
  -- Verify token and app secret, sealed for this row.
  secrets bytea not null,
  verified_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  constraint forwarding_pk primary key (workspace_id),
  constraint forwarding_workspace_fkey foreign key (workspace_id) references workspace (id) on delete cascade
);
select protect_tenant_table('forwarding', 'select, insert, update, delete');

-- One webhook to send on: one of the provider's, or the end of a message of which the provider never knew.
create table forwarding_delivery (
  workspace_id uuid not null,
  id uuid not null,
  raw_webhook_id uuid,
  message_id uuid,
  state text not null default 'pending',
  attempts integer not null default 0,
  http_status smallint,
  error text,
  created_at timestamptz not null default now(),
  attempted_at timestamptz,
  constraint forwarding_delivery_pk primary key (workspace_id, id),
  constraint forwarding_delivery_state_known check (state in ('pending', 'delivered', 'failed')),
  constraint forwarding_delivery_has_one_cause check ((raw_webhook_id is null) <> (message_id is null))
);
-- A webhook that is applied again is not sent on again.
create unique index forwarding_delivery_of_webhook on forwarding_delivery (workspace_id, raw_webhook_id)
  where raw_webhook_id is not null;
create index forwarding_delivery_by_state on forwarding_delivery (workspace_id, state, id);
create index forwarding_delivery_age on forwarding_delivery using brin (created_at);
select protect_tenant_table('forwarding_delivery');
