import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Child } from './child.ts';
import { machineMs, poll } from './clock.ts';
import { type Bench, connections, contacts, expectClean } from './figures.ts';
import type { LoadResult, MessageLoad } from './load.ts';

const databaseName = 'bench_bullmq';

/** A plain sender on BullMQ with a Redis of its own, and a database on the PostgreSQL that Carillon uses. */
export interface BullmqSender extends AsyncDisposable {
  /** Messages a second, from the first request to the last row that says "sent". */
  measure(bench: Bench, count: number): Promise<number>;
}

/** Undefined when there is no Redis server on this machine. */
export async function startBullmqSender(bench: Bench): Promise<BullmqSender | undefined> {
  const stack = new AsyncDisposableStack();
  const redisPort = await startRedis(stack);
  if (redisPort === undefined) return undefined;
  try {
    await bench.subject.db.query(`create database ${databaseName}`);
    const url = new URL(bench.subject.postgres.superuserUrl);
    url.pathname = `/${databaseName}`;
    const sender = await Child.start('bullmq-sender.ts');
    stack.defer(() => sender.stop());
    const provider = `http://127.0.0.1:${bench.sinkPort}`;
    const origin = await sender.call<string>('start', { redisPort, databaseUrl: url.href, provider });
    const db = new pg.Pool({ connectionString: url.href, max: 1 });
    stack.defer(() => db.end());
    let expected = 0;
    return {
      measure: async ({ load }, count) => {
        const options: MessageLoad = { origin, path: '/messages', apiKey: '', count, offset: 0, contacts, connections };
        const { startedAt } = expectClean(await load.call<LoadResult>('messages', options));
        expected += count;
        const endedAt = await poll('BullMQ has sent everything', 120_000, 25, async () => {
          const { rows } = await db.query<{ sent: number }>(
            `select count(*)::int as sent from message where status = 'sent'`,
          );
          return rows[0]?.sent === expected ? machineMs() : undefined;
        });
        return (count / (endedAt - startedAt)) * 1000;
      },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function startRedis(stack: AsyncDisposableStack): Promise<number | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-bench-redis-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const port = await freePort();
  // The usual durability of such a stack: the log of Redis is synced each second.
  const durability = ['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'];
  const child: ChildProcess = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...durability],
    { stdio: 'ignore' },
  );
  const isThere = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => resolve(true));
  });
  if (!isThere) {
    await stack.disposeAsync();
    return undefined;
  }
  stack.defer(async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  });
  const redis = new Redis({ port, host: '127.0.0.1', lazyConnect: true });
  redis.on('error', () => undefined);
  await poll('Redis answers', 10_000, 50, () =>
    redis.ping().then(
      () => true,
      () => undefined,
    ),
  );
  redis.disconnect();
  return port;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
