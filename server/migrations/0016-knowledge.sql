-- What providers told of templates. Each side has a time of its own: word comes late and in any order, and what was told
-- last counts, by the provider's clock.
create table known_template (
  workspace_id uuid not null,
  business_account_id text not null,
  name text not null,
  language text not null,
  -- A number that is too big for many programs, so it is text.
  provider_id text,
  status text,
  status_reason text,
  -- When it ends by itself; null: when the provider says so.
  status_until timestamptz,
  status_at timestamptz,
  quality text,
  quality_at timestamptz,
  category text,
  -- The category that was announced, and from when it holds.
  next_category text,
  next_category_at timestamptz,
  category_at timestamptz,
  components jsonb,
  components_at timestamptz,
  -- When the status was written here.
  heard_at timestamptz not null default now(),
  constraint known_template_pk primary key (workspace_id, business_account_id, name, language)
);
select protect_tenant_table('known_template');

-- What providers told of an account and its numbers, the newest word on each thing.
create table account_fact (
  workspace_id uuid not null,
  business_account_id text not null,
  -- The id of a sender, or `account`.
  subject text not null,
  fact text not null,
  value jsonb not null,
  told_at timestamptz not null,
  constraint account_fact_pk primary key (workspace_id, business_account_id, subject, fact)
);
select protect_tenant_table('account_fact', 'select, insert, update');

-- What somebody is called since a provider told that their number or id changed. A message of before may come late.
create table identity_move (
  workspace_id uuid not null,
  channel text not null,
  kind text not null,
  match_key text not null,
  to_kind text not null,
  to_key text not null,
  to_value text not null,
  moved_at timestamptz not null,
  constraint identity_move_pk primary key (workspace_id, channel, kind, match_key)
);
select protect_tenant_table('identity_move');

-- Two contacts that turned out to be one person: this one goes on in that one.
alter table contact add column merged_into uuid;
