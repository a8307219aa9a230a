-- How a message is sent, beside what it says. The provider delivers it only while the key of the person's phone has this
-- hash; and with these options it goes by the provider's product for marketing.
alter table message add column identity_key_hash text, add column marketing_messages json;
