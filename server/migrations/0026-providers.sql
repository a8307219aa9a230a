-- What only the provider of a connection needs to know of its account.
alter table connection add column options jsonb not null default '{}';
-- The query of the address that a webhook came to: some providers give back in it what we gave them.
alter table raw_webhook add column query text not null default '';
-- People are also known by their address for mail.
alter table identity drop constraint identity_kind_known;
alter table identity add constraint identity_kind_known
  check (kind in ('phone', 'provider_user', 'parent_provider_user', 'username', 'group', 'email'));
