import { beforeEach, expect, it } from 'vitest';
import { createLog } from '#platform/telemetry.ts';
import { MessagePath } from '#testing/message-path.ts';
import { sql } from '#platform/database.ts';
import { pauseConnection, resumeAfterProvider } from './pauses.ts';
import type { Readiness } from './provider-account.ts';
import { heedReadiness, type ReadinessDeps, watchReadiness } from './readiness.ts';

const { database, path } = await MessagePath.ofFile();
let readiness: Readiness;
let asked: number;
let connection: { connectionId: string; paused: object | null };

const ready = { ready: true, reason: 'The phone is linked.', waiting: 0 };
const away = { ready: false, reason: 'The phone is away.', waiting: 3 };
const provider = { workspaceId: path.workspaceId, provider: 'ultramsg', attemptedAt: null };

/** The directory as a process has it, which learns of pauses when it is refreshed. */
const directory = {
  connections: () => [connection],
  connectionById: () => connection,
  refresh: async () => {
    const { reason } = await pause();
    connection.paused = reason === null ? null : { reason };
  },
};
// Of a connection and its calls only what is looked at here.
const deps = {
  db: path.worker,
  log: createLog({ level: 'silent' }),
  instanceId: crypto.randomUUID(),
  calls: {},
  directory,
} as unknown as ReadinessDeps;

beforeEach(async () => {
  asked = 0;
  readiness = ready;
  connection = {
    connectionId: path.connectionId,
    paused: null,
    workspaceId: path.workspaceId,
    provider: { name: 'ultramsg' },
    senders: [path.account],
    settings: {},
    secrets: {},
    account: {
      readReadiness: () => {
        asked += 1;
        return Promise.resolve(readiness);
      },
    },
  } as never;
  await path.worker.transaction((tx) => resumeAfterProvider(tx, provider, path.connectionId));
});

async function pause(): Promise<{ status: string; reason: string | null }> {
  const [row] = await database.db.query<{ status: string; reason: string | null }>(
    sql`select status, case when status = 'paused' then paused_reason end as reason from connection where id = ${path.connectionId}::uuid`,
  );
  return row ?? { status: 'none', reason: null };
}

const heed = () => heedReadiness(deps, path.account);
async function look(): Promise<void> {
  const chore = watchReadiness(deps);
  chore.run();
  await chore.stop();
}

it('whoever finds out that an account cannot send pauses it at once, and goes on with what it asked for', async () => {
  readiness = away;
  expect(await heed()).toEqual(away);
  expect(await pause()).toEqual({ status: 'paused', reason: 'The phone is away.' });
  expect(await heed()).toEqual(away);
});

it('it goes on when it can send again, and is asked for that at each look', async () => {
  readiness = away;
  await look();
  expect((await pause()).status).toBe('paused');
  await look();
  readiness = ready;
  await look();
  expect((await pause()).status).toBe('active');
  expect(asked).toBe(3);
});

it('one that could send a moment ago is asked again only later, unless it was paused meanwhile', async () => {
  const chore = watchReadiness(deps);
  const once = async () => {
    chore.run();
    // The round under way ends, and the next one begins anew.
    await chore.stop();
  };
  await once();
  await once();
  expect(asked).toBe(1);
  readiness = away;
  await heed();
  readiness = ready;
  await once();
  expect(asked).toBe(3);
  expect((await pause()).status).toBe('active');
});

it('a pause of a person stands, whatever the account says', async () => {
  const person = { workspaceId: path.workspaceId, kind: 'api_key', id: crypto.randomUUID() };
  await path.worker.transaction((tx) => pauseConnection(tx, person as never, path.connectionId, 'Being looked at'));
  await directory.refresh();
  await look();
  expect(await pause()).toEqual({ status: 'paused', reason: 'Being looked at' });
});
