import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { foreignCertificate, testKey } from '#server/channels/provider-http-tls.fixture.ts';
import { sql } from '#server/platform/database.ts';
import { runLoad } from '#e2e/faults/load.ts';
import type { Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import type { World } from '#e2e/faults/world.ts';

interface Unreachable {
  connectionId: string;
  senderId: string;
  /** What each attempt has to say. */
  reason: RegExp;
}

/** A connection whose provider cannot be reached, added although its check fails. */
async function connectTo(world: World, baseUrl: string, number: string, reason: RegExp): Promise<Unreachable> {
  const added = await world.api<{ id: string; sender_id: string }>('POST', '/v1/connections', {
    provider: 'whatsapp-cloud',
    base_url: baseUrl,
    business_account_id: number,
    access_token: 'token-of-nobody',
    app_secret: 'a'.repeat(32),
    verify_token: 'verify-token-of-nobody',
    phone_number_id: number,
    force: true,
  });
  return { connectionId: added.id, senderId: added.sender_id, reason };
}

async function send(world: World, senderId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const { id } = await world.api<{ id: string }>('POST', '/v1/messages', {
      to: `+1555900${String(n).padStart(4, '0')}`,
      sender_id: senderId,
      purpose: 'transactional',
      content: { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } },
    });
    ids.push(id);
  }
  return ids;
}

/** Every attempt at these messages, once each message had one. */
async function attemptsAt(world: World, ids: string[]): Promise<{ outcome: string; reason: string | null }[]> {
  return until('each message was tried', async () => {
    const rows = await world.owner.query<{ messageId: string; outcome: string; reason: string | null }>(
      sql`select message_id as "messageId", outcome, reason from attempt where message_id = any(${ids}::uuid[])`,
    );
    return new Set(rows.map(({ messageId }) => messageId)).size === ids.length && rows;
  });
}

/** A message that is tried at this very moment waits again as soon as the connection has failed. */
async function takeBack(world: World, id: string): Promise<void> {
  const path = `/v1/messages/${id}`;
  await until('the message waits and is taken back', async () => {
    const { status } = await world.api<{ status: string }>('GET', path);
    if (status === 'dispatching') return false;
    assert.equal(status, 'queued');
    return world.api('POST', `${path}/cancel`).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Error && error.message.includes(': 409 ')) return false;
        throw error;
      },
    );
  });
}

export const unreachable: Scenario[] = [
  {
    id: 'F33',
    guarantee: 'a name that does not resolve and a certificate of somebody else cost no message and reach nobody else',
    run: async ({ world, random, size }) => {
      let requests = 0;
      const impostor = createServer({ key: testKey, cert: foreignCertificate }, (_request, answer) => {
        requests += 1;
        answer.end('{}');
      });
      await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = impostor.address() as AddressInfo;
        const ours = [world.providerProxy.port, port].map((each) => `127.0.0.1:${each}`);
        const targets = [...ours, 'provider.invalid:443'].join(',');
        await world.restartServer({ env: { CARILLON_ALLOWED_TARGETS: targets } });
        const all = [
          await connectTo(world, `https://127.0.0.1:${port}`, '990000000000001', /certificate/),
          await connectTo(world, 'https://provider.invalid', '990000000000002', /cannot be resolved/),
        ];
        const waiting = new Map<Unreachable, string[]>();
        for (const one of all) waiting.set(one, await send(world, one.senderId, 3));
        // Whoever can be reached is reached meanwhile.
        const people = await world.people(6);
        const seed = random.below(1_000_000);
        const load = await runLoad(world, { seed, people, messages: 30 * size });
        assert.equal(load.unanswered, 0);
        for (const [{ reason }, ids] of waiting) {
          for (const attempt of await attemptsAt(world, ids)) {
            assert.equal(attempt.outcome, 'not_written');
            assert.match(attempt.reason ?? '', reason);
          }
          for (const id of ids) await takeBack(world, id);
        }
        assert.equal(requests, 0, 'something was written to somebody who is not the provider');
        for (const { connectionId } of all) await world.api('DELETE', `/v1/connections/${connectionId}`);
        await world.restartServer();
      } finally {
        impostor.closeAllConnections();
        impostor.close();
      }
    },
  },
];
