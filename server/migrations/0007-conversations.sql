create table conversation (
  workspace_id uuid not null,
  id uuid not null,
  sender_id uuid not null,
  contact_id uuid not null,
  last_message_id uuid,
  last_message_at timestamptz not null,
  last_direction text not null,
  messages_in integer not null default 0,
  messages_out integer not null default 0,
  created_at timestamptz not null default now(),
  constraint conversation_pk primary key (workspace_id, id),
  constraint conversation_of_pair unique (workspace_id, sender_id, contact_id)
) with (fillfactor = 80);
create index conversation_recent on conversation (workspace_id, last_message_at desc, id desc);
select protect_tenant_table('conversation');
