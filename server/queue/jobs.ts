import { Logger, type Runner, run, runMigrations, type TaskList } from 'graphile-worker';
import { type Database, type Queryable, sql } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';

/** A kind of background work: what its payload looks like, and what to do. A job that throws is tried again later. */
export interface JobKind<Payload> {
  name: string;
  /** Gives the payload, or throws when it is not one of this kind. */
  read(payload: unknown): Payload;
  run(payload: Payload, attempt: { no: number; max: number }): Promise<void>;
}

const schema = 'graphile_worker';

/**
 * Makes the tables of the job queue, and the one function by which the machinery adds jobs: it runs with the rights of the
 * owner, so that the worker's role needs none on the queue's tables. Call it as the owner, at every start.
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
