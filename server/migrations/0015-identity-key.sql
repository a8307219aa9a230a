-- The key of the person's phone that the caller expects: the provider delivers the message only while it is still that one.
alter table message add column identity_key_hash text;
