import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect, sql } from '#server/platform/database.ts';
import { runLoad } from '#e2e/faults/load.ts';
import { healAndCheck, type Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import { World } from '#e2e/faults/world.ts';

const run = promisify(execFile);
const mixed = { purposes: ['transactional' as const, 'marketing' as const], writeBackShare: 0.2 };

/** A small file system of its own. Mounting needs root; without it the scenario says so instead of passing. */
async function withSmallDisk(megabytes: number, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-disk-'));
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder]);
  try {
    await work(folder);
  } finally {
    await run('umount', [folder]).catch(() => run('umount', ['-l', folder]));
    await rmdir(folder);
  }
}

/** Fills a file system to the last block. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) await file.write(block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}

export const disks: Scenario[] = [
  {
    id: 'F14',
    guarantee:
      'a database whose disk is full makes the server refuse, and has everything that was answered when there is room',
    isLong: true,
    isApart: true,
    run: (run) =>
      withSmallDisk(260, async (folder) => {
        const { random, note, size } = run;
        await chmod(folder, 0o755);
        await using world = await World.start({
          postgresFolder: folder,
          postgresSettings: { max_wal_size: '48MB', min_wal_size: '32MB', shared_buffers: '16MB' },
        });
        const people = await world.people(8);
        const ballast = join(folder, 'ballast');
        const load = runLoad(world, {
          seed: random.below(1_000_000),
          people,
          messages: 300 * size,
          pauseMs: 50,
          patienceMs: 180_000,
          ...mixed,
        });
        await until('messages reach the provider', async () => (await world.sandbox.ledger()).length > 20);
        await using superuser = connect({ url: world.postgres.superuserUrl, maxConnections: 1 });
        note('the disk is full');
        await fill(ballast);
        await until(
          'requests are refused',
          async () => {
            // What PostgreSQL has set aside for its log lasts for a while: a load that is over before would fill nothing.
            await superuser.query(sql`select pg_switch_wal()`).catch(() => undefined);
            return world.ledger.read().filter(({ status }) => status === 503).length > 20;
          },
          120_000,
        );
        const ready = async () => {
          const { status, body } = await fetch(`${world.address()}/health/ready`);
          await body?.cancel();
          return status;
        };
        // The disk of the server itself has room.
        await until('the server says that it is not ready', async () => (await ready()) === 503);
        note('there is room again');
        await rm(ballast);
        await until('it is ready again', async () => (await ready()) === 200, 60_000);
        const { unanswered, statuses } = await load;
        note(`answers: ${JSON.stringify(statuses)}`);
        assert.equal(unanswered, 0);
        assert.equal(statuses[500] ?? 0, 0, 'the API answered 500');
        await healAndCheck({ ...run, world });
      }),
  },
  {
    id: 'F54',
    guarantee: 'a full disk for media stops no message, and the file is fetched when there is room',
    isLong: true,
    run: ({ world, random, size }) =>
      withSmallDisk(2, async (folder) => {
        await fill(join(folder, 'ballast'));
        await world.restartServer({ env: { CARILLON_MEDIA: join(folder, 'media') } });
        const people = await world.people(6);
        const [sender = ''] = people;
        const upload = await fetch(`${world.sandbox.address}/_sandbox/people/${sender}/media?filename=photo.png`, {
          method: 'POST',
          headers: { 'content-type': 'image/png' },
          body: Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(300_000)]),
        });
        const { id } = (await upload.json()) as { id: string };
        await world.sandbox.call('POST', `/people/${sender}/messages`, { type: 'image', image: { id } });
        const load = await runLoad(world, { seed: random.below(1_000_000), people, messages: 60 * size, ...mixed });
        assert.equal(load.unanswered, 0);
        const states = () =>
          world.owner.query<{ state: string; error: string | null }>(
            sql`select state, error from media where attempts > 0`,
          );
        await until(
          'the failure is on record',
          async () => (await states()).some(({ error }) => error !== null),
          60_000,
        );
        await rm(join(folder, 'ballast'));
        await until(
          'the file is fetched',
          async () => (await states()).every(({ state }) => state === 'stored'),
          180_000,
        );
        await world.restartServer();
      }),
  },
];
