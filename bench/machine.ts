import { cpus, loadavg, release, totalmem, type } from 'node:os';
import type pg from 'pg';

export interface Machine {
  processors: string;
  memoryGigabytes: number;
  system: string;
  node: string;
  postgres: string;
  /** The median time of a commit of one row from one connection, in milliseconds: mostly the disk's. */
  commitMs: number;
}

export async function describeMachine(db: pg.Pool): Promise<Machine> {
  const all = cpus();
  const { rows } = await db.query<{ server_version: string }>('show server_version');
  return {
    processors: `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}`,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    postgres: rows[0]?.server_version ?? '',
    commitMs: await timeCommits(db),
  };
}

async function timeCommits(db: pg.Pool): Promise<number> {
  const client = await db.connect();
  try {
    await client.query('create table bench_commit (n integer)');
    const times: number[] = [];
    for (let n = 0; n < 201; n += 1) {
      const startedAt = performance.now();
      await client.query({ name: 'bench-commit', text: 'insert into bench_commit values ($1)', values: [n] });
      times.push(performance.now() - startedAt);
    }
    await client.query('drop table bench_commit');
    return times.sort((a, b) => a - b)[100] ?? Number.NaN;
  } finally {
    client.release();
  }
}

/** The load of the last minute: on a machine with other work, figures of time are too low and ratios are rough. */
export function loadAverage(): number {
  return loadavg()[0] ?? Number.NaN;
}
