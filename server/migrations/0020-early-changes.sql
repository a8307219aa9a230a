-- Word that a message was edited or taken back, which came before the message itself.
create table early_change (
  workspace_id uuid not null,
  -- The message that says so.
  change_id uuid not null,
  -- The provider's id of the message that it changes.
  original_id text not null,
  kind text not null,
  provider_at timestamptz not null,
  raw_webhook_id uuid not null,
  received_at timestamptz not null default now(),
  constraint early_change_pk primary key (workspace_id, change_id)
);
create index early_change_by_original on early_change (workspace_id, original_id);
create index early_change_age on early_change (received_at);
select protect_tenant_table('early_change');
