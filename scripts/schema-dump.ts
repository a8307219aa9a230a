import pg from 'pg';

// Everything that migrations make in the schema `public`, as statements in a fixed order. Not a backup format: it is read
// in reviews, where it shows what a migration has changed. Monthly partitions are left out, since they depend on the date.
const objects = `
with tables as (
  select c.oid, c.relname as name, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.relowner, c.relacl
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
), columns as (
  select t.oid, string_agg('  ' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
      || case when a.attnotnull then ' not null' else '' end
      || case when a.attidentity <> '' then ' generated ' || case a.attidentity when 'a' then 'always' else 'by default' end || ' as identity'
              when a.attgenerated <> '' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ')' || case a.attgenerated when 's' then ' stored' else '' end
              when d.adbin is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid) else '' end,
    E',\\n' order by a.attnum) as text
  from tables t
  join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  group by t.oid
), constraints as (
  select t.oid, string_agg(E',\\n  constraint ' || quote_ident(c.conname) || ' ' || pg_get_constraintdef(c.oid), ''
    order by position(c.contype::text in 'pucxf'), c.conname) as text
  from tables t join pg_constraint c on c.conrelid = t.oid and c.contype in ('p', 'u', 'c', 'x', 'f')
  group by t.oid
)
select rank, name, text from (
select 1 as rank, e.extname as name, '' as part, 'create extension ' || quote_ident(e.extname) || ';' as text
  from pg_extension e where e.extname <> 'plpgsql'
union all
select 2, t.typname, '', 'create type ' || quote_ident(t.typname) || ' as enum (' ||
    (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid) || ');'
  from pg_type t where t.typnamespace = 'public'::regnamespace and t.typtype = 'e'
union all
select 3, p.proname, pg_get_function_identity_arguments(p.oid), trim(trailing E'\\n' from pg_get_functiondef(p.oid)) || ';'
  from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
  and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
union all
select 4, s.relname, '', 'create sequence ' || quote_ident(s.relname) || ';'
  from pg_class s where s.relnamespace = 'public'::regnamespace and s.relkind = 'S'
  and not exists (select from pg_depend d where d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype = 'i')
union all
select 5, t.name, '0', 'create table ' || quote_ident(t.name) || E' (\\n' || c.text || coalesce(k.text, '') || E'\\n)'
    || case when t.relkind = 'p' then ' partition by ' || pg_get_partkeydef(t.oid) else '' end || ';'
  from tables t join columns c using (oid) left join constraints k using (oid)
union all
select 5, t.name, '1' || i.relname, pg_get_indexdef(i.oid) || ';'
  from tables t join pg_index x on x.indrelid = t.oid join pg_class i on i.oid = x.indexrelid
  where not exists (select from pg_constraint c where c.conindid = i.oid and c.contype in ('p', 'u', 'x'))
union all
select 5, t.name, '2', 'alter table ' || quote_ident(t.name) || ' enable row level security'
    || case when t.relforcerowsecurity then ', force row level security' else '' end || ';'
  from tables t where t.relrowsecurity
union all
select 5, t.name, '3' || p.polname, 'create policy ' || quote_ident(p.polname) || ' on ' || quote_ident(t.name)
    || case when p.polpermissive then '' else ' as restrictive' end
    || case p.polcmd when '*' then '' when 'r' then ' for select' when 'a' then ' for insert' when 'w' then ' for update' else ' for delete' end
    || ' to ' || (select string_agg(coalesce(r.rolname, 'public'), ', ' order by r.rolname)
                  from unnest(p.polroles) role left join pg_roles r on r.oid = role)
    || coalesce(' using (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
    || coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') || ';'
  from tables t join pg_policy p on p.polrelid = t.oid
union all
select 5, t.name, '4' || g.grantee, 'grant ' || lower(g.rights) || ' on ' || quote_ident(t.name) || ' to ' || g.grantee || ';'
  from tables t cross join lateral (
    select r.rolname as grantee, string_agg(a.privilege_type, ', ' order by a.privilege_type) as rights
    from aclexplode(t.relacl) a join pg_roles r on r.oid = a.grantee where a.grantee <> t.relowner group by r.rolname) g
union all
select 5, t.name, '5' || g.tgname, pg_get_triggerdef(g.oid) || ';'
  from tables t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
union all
select 6, v.relname, '', 'create ' || case v.relkind when 'm' then 'materialized ' else '' end || 'view ' || quote_ident(v.relname)
    || E' as\\n' || pg_get_viewdef(v.oid)
  from pg_class v where v.relnamespace = 'public'::regnamespace and v.relkind in ('v', 'm')
) objects
order by rank, name collate "C", part collate "C"`;

/** The schema of a migrated database as text; the same for the same migrations and the same major PostgreSQL. */
export async function dumpSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=public' });
  try {
    await client.connect();
    const { rows } = await client.query<{ rank: number; name: string; text: string }>(objects);
    if (rows.length === 0) throw new Error('The database has no tables: was it migrated?');
    const blocks: string[] = [];
    rows.forEach(({ rank, name, text }, index) => {
      const before = rows[index - 1];
      // What belongs to one table stands together.
      blocks.push(before && (before.rank !== rank || before.name !== name) ? `\n${text}` : text);
    });
    return `-- Generated by "npm run generate" from the migrations beside it.\n\n${blocks.join('\n')}\n`;
  } finally {
    await client.end();
  }
}
