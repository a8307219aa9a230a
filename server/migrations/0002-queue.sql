-- The log of domain events. One row carries the events of one topic and workspace that one transaction appended, in
-- order, because a row an event would cost the message path more than the message itself.
-- Identity values commit out of order, so a reader never goes by `position` alone: it reads rows whose transaction is
-- older than every running one (xid below the snapshot's xmin), ordered by (xid, position). Such rows can have no
-- late neighbour.
create table log_event (
  xid xid8 not null default pg_current_xact_id(),
  position bigint generated always as identity,
  workspace_id uuid not null,
  topic text not null,
  events jsonb not null,
  appended_at timestamptz not null default now(),
  constraint log_event_pk primary key (xid, position),
  constraint log_event_events_are_list check (jsonb_typeof(events) = 'array')
);
create index log_event_appended on log_event using brin (appended_at);
select protect_tenant_table('log_event');
revoke all on log_event from carillon_request;

-- How far each consumer group has read. The offset moves in the transaction of the effects.
create table log_group (
  name text not null constraint log_group_pk primary key,
  xid xid8 not null default '0',
  position bigint not null default 0,
  attempts integer not null default 0,
  updated_at timestamptz not null default now()
);
grant select, insert, update, delete on log_group to carillon_worker;

-- Rows of the log that a group could not take, after its tries. The group goes on behind them.
create table log_dead_letter (
  group_name text not null,
  xid xid8 not null,
  position bigint not null,
  workspace_id uuid not null,
  topic text not null,
  events jsonb not null,
  error text not null,
  failed_at timestamptz not null default now(),
  constraint log_dead_letter_pk primary key (group_name, xid, position)
);
select protect_tenant_table('log_dead_letter');
revoke all on log_dead_letter from carillon_request;

-- Exclusive ownership for a time. The fence grows with every new owner: whoever writes with an older fence is a zombie.
create table lease (
  name text not null constraint lease_pk primary key,
  holder uuid not null,
  fence bigint not null,
  expires_at timestamptz not null
) with (fillfactor = 50);
grant select, insert, update, delete on lease to carillon_worker;
