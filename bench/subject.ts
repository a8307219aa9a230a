import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Pool } from 'undici';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/platform/embedded-postgres.ts';
import { machineMs, poll } from './clock.ts';
import { apiVersion, businessAccountId, messageRequest, phoneNumberId } from './samples.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const apiKey = 'bench-key-0123456789abcdef0123456789';
export const appSecret = '0123456789abcdef0123456789abcdef';

/** The real server in a process of its own, on its embedded PostgreSQL with its usual settings, connected to the sink. */
export interface Subject extends AsyncDisposable {
  origin: string;
  apiKey: string;
  webhookPath: string;
  pid: number;
  postgres: EmbeddedPostgres;
  /** As the superuser, for what is measured about the database and for filling it. */
  db: pg.Pool;
  pauseSender(): Promise<void>;
  resumeSender(): Promise<void>;
  /** Accepts messages 1,000 at a time through the API. */
  acceptBatches(count: number, contacts: number, purpose: 'transactional' | 'marketing'): Promise<void>;
  /** Resolves when no message waits for being sent or stored; gives the instant of the question that found so. */
  settled(limitMs: number): Promise<number>;
  /** Resolves when every webhook has taken effect; gives the instant likewise. */
  applied(limitMs: number): Promise<number>;
  /** How many of the newest `count` messages have come at least as far as `rank` (1 accepted … 4 read). */
  countNewest(count: number, rank: number): Promise<number>;
  residentMegabytes(): Promise<number>;
  /** Begins or ends a CPU profile, when profiles were asked for. */
  profile(): void;
}

export interface SubjectOptions {
  sinkPort: number;
  /** The head of the files for CPU profiles of the server; null: none. */
  profile: string | null;
  /** Settings of PostgreSQL on top of those that Carillon gives it. */
  settings: Record<string, string | number>;
}

export async function startSubject(options: SubjectOptions): Promise<Subject> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'carillon-bench-'));
  // PostgreSQL does not run as root; its user must be able to enter.
  await chmod(dataFolder, 0o755);
  const stack = new AsyncDisposableStack();
  stack.defer(() => rm(dataFolder, { recursive: true, force: true }));
  try {
    const log = { info: () => undefined, warn: (text: string) => console.warn(text) };
    const postgres = await startEmbeddedPostgres({ dataDirectory: dataFolder, log, settings: options.settings });
    stack.defer(() => postgres.stop());
    const server = await startServer({ ...options, dataFolder, databaseUrl: postgres.url });
    stack.defer(() => server.stop());
    const db = new pg.Pool({ connectionString: postgres.superuserUrl, max: 4, options: '-c enable_seqscan=off' });
    stack.defer(() => db.end());
    const calls = new Pool(server.origin, { connections: 4, allowH2: false });
    stack.defer(() => calls.close());
    const call = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
      const answer = await calls.request({
        method: 'POST',
        path,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${apiKey}`,
          'idempotency-key': crypto.randomUUID(),
        },
        body: JSON.stringify(body),
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 300) throw new Error(`${path}: HTTP ${answer.statusCode} ${text.slice(0, 1000)}`);
      return JSON.parse(text) as Record<string, unknown>;
    };

    const connection = await call('/v1/connections', {
      provider: 'whatsapp-cloud',
      name: 'Sink',
      base_url: `http://127.0.0.1:${options.sinkPort}`,
      api_version: apiVersion,
      business_account_id: businessAccountId,
      access_token: 'bench-access-token',
      app_secret: appSecret,
      verify_token: 'bench-verify-token',
      phone_number_id: phoneNumberId,
      throughput_per_second: 100_000,
      force: true,
    });
    const senderId = String(connection['sender_id']);
    const pause = () => call(`/v1/senders/${senderId}/pause`, { reason: 'Measuring' }).then(() => undefined);
    const resume = () => call(`/v1/senders/${senderId}/resume`, {}).then(() => undefined);
    // The provider's limit of one message in six seconds to one person would be the figure.
    await db.query('update sender set pair_burst = 1000000, pair_seconds = 1');
    await pause();
    await resume();

    // By the key, because a plain scan would read all that has left the table since its last vacuum.
    const emptied = (table: 'outbox' | 'ingress_task', key: string, limitMs: number) =>
      poll(`The table ${table} is empty`, limitMs, 25, async () => {
        const text = `select from ${table} order by workspace_id, ${key} limit 1`;
        return (await db.query({ name: table, text })).rows.length > 0 ? undefined : machineMs();
      });

    const subject: Subject = {
      origin: server.origin,
      apiKey,
      webhookPath: String(connection['webhook_path']),
      pid: server.pid,
      postgres,
      db,
      pauseSender: pause,
      resumeSender: resume,
      acceptBatches: async (count, contacts, purpose) => {
        for (let from = 0; from < count; from += 1_000) {
          const size = Math.min(1_000, count - from);
          const messages = Array.from({ length: size }, (_, n) => messageRequest(from + n, contacts, purpose));
          const { results } = (await call('/v1/messages/batch', { messages })) as {
            results: { id: string | null; status: string }[];
          };
          const refused = results.find(({ status }) => status === 'refused' || status === 'blocked');
          if (refused) throw new Error(`A message was not accepted: ${JSON.stringify(refused)}`);
        }
      },
      settled: (limitMs) => emptied('outbox', 'message_id', limitMs),
      applied: (limitMs) => emptied('ingress_task', 'id', limitMs),
      countNewest: async (count, rank) => {
        const { rows } = await db.query(
          `select count(*)::int as reached from (select workspace_id, id from message order by id desc limit $1) m
           join message_state s on s.workspace_id = m.workspace_id and s.message_id = m.id and s.rank >= $2`,
          [count, rank],
        );
        return (rows[0] as { reached: number }).reached;
      },
      residentMegabytes: () => residentMegabytes(server.pid),
      profile: () => {
        if (options.profile !== null) process.kill(server.pid, 'SIGUSR2');
      },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
    return subject;
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function startServer(options: SubjectOptions & { dataFolder: string; databaseUrl: string }) {
  const args = options.profile === null ? [] : ['--import', join(root, 'bench/profiler.ts')];
  // As `npm start` does.
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=32', '--max-old-space-size=512', ...args, join(root, 'server/main.ts'), 'start'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        CARILLON_PORT: '0',
        CARILLON_SANDBOX_PORT: 'off',
        CARILLON_DATA: options.dataFolder,
        CARILLON_API_KEY: apiKey,
        CARILLON_LOG: 'warn',
        CARILLON_ALLOWED_TARGETS: `127.0.0.1:${options.sinkPort}`,
        DATABASE_URL: options.databaseUrl,
        ...(options.profile === null ? {} : { BENCH_PROFILE: options.profile }),
      },
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const origin = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split('\n').find((one) => one.includes('"event":"ready"'));
      if (line !== undefined) resolve((JSON.parse(line) as { api: string }).api);
    });
    void ended.then(() => reject(new Error('The server ended before it was ready.')));
  });
  return {
    origin,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 35_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}
