-- Free content may be billed as a category, and then goes outside the service window, for accounts that the provider lets do
-- so. And messages may be sent for one of several messaging accounts of a number.
alter table message add column direct_send json;
alter table connection add column messaging_account_id text, add column direct_send boolean not null default false;
