import { afterEach, beforeEach, expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { createLog } from '#platform/telemetry.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { LiveProcesses } from './live-processes.ts';

let database: TestDatabase;
const started: LiveProcesses[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const processes of started.splice(0)) await processes.stop();
  await database.close();
});

function aProcess(): LiveProcesses {
  const worker = database.connect({ role: 'carillon_worker' });
  const processes = new LiveProcesses(worker, createLog({ level: 'silent' }), newId());
  started.push(processes);
  return processes;
}

it('a process is alone until another one comes, which is not ready before the first knows', async () => {
  const first = aProcess();
  expect(first.isAlone).toBe(false);
  await first.announce();
  expect(first.isAlone).toBe(true);
  const second = aProcess();
  await second.announce();
  expect([first.isAlone, second.isAlone]).toEqual([false, false]);
  await first.stop();
  await expect.poll(() => second.isAlone, { timeout: 10_000 }).toBe(true);
});

it('of two that come at the same moment, neither takes itself for the only one', async () => {
  const [left, right] = [aProcess(), aProcess()];
  await Promise.all([left.announce(), right.announce()]);
  await expect.poll(() => left.isAlone || right.isAlone, { timeout: 5_000 }).toBe(false);
});

it('a process that comes back after its lease was over waits until the others know of it again', async () => {
  const first = aProcess();
  await first.announce();
  let isAway = false;
  const worker = database.connect({ role: 'carillon_worker' });
  const query: typeof worker.query = (statement) =>
    isAway ? Promise.reject(new Error('The way to the database is cut.')) : worker.query(statement);
  const second = new LiveProcesses({ ...worker, query }, createLog({ level: 'silent' }), newId());
  started.push(second);
  await second.announce();
  await second.whenKnown();
  isAway = true;
  await expect.poll(() => first.isAlone, { timeout: 10_000 }).toBe(true);
  await expect(second.whenKnown(), 'while it is away').rejects.toThrow('away for a while');
  isAway = false;
  await second.whenKnown();
  expect(first.isAlone, 'who takes itself for alone does not look into the table').toBe(false);
});

it('a process that died is forgotten when its lease is over', async () => {
  await database.db.query(
    sql`insert into lease (name, holder, fence, expires_at)
        values (${`process:${newId()}`}, ${newId()}::uuid, 1, now() - interval '1 second'),
               (${`process:${newId()}`}, ${newId()}::uuid, 1, now() - interval '2 hours')`,
  );
  const survivor = aProcess();
  await survivor.announce();
  expect(survivor.isAlone).toBe(true);
  const rows = await database.db.query(sql`select name from lease where name like 'process:%'`);
  expect(rows).toHaveLength(2);
});
