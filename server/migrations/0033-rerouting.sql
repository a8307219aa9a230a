-- Messages that somebody may have to say in another way, and what was decided: at most one for each, so that a message is
-- rerouted once whatever dies. The worker takes those that are open; `next_message_id` took the place of `message_id`.
create table reroute (
  workspace_id uuid not null,
  message_id uuid not null,
  state text not null default 'open',
  trigger text not null,
  -- Why it was not; null otherwise.
  rule text,
  next_message_id uuid,
  opened_at timestamptz not null default now(),
  decided_at timestamptz,
  constraint reroute_pk primary key (workspace_id, message_id),
  constraint reroute_state_known check (state in ('open', 'done', 'refused')),
  constraint reroute_trigger_known check (trigger in ('refused', 'reported', 'not_delivered', 'unknown', 'waiting')),
  constraint reroute_leads_somewhere check ((state = 'done') = (next_message_id is not null)),
  constraint reroute_next_once unique (workspace_id, next_message_id)
);
create index reroute_open on reroute (opened_at) where state = 'open';
select protect_tenant_table('reroute', 'select');

-- A message that was rerouted is no dead letter that waits for somebody.
alter table dead_letter drop constraint dead_letter_state_known;
alter table dead_letter add constraint dead_letter_state_known
  check (state in ('open', 'redriven', 'discarded', 'recovered', 'rerouted'));
