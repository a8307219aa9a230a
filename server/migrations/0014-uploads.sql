-- Files that messages are to be sent with. The bytes are in the blob store; a file that comes again is the same upload.
create table upload (
  workspace_id uuid not null,
  id uuid not null,
  sha256 bytea not null,
  filename text,
  facts json not null,
  storage_key text not null,
  created_at timestamptz not null default now(),
  constraint upload_pk primary key (workspace_id, id)
);
create unique index upload_by_content on upload (workspace_id, sha256, coalesce(filename, ''));
select protect_tenant_table('upload');

-- What a provider calls an upload at one of its senders, for as long as it keeps the file.
create table provider_upload (
  workspace_id uuid not null,
  upload_id uuid not null,
  sender_id uuid not null,
  provider_media_id text not null,
  expires_at timestamptz not null,
  constraint provider_upload_pk primary key (workspace_id, upload_id, sender_id),
  constraint provider_upload_of_upload foreign key (workspace_id, upload_id) references upload on delete cascade,
  constraint provider_upload_of_sender foreign key (workspace_id, sender_id) references sender (workspace_id, id) on delete cascade
);
select protect_tenant_table('provider_upload');
