-- What tokens, cursors and fingerprints of this installation are made with, wrapped by the key-encryption key: it stays the
-- same when that key is changed.
create table installation_secret (
  only_row boolean not null default true,
  wrapped_secret bytea not null,
  constraint installation_secret_pk primary key (only_row),
  constraint installation_secret_has_one_row check (only_row)
);
grant select, insert on installation_secret to carillon_worker;
