import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connect, sql } from '#server/platform/database.ts';
import { drain, letUnknownEnd } from '#e2e/faults/drain.ts';
import { gatherFacts } from '#e2e/faults/facts.ts';
import { oneReceiptPerAttempt, oneReceiptPerMessage } from '#e2e/faults/invariants.ts';
import { runLoad } from '#e2e/faults/load.ts';
import { record, type Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import { World } from '#e2e/faults/world.ts';

const execute = promisify(execFile);
const moment = 'before_the_lost_minutes';

/** Puts the copy in place of the cluster, to be brought forward from the archive to the moment and no further. */
async function takeBack(cluster: string, copy: string, archive: string): Promise<void> {
  await rm(cluster, { recursive: true });
  await execute('cp', ['-a', copy, cluster]);
  await appendFile(
    join(cluster, 'postgresql.auto.conf'),
    [
      `restore_command = 'cp ${archive}/%f %p'`,
      `recovery_target_name = '${moment}'`,
      `recovery_target_action = 'promote'`,
      // Nobody gets in before it is there.
      `hot_standby = off`,
      '',
    ].join('\n'),
  );
  await writeFile(join(cluster, 'recovery.signal'), '');
}

/** Names the present moment, to which the database can be taken back. */
async function nameTheMoment(world: World): Promise<void> {
  await using superuser = connect({ url: world.postgres.superuserUrl, maxConnections: 1 });
  await superuser.query(sql`select pg_create_restore_point(${moment})`);
}

/** Resolves when everything that was written so far can be had from the archive. */
async function archived(world: World): Promise<void> {
  await using superuser = connect({ url: world.postgres.superuserUrl, maxConnections: 1 });
  const [last] = await superuser.query<{ file: string }>(sql`select pg_walfile_name(pg_switch_wal()) as file`);
  await until('the log of the database is archived', async () => {
    const [row] = await superuser.query<{ isThere: boolean }>(
      sql`select coalesce(last_archived_wal >= ${last?.file}, false) as "isThere" from pg_stat_archiver`,
    );
    return row?.isThere === true;
  });
}

export const restore: Scenario[] = [
  {
    id: 'F21',
    guarantee: 'a database that is taken back in time makes everything wait for a person, and nothing goes out twice',
    isLong: true,
    isApart: true,
    run: async (run) => {
      const { random, note, size } = run;
      const archive = await mkdtemp(join(tmpdir(), 'carillon-archive-'));
      await chmod(archive, 0o777);
      try {
        await using world = await World.start({
          postgresSettings: { archive_mode: 'on', archive_command: `cp %p ${archive}/%f` },
        });
        const people = await world.people(6);
        const load = async (messages: number) => {
          const seed = random.below(1_000_000);
          const { unanswered } = await runLoad(world, { seed, people, messages: messages * size, clients: 4 });
          assert.equal(unanswered, 0);
        };
        const sender = `/v1/senders/${world.senders[0]?.id}`;
        const copy = join(archive, 'base');
        note('a copy of the database');
        await world.replaceDatabase(async (cluster) => void (await execute('cp', ['-a', cluster, copy])));
        await load(20);
        await world.api('POST', `${sender}/pause`, { reason: 'So that something waits' });
        await load(20);
        note('the moment');
        const [waiting] = await world.owner.query<{ count: number }>(sql`select count(*)::int as count from outbox`);
        assert.ok((waiting?.count ?? 0) > 0, 'nothing waits');
        await nameTheMoment(world);
        await world.api('POST', `${sender}/resume`, {});
        await load(20);
        await drain(world);
        await archived(world);
        const handedOver = (await world.sandbox.ledger()).length;

        note('back to the moment');
        await world.server().terminate();
        await world.replaceDatabase((cluster) => takeBack(cluster, copy, archive));
        await world.expireLeases();
        await world.startServer();
        const connection = await world.api<{ status: string }>('GET', `/v1/connections/${world.connectionId}`);
        assert.equal(connection.status, 'paused');
        const [doubted] = await world.owner.query<{ count: number }>(
          sql`select count(*)::int as count from outbox where state = 'unknown'`,
        );
        assert.equal(doubted?.count, waiting?.count, 'what waited is not in doubt');
        // Longer than a sender needs to be taken over and read.
        await sleep(5_000);
        assert.equal((await world.sandbox.ledger()).length, handedOver, 'something was sent before a person looked');

        note('a person lets it go on');
        await world.api('POST', `/v1/connections/${world.connectionId}/resume`, {});
        // It was paused at the moment.
        await world.api('POST', `${sender}/resume`, {});
        await load(10);
        await drain(world);
        await letUnknownEnd(world);
        await drain(world);
        const facts = await gatherFacts(world);
        assert.ok(facts.receipts.length > handedOver, 'nothing was sent after it went on');
        const violations = [...oneReceiptPerAttempt(facts), ...oneReceiptPerMessage(facts)];
        record({ ...run, world }, facts, { spoilt: 0, recoverySeconds: null, violations });
        assert.deepEqual(violations, []);
      } finally {
        await rm(archive, { recursive: true, force: true });
      }
    },
  },
];
