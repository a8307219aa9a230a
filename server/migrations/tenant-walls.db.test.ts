import { afterAll, beforeAll, expect, it } from 'vitest';
import { anInboundText, MessagePath } from '#testing/message-path.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { sql, withWorkspace } from '#platform/database.ts';

let database: TestDatabase;
let first: MessagePath;
let second: MessagePath;
/** Every table that has rows of workspaces, and the workspaces themselves. */
let tables: { name: string; column: string; isForced: boolean; parent: string | null }[];

beforeAll(async () => {
  database = await createTestDatabase();
  first = await MessagePath.open(database);
  second = await MessagePath.open(database);
  await first.send();
  await first.deliver(anInboundText('Hi'), { nonsense: true });
  tables = await database.db.query(
    sql`select c.relname as name, a.attname as column, c.relrowsecurity and c.relforcerowsecurity as "isForced",
               (select p.relname from pg_inherits h join pg_class p on p.oid = h.inhparent where h.inhrelid = c.oid) as parent
        from pg_class c join pg_attribute a on a.attrelid = c.oid and (a.attname = 'workspace_id' or (c.relname = 'workspace' and a.attname = 'id'))
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
});
afterAll(() => database?.close());

/** The parts of a partitioned table are reached through it; nobody has rights on them. */
const whole = () => tables.filter(({ parent }) => parent === null);

it('there are tables of workspaces, and the parts of the large ones', () => {
  expect(whole().length).toBeGreaterThan(20);
  expect(tables.filter(({ parent }) => parent !== null).length).toBeGreaterThan(10);
});

it('every table of workspaces forces row level security, also on its owner', () => {
  expect(whole().filter(({ isForced }) => !isForced)).toEqual([]);
});

it('a request sees nothing of another workspace in any table, and nothing at all without one', async () => {
  const filled: string[] = [];
  for (const { name, column } of whole()) {
    const [right] = await database.db.query<{ allowed: boolean; n: number }>(
      sql`select has_table_privilege('carillon_request', ${name}, 'select') as allowed,
                 (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I where %I = %L', ${name}::text, ${column}::text, ${first.workspaceId}::text), false, true, '')))[1]::text::int as n`,
    );
    if ((right?.n ?? 0) > 0) filled.push(name);
    if (!right?.allowed) continue;
    const all = { text: `select ${column} as id from ${name}`, values: [] };
    for (const workspaceId of [second.workspaceId, '']) {
      const rows = await withWorkspace(second.request, workspaceId, (tx) => tx.query<{ id: string }>(all));
      expect(
        rows.filter(({ id }) => id !== second.workspaceId || workspaceId === ''),
        name,
      ).toEqual([]);
    }
    expect(await second.request.query(all), `${name} without a workspace`).toEqual([]);
  }
  // What is tried on empty tables proves nothing.
  expect(filled).toEqual(
    expect.arrayContaining(['message', 'contact', 'outbox', 'raw_webhook', 'provider_notice', 'connection']),
  );
});

it('a request cannot write into another workspace', async () => {
  const writable = await database.db.query<{ name: string }>(
    sql`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
          and has_table_privilege('carillon_request', oid, 'insert')`,
  );
  expect(writable.length).toBeGreaterThan(0);
  const insertion = sql`insert into contact (workspace_id, id) values (${first.workspaceId}, gen_random_uuid())`;
  await expect(withWorkspace(second.request, second.workspaceId, (tx) => tx.query(insertion))).rejects.toMatchObject({
    code: '42501',
  });
  const change = sql`update contact set name = 'mine' where workspace_id = ${first.workspaceId} returning id`;
  expect(await withWorkspace(second.request, second.workspaceId, (tx) => tx.query(change))).toEqual([]);
});

it('nobody but the owner may empty a table, or reach the parts of one past its wall', async () => {
  const rights = await database.db.query(
    sql`select c.relname, r.rolname from pg_class c cross join pg_roles r
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and r.rolname in ('carillon_request', 'carillon_worker')
          and has_table_privilege(r.rolname, c.oid, 'truncate')`,
  );
  expect(rights).toEqual([]);
  const parts = await database.db.query(
    sql`select c.relname from pg_class c where c.relispartition
          and (has_table_privilege('carillon_request', c.oid, 'select') or has_table_privilege('carillon_worker', c.oid, 'select'))`,
  );
  expect(parts).toEqual([]);
});

it('the roles own nothing, so that no wall is open to them', async () => {
  const owned = await database.db.query(
    sql`select c.relname from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname in ('carillon_request', 'carillon_worker')`,
  );
  expect(owned).toEqual([]);
  const strong = await database.db.query(
    sql`select rolname from pg_roles where rolname in ('carillon_request', 'carillon_worker') and (rolsuper or rolbypassrls)`,
  );
  expect(strong).toEqual([]);
});
