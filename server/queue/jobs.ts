import { Logger, type Runner, run, runMigrations, type TaskList } from 'graphile-worker';
import { type Database, type Queryable, sql } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';
import { Chore } from './chore.ts';

/** A kind of background work: what its payload looks like, and what to do. A job that throws is tried again later. */
export interface JobKind<Payload> {
  name: string;
  /** Gives the payload, or throws when it is not one of this kind. */
  read(payload: unknown): Payload;
  run(payload: Payload, attempt: { no: number; max: number }): Promise<void>;
}

const schema = 'graphile_worker';
/** Longer than any job takes: the longest is a file that may trickle in for five minutes, and is scanned then. */
const longestJobMinutes = 15;

/**
 * Makes the tables of the job queue, and the functions by which the machinery adds jobs and takes them back: they run with
 * the rights of the owner, so that the worker's role needs none on the queue's tables. Call it as the owner, at every start.
 */
export async function prepareJobs(url: string, owner: Database, log: Log): Promise<void> {
  await runMigrations({ connectionString: url, schema, logger: loggerTo(log) });
  await owner.query(
    sql`create or replace function add_background_job(task text, payload json, key text, max_attempts integer) returns void
        language sql security definer set search_path = pg_catalog, graphile_worker as $$
          select graphile_worker.add_job(task, payload, job_key => key, max_attempts => max_attempts, job_key_mode => 'preserve_run_at');
        $$`,
  );
  await owner.query(sql`revoke all on function add_background_job(text, json, text, integer) from public`);
  await owner.query(sql`grant execute on function add_background_job(text, json, text, integer) to carillon_worker`);
  await owner.query(
    sql`create or replace function release_background_jobs(older_than interval) returns integer
        language sql security definer set search_path = pg_catalog, graphile_worker as $$
          with stuck as materialized (
            select array_agg(distinct locked_by) as workers, count(*)::integer as jobs
            from graphile_worker.jobs where locked_at < now() - older_than
          ), released as materialized (
            select graphile_worker.force_unlock_workers(workers) from stuck where jobs > 0
          )
          select jobs from stuck left join released on true;
        $$`,
  );
  await owner.query(sql`revoke all on function release_background_jobs(interval) from public`);
  await owner.query(sql`grant execute on function release_background_jobs(interval) to carillon_worker`);
}

/** Adds a job in the caller's transaction. A second one with the same key, while the first waits, changes nothing. */
export async function addJob(
  db: Queryable,
  job: { name: string; payload: unknown; key: string; maxAttempts: number },
): Promise<void> {
  await db.query(
    sql`select add_background_job(${job.name}, ${JSON.stringify(job.payload)}::json, ${job.key}, ${job.maxAttempts}::integer)`,
  );
}

/** Takes back what a process that died had in its hands; by itself the queue does that after four hours. Gives how many. */
export async function releaseStuckJobs(db: Queryable): Promise<number> {
  const [row] = await db.query<{ jobs: number }>(
    sql`select release_background_jobs(make_interval(mins => ${longestJobMinutes}::integer)) as jobs`,
  );
  return row?.jobs ?? 0;
}

/** Looks for such jobs again and again, in one process at a time. */
export function stuckJobsChore(deps: { db: Database; log: Log; instanceId: string }): Chore {
  const run = async () => {
    const released = await releaseStuckJobs(deps.db);
    if (released > 0) deps.log.warn({ part: 'jobs', jobs: released }, 'jobs of a process that died were taken back');
  };
  return new Chore({ ...deps, name: 'chore:jobs', everyMs: 60_000, run });
}

/** Runs jobs of the given kinds until it is stopped; a stop lets those under way finish. */
export async function startJobs(
  url: string,
  log: Log,
  kinds: JobKind<unknown>[],
): Promise<{ stop: () => Promise<void> }> {
  const taskList: TaskList = {};
  for (const kind of kinds) {
    taskList[kind.name] = async (payload, helpers) => {
      await kind.run(kind.read(payload), { no: helpers.job.attempts, max: helpers.job.max_attempts });
    };
  }
  const runner: Runner = await run({
    connectionString: url,
    schema,
    concurrency: 4,
    pollInterval: 1_000,
    noHandleSignals: true,
    maxPoolSize: 4,
    taskList,
    logger: loggerTo(log),
  });
  return { stop: () => runner.stop() };
}

// Its messages name jobs and tasks, never payloads; failures of jobs are kept by the features that own them.
function loggerTo(log: Log): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error') log.warn({ part: 'jobs' }, message);
    else log.debug({ part: 'jobs' }, message);
  });
}
