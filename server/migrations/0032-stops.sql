-- What a workspace has stopped by hand on all of its senders: everything, or one lane.
create table workspace_stop (
  workspace_id uuid not null,
  scope text not null,
  stopped_at timestamptz not null default now(),
  stopped_by text not null,
  reason text not null,
  constraint workspace_stop_pk primary key (workspace_id, scope),
  constraint workspace_stop_workspace_fkey foreign key (workspace_id) references workspace (id) on delete cascade,
  constraint workspace_stop_scope_known check (scope in ('everything', 'authentication', 'transactional', 'service', 'marketing'))
);
select protect_tenant_table('workspace_stop', 'select, insert, delete');
