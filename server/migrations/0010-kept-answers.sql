-- A key of a write that is being worked on: reserved, with no answer yet. `created_at` is then the beginning of the work.
alter table idempotency_key
  alter column response_status drop not null,
  alter column response drop not null,
  add column reservation uuid,
  add constraint idempotency_key_reserved_or_answered
    check ((reservation is null) = (response_status is not null and response is not null));
