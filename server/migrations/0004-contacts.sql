create table contact (
  workspace_id uuid not null,
  id uuid not null,
  name text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint contact_pk primary key (workspace_id, id)
);
select protect_tenant_table('contact', 'select, insert, update');

-- How a contact is known to a channel. `match_key` is the value with national spellings folded together (Brazil's ninth
-- digit, Mexico's 1, Argentina's 9), so that two spellings of a number find one contact. `value` is the canonical one:
-- what the provider returned, once it has.
create table identity (
  workspace_id uuid not null,
  channel text not null,
  kind text not null,
  match_key text not null,
  value text not null,
  contact_id uuid not null,
  created_at timestamptz not null default now(),
  constraint identity_pk primary key (workspace_id, channel, kind, match_key),
  constraint identity_contact_fk foreign key (workspace_id, contact_id) references contact (workspace_id, id) on delete cascade,
  constraint identity_kind_known check (kind in ('phone', 'provider_user', 'parent_provider_user', 'username'))
);
create index identity_contact on identity (workspace_id, contact_id);
select protect_tenant_table('identity', 'select, insert, update');

-- Why a contact is not written to. `stop` ends everything on the channel, `marketing_stop` marketing only, `block` is the
-- business' own decision, `undeliverable` what the provider said of the address.
create table suppression (
  workspace_id uuid not null,
  contact_id uuid not null,
  channel text not null,
  kind text not null,
  reason text not null,
  source text not null,
  created_at timestamptz not null default now(),
  constraint suppression_pk primary key (workspace_id, contact_id, channel, kind),
  constraint suppression_contact_fk foreign key (workspace_id, contact_id) references contact (workspace_id, id) on delete cascade,
  constraint suppression_kind_known check (kind in ('stop', 'marketing_stop', 'block', 'undeliverable'))
);
select protect_tenant_table('suppression', 'select, insert, update, delete');
