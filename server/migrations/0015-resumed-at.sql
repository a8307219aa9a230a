-- When somebody let messages go again: a refusal of an attempt from before that must not pause anew.
alter table connection add column resumed_at timestamptz;
alter table sender add column resumed_at timestamptz;
