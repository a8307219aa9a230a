-- A phone is one person on every channel. Beside what each channel knows, the number itself is an identity on the channel
-- `any`, so that whoever is met by it on a second channel is found, and two processes that meet them at once end with one
-- contact. Whom the old code meets meanwhile is known on the one channel only.
insert into identity (workspace_id, channel, kind, match_key, value, contact_id, created_at)
select workspace_id, 'any', kind, match_key, value, contact_id, created_at from identity where kind = 'phone'
on conflict do nothing;
