-- What a process found out of an account whose provider does not answer, for the other processes: kept for seconds, and worth
-- nothing after a crash.
create unlogged table open_breaker (
  workspace_id uuid not null,
  connection_id uuid not null,
  -- The process that sees to the probes. When its time is over another one may.
  holder uuid not null,
  opened_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint open_breaker_pk primary key (workspace_id, connection_id),
  constraint open_breaker_connection_fkey foreign key (workspace_id, connection_id) references connection (workspace_id, id) on delete cascade
);
select protect_tenant_table('open_breaker', 'select');

-- What an operator says instead of the failures: nothing goes, or everything; until an instant, or until it is taken back.
alter table connection
  add column breaker_forced text constraint connection_breaker_forced_known check (breaker_forced in ('open', 'closed')),
  add column breaker_until timestamptz,
  add column breaker_reason text;
