import { afterAll, beforeAll, expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { createLog } from '#platform/telemetry.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { addJob, prepareJobs, releaseStuckJobs, startJobs } from './jobs.ts';

const log = createLog({ level: 'silent' });
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await prepareJobs(database.url, database.db, log);
});
afterAll(() => database.close());

it('what a process that died had in its hands goes on after a quarter of an hour, and what is being done is left alone', async () => {
  const worker = database.connect({ role: 'carillon_worker' });
  for (const name of ['left', 'under-way'])
    await addJob(worker, { name: 'greet', payload: { name }, key: name, maxAttempts: 3 });
  await database.db.query(
    sql`update graphile_worker._private_jobs set attempts = 1, locked_by = 'worker-' || key,
          locked_at = now() - case key when 'left' then interval '16 minutes' else interval '14 minutes' end`,
  );
  expect(await releaseStuckJobs(worker)).toBe(1);
  expect(await releaseStuckJobs(worker)).toBe(0);

  const greeted: unknown[] = [];
  const jobs = await startJobs(database.url, log, [
    {
      name: 'greet',
      read: (payload) => payload,
      run: (payload, attempt) => {
        greeted.push([payload, attempt.no]);
        return Promise.resolve();
      },
    },
  ]);
  try {
    await expect.poll(() => greeted, { timeout: 30_000 }).toEqual([[{ name: 'left' }, 2]]);
  } finally {
    await jobs.stop();
  }
  const rows = await database.db.query<{ key: string }>(sql`select key from graphile_worker.jobs`);
  expect(rows.map(({ key }) => key)).toEqual(['under-way']);
});
