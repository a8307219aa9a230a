-- One row: the timeline of the server that wrote here last. Every recovery to a point in the past, and every promotion of a
-- standby, begins a new timeline; so a start that finds another one knows that the database may have forgotten what was sent.
create table installation (
  only_row boolean not null default true constraint installation_pk primary key,
  timeline_id integer not null,
  constraint installation_has_one_row check (only_row)
);
