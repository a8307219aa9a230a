import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as openSocket } from 'node:net';
import { sql } from '#server/platform/database.ts';
import { runLoad, sendOne } from '#e2e/faults/load.ts';
import type { Run, Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

const mixed = { purposes: ['transactional' as const, 'marketing' as const], writeBackShare: 0.2 };

/** Load while the provider's webhooks are told in a wrong way. Waiting for the end is the runner's. */
async function toldWrongly(run: Run, ...actions: ({ kind: string } & Record<string, unknown>)[]): Promise<void> {
  const { world } = run;
  const people = await world.people(10);
  await world.sandbox.faults(
    ...actions.map((action) => ({ match: { probability: 0.4, seed: run.random.below(1_000) }, action })),
  );
  const load = await runLoad(world, { seed: run.random.below(1_000_000), people, messages: 80 * run.size, ...mixed });
  assert.equal(load.unanswered, 0);
}

function inboundText(world: World, from: string, wamid: string, timestamp: number, body = 'hello'): unknown {
  return {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: world.credentials.waba_id,
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: world.credentials.phone_number_id },
              contacts: [{ profile: { name: 'Ada' }, wa_id: from }],
              messages: [
                {
                  from,
                  id: wamid,
                  timestamp: String(timestamp),
                  type: 'text',
                  text: { body: `${world.canary} ${body}` },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}

/** Posts a body as the provider would, or wrongly. Gives the HTTP status. */
async function post(world: World, body: string, signature?: string | null): Promise<number> {
  const right = `sha256=${createHmac('sha256', world.credentials.app_secret).update(body).digest('hex')}`;
  const response = await fetch(world.webhookAddress(), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(signature === null ? {} : { 'x-hub-signature-256': signature ?? right }),
    },
    body,
    signal: AbortSignal.timeout(20_000),
  });
  await response.text();
  return response.status;
}

async function countMessages(world: World, wamids: string[]): Promise<number> {
  const [row] = await world.owner.query<{ count: number }>(
    sql`select count(*)::int as count from message where direction = 'inbound' and provider_message_id = any(${wamids}::text[])`,
  );
  return row?.count ?? 0;
}

async function countRaw(world: World): Promise<number> {
  const [row] = await world.owner.query<{ count: number }>(sql`select count(*)::int as count from raw_webhook`);
  return row?.count ?? 0;
}

function newWamid(): string {
  return `wamid.${randomBytes(20).toString('base64')}`;
}

export const webhooks: Scenario[] = [
  {
    id: 'F39',
    guarantee: 'a storm of webhooks loses none that was answered 200, and sending goes on in it',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(6);
      const count = 2_000 * run.size;
      await world.sandbox.set({ webhook_batch: 5, webhook_concurrency: 32 });
      const before = await world.owner.query<{ count: number }>(
        sql`select count(*)::int as count from message where direction = 'inbound'`,
      );
      await world.sandbox.call('POST', '/storm', { count, people: 50 });
      const load = await runLoad(world, {
        seed: run.random.below(1_000_000),
        people,
        messages: 40,
        ...mixed,
        writeBackShare: 0,
      });
      assert.equal(load.unanswered, 0);
      await world.sandbox.set({ webhook_batch: 100, webhook_concurrency: 8 });
      return async () => {
        const after = await world.owner.query<{ count: number }>(
          sql`select count(*)::int as count from message where direction = 'inbound'`,
        );
        assert.equal((after[0]?.count ?? 0) - (before[0]?.count ?? 0), count);
      };
    },
  },
  {
    id: 'F40',
    guarantee: 'webhooks that come repeatedly, shuffled and batched anew have the effect of one in order',
    run: (run) =>
      toldWrongly(
        run,
        { kind: 'webhook_doubled', times: 4 },
        { kind: 'webhook_shuffled', window: 20 },
        { kind: 'webhook_rebatched', size: 4 },
      ),
  },
  {
    id: 'F41',
    guarantee: 'a webhook that comes six days late is applied',
    run: async (run) => {
      const { world } = run;
      const [phone = ''] = await world.people(1);
      const wamid = newWamid();
      const sixDaysAgo = Math.floor(Date.now() / 1000) - 6 * 86_400;
      assert.equal(await post(world, JSON.stringify(inboundText(world, phone.slice(1), wamid, sixDaysAgo))), 200);
      await until('it is there', async () => (await countMessages(world, [wamid])) === 1);
      // And its time is the provider's: it does not open a window that closed five days ago.
      const [row] = await world.owner.query<{ at: string }>(
        sql`select extract(epoch from provider_at)::bigint::text as at from message where provider_message_id = ${wamid}`,
      );
      assert.equal(row?.at, String(sixDaysAgo));
    },
  },
  {
    id: 'F43',
    guarantee: 'a receipt for a message that we never sent is kept and disturbs nothing',
    run: async (run) => {
      await toldWrongly(run, { kind: 'webhook_unknown_wamid' });
      return (facts) => assert.ok(facts.orphans.length > 0, 'no receipt without a message is kept');
    },
  },
  {
    id: 'F44',
    guarantee: 'a poisonous element among a thousand is put aside, and the others take effect',
    run: async (run) => {
      const { world } = run;
      const [phone = ''] = await world.people(1);
      const wamids = Array.from({ length: 999 }, newWamid);
      const now = Math.floor(Date.now() / 1000);
      const body = inboundText(world, phone.slice(1), wamids[0] ?? '', now) as {
        entry: { changes: { value: { messages: unknown[] } }[] }[];
      };
      const value = body.entry[0]?.changes[0]?.value;
      const [first] = value?.messages ?? [];
      value?.messages.push(...wamids.slice(1).map((id) => ({ ...(first as object), id })));
      value?.messages.splice(500, 0, { from: null, id: {}, timestamp: [], type: 7 });
      assert.equal(await post(world, JSON.stringify(body)), 200);
      await until('the others are there', async () => (await countMessages(world, wamids)) === 999);
      await toldWrongly(run, { kind: 'webhook_poison' });
      return (facts) => assert.ok(facts.notices.some(({ kind }) => kind === 'unknown' || kind === 'quarantined'));
    },
  },
  {
    id: 'F45',
    guarantee: 'what belongs to a number that is not ours is kept apart, and the rest of its webhook takes effect',
    run: async (run) => {
      await toldWrongly(run, { kind: 'webhook_foreign_number' });
      return (facts) =>
        assert.ok(
          facts.notices.some(({ kind }) => kind === 'unrouted'),
          'nothing was kept apart',
        );
    },
  },
  {
    id: 'F46',
    guarantee: 'forged, unsigned, cut and replayed webhooks change nothing',
    run: async (run) => {
      const { world } = run;
      const [phone = ''] = await world.people(1);
      const wamid = newWamid();
      const body = JSON.stringify(inboundText(world, phone.slice(1), wamid, Math.floor(Date.now() / 1000)));
      const before = await countRaw(world);
      const hex = createHmac('sha256', world.credentials.app_secret).update(body).digest('hex');
      const forged = [
        null,
        '',
        'sha256=',
        `sha256=${'0'.repeat(64)}`,
        `sha256=${hex.slice(1)}`,
        `sha256=${hex}0`,
        `sha1=${hex}`,
        hex,
      ];
      for (const signature of forged) assert.equal(await post(world, body, signature), 401, String(signature));
      assert.equal(await post(world, `${body} `, `sha256=${hex}`), 401);
      assert.equal(await post(world, body.slice(0, -20), `sha256=${hex}`), 401);
      assert.equal(await countRaw(world), before, 'a forged webhook is stored');
      for (let replay = 0; replay < 3; replay += 1) assert.equal(await post(world, body), 200);
      await until('it is there', async () => (await countMessages(world, [wamid])) > 0);
      await toldWrongly(
        run,
        { kind: 'webhook_wrong_signature' },
        { kind: 'webhook_unsigned' },
        { kind: 'webhook_truncated' },
      );
      assert.equal(await countMessages(world, [wamid]), 1);
    },
  },
  {
    id: 'F47',
    guarantee: 'slow bodies and idle connections keep nobody else from being served',
    run: async (run) => {
      const { world } = run;
      const port = Number(new URL(world.address()).port);
      const baseline = await world.server().resources();
      const sockets = await Promise.all(
        Array.from({ length: 300 }, async (_, index) => {
          const socket = openSocket(port, '127.0.0.1');
          socket.on('error', () => undefined);
          await once(socket, 'connect');
          if (index % 2 === 0)
            socket.write(
              'POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{',
            );
          return socket;
        }),
      );
      const people = await world.people(5);
      const load = await runLoad(world, {
        seed: run.random.below(1_000_000),
        people,
        messages: 40 * run.size,
        ...mixed,
      });
      assert.equal(load.unanswered, 0);
      assert.ok(await sendOne(world, { to: people[0] ?? '', name: `slow-${run.random.below(1_000_000)}` }));
      for (const socket of sockets) socket.destroy();
      await until('I14: the descriptors are given back', async () => {
        return (await world.server().resources()).descriptors < baseline.descriptors * 1.1 + 90;
      });
    },
  },
];
