-- When a contact last asked for an end, and last took it back: words come late and in any order, and the last one said counts.
-- A suppression is what follows from them, and from what others decide.
create table consent_word (
  workspace_id uuid not null,
  contact_id uuid not null,
  channel text not null,
  kind text not null,
  stopped_at timestamptz,
  started_at timestamptz,
  constraint consent_word_pk primary key (workspace_id, contact_id, channel, kind),
  constraint consent_word_contact_fk foreign key (workspace_id, contact_id) references contact (workspace_id, id) on delete cascade,
  constraint consent_word_kind_known check (kind in ('stop', 'marketing_stop'))
);
select protect_tenant_table('consent_word');

-- An address that the provider could not deliver to is told by its dead letters; it never stopped anything.
delete from suppression where kind = 'undeliverable';
alter table suppression drop constraint suppression_kind_known;
alter table suppression add constraint suppression_kind_known check (kind in ('stop', 'marketing_stop', 'block'));
