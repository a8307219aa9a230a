-- A number is often a sender of several providers: it writes SMS by one and WhatsApp by another. The old code adds senders
-- without the name of the provider; they are still told apart from each other.
alter table sender add column provider text not null default '';
update sender s set provider = c.provider from connection c where c.workspace_id = s.workspace_id and c.id = s.connection_id;
drop index sender_number_unique;
create unique index sender_number_unique on sender (workspace_id, provider, external_id) where removed_at is null;
