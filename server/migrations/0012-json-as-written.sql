-- What is only ever read as a whole is kept as the text that was written. PostgreSQL would otherwise take each document of
-- the message path apart and sort its keys, which costs more than storing it.
alter table message
  alter column content type json,
  alter column decision type json,
  alter column metadata type json;

alter table message_event alter column detail type json;
alter table outbox alter column hold type json;

alter table log_event drop constraint log_event_events_are_list;
alter table log_event alter column events type json;
alter table log_event add constraint log_event_events_are_list check (json_typeof(events) = 'array');

-- The answer to a single accepted message is what its row says, so the key only names the message.
alter table idempotency_key
  drop constraint idempotency_key_reserved_or_answered,
  alter column response type json,
  add column message_id uuid,
  add constraint idempotency_key_reserved_or_answered
    check ((reservation is null) = (response_status is not null and (response is not null or message_id is not null)));
