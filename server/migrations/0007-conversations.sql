create table conversation (
  workspace_id uuid not null,
  id uuid not null,
  sender_id uuid not null,
  contact_id uuid not null,
  -- When the contact last spoke, or the conversation began: the order of the list.
  active_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint conversation_pk primary key (workspace_id, id),
  constraint conversation_of_pair unique (workspace_id, sender_id, contact_id)
) with (fillfactor = 80);
create index conversation_recent on conversation (workspace_id, active_at desc, id desc);
select protect_tenant_table('conversation');
