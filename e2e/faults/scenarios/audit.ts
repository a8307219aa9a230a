import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditEntry, findTampering } from '#server/accounts/audit-chain.ts';
import { sql } from '#server/platform/database.ts';
import { runLoad } from '#e2e/faults/load.ts';
import type { Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

type KeptEntry = AuditEntry & { hash: Buffer };

const writers = 50;

/** Makes an API key, again and again under one Idempotency-Key until the answer settles it, as a careful client does. Gives
 *  whether it is made. */
async function makeKey(world: World, name: string): Promise<boolean> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const code = await askForKey(world, name).catch(() => 'no answer');
    // Made before, and its secret, which is told once, went with the first answer.
    if (code === 'made' || code === 'answer_not_kept') return true;
    if (performance.now() > deadline) return false;
    await sleep(200);
  }
}

async function askForKey(world: World, name: string): Promise<string> {
  const response = await fetch(`${world.address()}/v1/api-keys`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${world.apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': `key-${name}`,
    },
    body: JSON.stringify({ name, scopes: ['messages:read'] }),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = (await response.json()) as { code?: string };
  return response.status === 201 ? 'made' : (answer.code ?? '');
}

async function chainOf(world: World): Promise<KeptEntry[]> {
  return world.owner.query<KeptEntry>(
    sql`select workspace_id as "workspaceId", seq, at, actor, action, subject, details, previous_hash as "previousHash", hash
        from audit_entry order by workspace_id, seq`,
  );
}

export const audit: Scenario[] = [
  {
    id: 'F66',
    isLong: true,
    guarantee: 'fifty writers at once and a killed server leave one whole chain, with one entry for each change',
    run: async (run) => {
      const { world } = run;
      const prefix = `audit-${run.random.below(1_000_000)}-`;
      const rounds = 2 * run.size;
      const server = world.server();
      const work = Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          const answers: boolean[] = [];
          for (let round = 0; round < rounds; round += 1)
            answers.push(await makeKey(world, `${prefix}${writer}-${round}`));
          return answers;
        }),
      );
      const made = async () =>
        world.owner.query<{ id: string; name: string }>(
          sql`select id, name from api_key where name like ${`${prefix}%`}`,
        );
      await until('half of the keys are there', async () => (await made()).length >= writers);
      await server.kill();
      await world.expireLeases();
      await world.startServer();
      // A minute passes, after which the keys that the dead server had under way are free.
      await world.owner.query(
        sql`update idempotency_key set created_at = created_at - interval '2 minutes' where reservation is not null`,
      );
      assert.ok((await work).flat().every(Boolean), 'some never got an answer that settles it');
      await runLoad(world, { seed: run.random.below(1_000_000), people: await world.people(4), messages: 20 });
      const keys = await made();
      const chain = await chainOf(world);
      for (const own of Map.groupBy(chain, ({ workspaceId }) => workspaceId).values())
        assert.equal(findTampering(own), undefined, 'I12: the chain of the audit is broken');
      // A key whose answer died with the server is made a second time at most, and the audit knows of either.
      const audited = chain.filter(
        ({ action, details }) => action === 'api_key.create' && String(details['name']).startsWith(prefix),
      );
      assert.deepEqual(
        audited.map(({ subject }) => subject).toSorted(),
        keys.map(({ id }) => `api_key:${id}`).toSorted(),
        'I12: the audit and what was changed differ',
      );
      assert.equal(
        new Set(keys.map(({ name }) => name)).size,
        writers * rounds,
        'a change that was answered is not there',
      );
      run.note(`${keys.length} keys by ${writers * rounds} requests, ${chain.length} entries`);
    },
  },
];
