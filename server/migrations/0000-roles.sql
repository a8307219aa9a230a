-- Two roles that own nothing, so that row level security binds them: one for work that a request asks for
-- (it sees the workspace of its credential only), one for the machinery behind the log and the outbox.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['carillon_request', 'carillon_worker'] loop
    begin
      if not exists (select from pg_roles where rolname = role_name) then
        execute format('create role %I nologin', role_name);
      end if;
    exception when duplicate_object or unique_violation then
      null; -- another database of this server is being migrated at this moment
    end;
    -- Since PostgreSQL 16 who creates a role is a member that may grant it, and still may not take it on.
    if not pg_has_role(current_user, role_name, case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end) then
      execute format('grant %I to current_user', role_name);
    end if;
  end loop;
end
$$;

grant usage on schema public to carillon_request, carillon_worker;
grant select on schema_migration to carillon_request, carillon_worker;

-- Gives a tenant table its second wall: forced row level security, the rights of the two roles, and no TRUNCATE.
create function protect_tenant_table(table_name regclass, request_rights text default 'select') returns void
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', table_name);
  execute format('alter table %s force row level security', table_name);
  execute format(
    'create policy request_sees_own_workspace on %s to carillon_request using (workspace_id = nullif(current_setting(''carillon.workspace_id'', true), '''')::uuid)',
    table_name);
  execute format('create policy worker_sees_all on %s to carillon_worker using (true)', table_name);
  execute format('grant %s on %s to carillon_request', request_rights, table_name);
  execute format('grant select, insert, update, delete on %s to carillon_worker', table_name);
end
$$;

-- The smallest version 7 identifier of an instant: bounds of partitions and of time filters.
create function uuid_v7_floor(at timestamptz) returns uuid language sql immutable strict as $$
  select encode(substring(int8send((extract(epoch from at) * 1000)::bigint) from 3) || '\x70008000000000000000'::bytea, 'hex')::uuid
$$;

-- Makes the monthly partitions of a table that is partitioned by range of a version 7 identifier. Idempotent.
create function ensure_partitions(parent regclass, from_month date, months integer) returns integer
language plpgsql as $$
declare
  month date;
  child text;
  made integer := 0;
begin
  for i in 0 .. months - 1 loop
    month := (date_trunc('month', from_month) + make_interval(months => i))::date;
    child := format('%s_%s', parent::text, to_char(month, 'YYYY_MM'));
    if to_regclass(child) is null then
      -- Receipts rewrite the state of a message three or four times: room in the page keeps that in place.
      execute format('create table %I partition of %s for values from (%L) to (%L) %s', child, parent,
        uuid_v7_floor(month::timestamp at time zone 'UTC'), uuid_v7_floor((month + interval '1 month')::timestamp at time zone 'UTC'),
        case parent::text when 'message_state' then 'with (fillfactor = 75)' else '' end);
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;
