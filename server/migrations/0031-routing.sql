-- Which sender sends what is asked for without one: an ordered list of rules, each as it was written.
create table routing_rule (
  workspace_id uuid not null,
  id uuid not null,
  position integer not null,
  rule jsonb not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint routing_rule_pk primary key (workspace_id, id),
  constraint routing_rule_workspace_fkey foreign key (workspace_id) references workspace (id) on delete cascade
);
select protect_tenant_table('routing_rule', 'select, insert, update, delete');

-- Why a message goes by its sender, and what was asked for where it is said in another way. Null: the sender was named.
alter table message add column routing json;
-- Where a contact likes to be written to.
alter table contact add column preferred_channel text
  constraint contact_preferred_channel_known check (preferred_channel in ('whatsapp', 'sms', 'email'));
