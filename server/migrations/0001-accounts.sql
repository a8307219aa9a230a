-- Workspaces, their keys, who may call, and the trail of what was changed by whom.

create table workspace (
  id uuid not null,
  name text not null,
  created_at timestamptz not null default now(),
  constraint workspace_pkey primary key (id),
  constraint workspace_name_length check (char_length(name) between 1 and 100)
);
alter table workspace enable row level security;
alter table workspace force row level security;
create policy request_sees_own_workspace on workspace to carillon_request
  using (id = nullif(current_setting('carillon.workspace_id', true), '')::uuid);
create policy worker_sees_all on workspace to carillon_worker using (true);
grant select, update on workspace to carillon_request;
grant select, insert, update, delete on workspace to carillon_worker;

-- The keys that encrypt a workspace's secrets, each wrapped by the key-encryption key of the installation, which the
-- database never sees. Old versions stay for as long as something is encrypted with them.
create table workspace_key (
  workspace_id uuid not null,
  version smallint not null,
  wrapped_key bytea not null,
  created_at timestamptz not null default now(),
  constraint workspace_key_pkey primary key (workspace_id, version),
  constraint workspace_key_workspace_fkey foreign key (workspace_id) references workspace (id) on delete cascade,
  constraint workspace_key_version_positive check (version > 0)
);
select protect_tenant_table('workspace_key');

create table api_key (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  -- What may be shown of the key, so that people can tell theirs apart.
  prefix text not null,
  -- SHA-256 of the whole key. A fast hash is right here: the key has 256 random bits, there is nothing to guess.
  secret_hash bytea not null,
  scopes text[] not null,
  origin text not null default 'created',
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  -- Written in batches: up to a minute late.
  last_used_at timestamptz,
  revoked_at timestamptz,
  constraint api_key_pkey primary key (workspace_id, id),
  constraint api_key_workspace_fkey foreign key (workspace_id) references workspace (id) on delete cascade,
  constraint api_key_name_length check (char_length(name) between 1 and 100),
  constraint api_key_secret_hash_length check (octet_length(secret_hash) = 32),
  constraint api_key_scopes_some check (cardinality(scopes) between 1 and 100),
  -- created: over the API; generated: at the first start; environment: given by CARILLON_API_KEY.
  constraint api_key_origin_known check (origin in ('created', 'generated', 'environment'))
);
-- The credential is what tells the workspace, so it is looked up before a workspace is known.
create unique index api_key_secret_hash_unique on api_key (secret_hash);
select protect_tenant_table('api_key', 'select, insert, update');

-- A person at the console. The cookie has a random token, the table its hash; rights are those of the API key behind it.
create table session (
  workspace_id uuid not null,
  id uuid not null,
  api_key_id uuid not null,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint session_pkey primary key (workspace_id, id),
  constraint session_api_key_fkey foreign key (workspace_id, api_key_id) references api_key (workspace_id, id) on delete cascade,
  constraint session_token_hash_length check (octet_length(token_hash) = 32)
);
create unique index session_token_hash_unique on session (token_hash);
create index session_api_key on session (workspace_id, api_key_id);
create index session_expires_at on session (expires_at);
select protect_tenant_table('session', 'select, insert, delete');

-- What people and programs changed. Entries are only ever added; each carries the hash of the one before, so that a
-- changed, removed or inserted entry shows.
create table audit_entry (
  workspace_id uuid not null,
  seq bigint not null,
  at timestamptz not null,
  -- Who: api_key:<id>, session:<id> or system. Never a name or a number of a person.
  actor text not null,
  action text not null,
  subject text not null,
  details jsonb not null default '{}',
  previous_hash bytea not null,
  hash bytea not null,
  constraint audit_entry_pkey primary key (workspace_id, seq),
  constraint audit_entry_workspace_fkey foreign key (workspace_id) references workspace (id) on delete cascade,
  constraint audit_entry_seq_positive check (seq > 0),
  constraint audit_entry_hash_length check (octet_length(hash) = 32 and octet_length(previous_hash) = 32)
);
select protect_tenant_table('audit_entry', 'select, insert');
revoke update, delete on audit_entry from carillon_worker;
