-- What people choose of the numbered answers that a message offers: beside the words they wrote, and each answer once.
alter table message add column choice jsonb;
create index message_with_options on message (workspace_id, contact_id, id) where routing ->> 'options' is not null;

create table chosen_option (
  workspace_id uuid not null,
  -- The message that offers it, and its number there.
  offer_id uuid not null,
  number integer not null,
  -- Who of the group chose it; null outside of groups.
  participant_id uuid,
  -- The message that chooses it.
  message_id uuid not null,
  constraint chosen_option_once unique nulls not distinct (workspace_id, offer_id, number, participant_id)
);
select protect_tenant_table('chosen_option');
