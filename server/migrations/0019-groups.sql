-- A group that people and the business write in is a contact of its own, known by the provider's id of the group. What is
-- received in it keeps beside that contact who wrote it.
alter table identity drop constraint identity_kind_known,
  add constraint identity_kind_known check (kind in ('phone', 'provider_user', 'parent_provider_user', 'username', 'group'));
alter table message add column participant_id uuid;
create index message_of_participant on message (workspace_id, participant_id) where participant_id is not null;
