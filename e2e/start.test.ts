import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { askApi } from './calls.ts';
import { newDataFolder, type RunningCarillon, startCarillon } from './carillon.ts';
import { aMessage } from './under-test.ts';

// What somebody does on the first day: start, send, be the customer, end it, start again, and pull the plug.

const ada = '+15550001111';
let dataFolder: string;
let carillon: RunningCarillon;
const known: string[] = [];

beforeAll(async () => {
  dataFolder = await newDataFolder();
  carillon = await startCarillon({ dataFolder });
});
afterAll(async () => {
  await carillon?.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

interface Shown {
  id: string;
  status: string;
  direction: string;
  data: Shown[];
}

const call = (method: string, path: string, body?: unknown) => askApi(carillon, method, path, body) as Promise<Shown>;

/** Sends a template to Ada and waits until it is on her phone. */
async function sendAndSee(): Promise<void> {
  const { id } = await call('POST', '/v1/messages', aMessage({ to: ada }));
  await vi.waitFor(async () => expect(await call('GET', `/v1/messages/${id}`)).toMatchObject({ status: 'delivered' }), {
    timeout: 30_000,
    interval: 100,
  });
  known.push(id);
}

async function everythingIsThere(): Promise<void> {
  const { data } = await call('GET', '/v1/messages?limit=100');
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(known));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function databasePid(): Promise<number> {
  const text = await readFile(`${dataFolder}/postgres/server/cluster/postmaster.pid`, 'utf8');
  return Number(text.split('\n')[0]);
}

it('a message reaches the phone, and the answer comes back and is marked as read', async () => {
  await sendAndSee();
  const said = await fetch(`${carillon.sandbox}/_sandbox/people/${ada}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'text', text: { body: 'Where is my order?' } }),
  });
  expect(said.status).toBe(200);
  const [answer] = await vi.waitFor(
    async () => {
      const { data } = await call('GET', '/v1/messages?direction=inbound');
      expect(data).toHaveLength(1);
      return data;
    },
    { timeout: 20_000, interval: 100 },
  );
  known.push(answer?.id ?? '');
  await call('POST', `/v1/messages/${answer?.id}/read`, { typing: true });
  const ledger = (await (await fetch(`${carillon.sandbox}/_sandbox/ledger?limit=1000`)).json()) as {
    data: { type: string; outcome: string }[];
  };
  expect(ledger.data.at(-1)).toMatchObject({ type: 'read', outcome: 'accepted' });
});

it('a second server on the same data is refused in words, and the first goes on', async () => {
  await expect(startCarillon({ dataFolder })).rejects.toThrow(
    /Another Carillon is running with the data in .*CARILLON_DATA/,
  );
  await sendAndSee();
});

it('Ctrl-C ends everything, the database too, and a second start has all data', async () => {
  const database = await databasePid();
  carillon.child.kill('SIGINT');
  const [code] = (await once(carillon.child, 'exit')) as [number | null];
  expect(code).toBe(0);
  expect(isRunning(database)).toBe(false);
  carillon = await startCarillon({ dataFolder });
  await everythingIsThere();
  await sendAndSee();
});

it('after a kill the next start takes over what was left running, and has all data', async () => {
  const database = await databasePid();
  await carillon.kill();
  expect(isRunning(database)).toBe(true);
  carillon = await startCarillon({ dataFolder });
  expect(await databasePid()).toBe(database);
  await everythingIsThere();
  await sendAndSee();
});

it('after a kill of everything at once the next start recovers by itself', async () => {
  const database = await databasePid();
  process.kill(database, 'SIGKILL');
  await carillon.kill();
  carillon = await startCarillon({ dataFolder });
  expect(await databasePid()).not.toBe(database);
  await everythingIsThere();
  await sendAndSee();
});
