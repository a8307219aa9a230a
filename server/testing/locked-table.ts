import type { Database } from '#platform/database.ts';

/** Keeps a table for somebody else, reads included, until it is disposed. */
export async function lockTable(db: Database, table: string): Promise<AsyncDisposable> {
  const other = await db.reserve();
  await other.query({ text: `begin; lock table ${table} in access exclusive mode`, values: [] });
  return {
    [Symbol.asyncDispose]: async () => {
      await other.query({ text: 'rollback', values: [] });
      other.release();
    },
  };
}
