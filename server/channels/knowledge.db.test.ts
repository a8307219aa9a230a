import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scopes } from '#accounts/scopes.ts';
import { Vault } from '#accounts/vault.ts';
import { KeyRing } from '#platform/key-ring.ts';
import { CursorCodec } from '#platform/cursor.ts';
import { createHttpServer, type HttpServer } from '#platform/http.ts';
import { OutgoingClient } from '#platform/outgoing.ts';
import { createLog } from '#platform/telemetry.ts';
import { MessagePath } from '#testing/message-path.ts';
import { ConnectionDirectory } from './connection-directory.ts';
import { connectionsRoutes } from './connections-routes.ts';

const { database, path } = await MessagePath.ofFile();
const vault = new Vault(new KeyRing([randomBytes(32)]));
const addressPolicy = { allowed: [] };
const calls = new OutgoingClient(addressPolicy);
const log = createLog({ level: 'silent' });
const directory = new ConnectionDirectory({ db: path.worker, vault, log, addressPolicy, publicUrl: undefined });
let server: HttpServer;
let workspaceId = path.workspaceId;

beforeAll(async () => {
  const authenticate = () => ({ workspaceId, keyId: 'key', scopes: new Set(['*']) });
  server = await createHttpServer({ authenticate, scopes });
  const cursors = new CursorCodec(randomBytes(32));
  connectionsRoutes(server, {
    db: path.request,
    directory,
    cursors,
    vault,
    calls,
    addressPolicy,
    publicUrl: undefined,
  });
  await server.ready();
});
afterAll(async () => {
  await server?.close();
  await calls[Symbol.asyncDispose]();
});

const now = Math.floor(Date.now() / 1000);
const change = (field: string, value: object) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '102', time: now, changes: [{ field, value }] }],
});
const status = (name: string, event: string, more: object = {}) =>
  change('message_template_status_update', {
    event,
    message_template_id: 18,
    message_template_name: name,
    message_template_language: 'en-US',
    message_template_category: 'UTILITY',
    ...more,
  });
const get = async (url: string) => {
  const answer = await server.inject({ method: 'GET', url });
  return {
    status: answer.statusCode,
    body: answer.json() as { data: Record<string, unknown>[]; next_cursor: string | null },
  };
};

it('the templates of a connection are listed with all that was told of them, page by page and by status', async () => {
  await path.deliver(status('a', 'APPROVED'), status('b', 'REJECTED', { reason: 'SCAM' }), status('c', 'APPROVED'));
  const url = `/v1/connections/${path.connectionId}/templates`;
  const { body } = await get(`${url}?status=rejected`);
  expect(body.data).toEqual([
    {
      name: 'b',
      language: 'en_US',
      provider_id: '18',
      status: 'rejected',
      status_reason: 'SCAM',
      status_until: null,
      status_at: Temporal.Instant.fromEpochMilliseconds(now * 1000).toString(),
      quality: null,
      category: 'UTILITY',
      next_category: null,
      next_category_at: null,
    },
  ]);
  const first = await get(`${url}?limit=2`);
  expect(first.body.data.map(({ name }) => name)).toEqual(['a', 'b']);
  const second = await get(`${url}?limit=2&after=${first.body.next_cursor ?? ''}`);
  expect(second.body).toMatchObject({ data: [{ name: 'c' }], next_cursor: null });
});

it('a sender shows what was told of its number and its account', async () => {
  await path.deliver(
    change('phone_number_quality_update', { display_phone_number: '1555', event: 'FLAGGED', current_limit: 'TIER_1K' }),
    change('phone_number_name_update', {
      display_phone_number: '1555',
      decision: 'REJECTED',
      requested_verified_name: 'Shop',
      rejection_reason: 'NAME_FORMAT_UNACCEPTABLE',
    }),
    change('account_update', {
      event: 'ACCOUNT_RESTRICTION',
      restriction_info: [{ restriction_type: 'RESTRICTED_UTILITY_TEMPLATES' }],
    }),
  );
  await directory.refresh();
  const { body } = await get('/v1/senders');
  expect(body.data).toMatchObject([
    {
      throughput_per_second: 20,
      known: {
        quality: 'RED',
        messaging_limit: 'TIER_1K',
        conversations_per_day: 1000,
        name_status: 'REJECTED',
        name_rejection: 'NAME_FORMAT_UNACCEPTABLE',
        username: null,
        restrictions: [{ restriction: 'utility_templates', until: null }],
      },
    },
  ]);
  const resumed = await server.inject({ method: 'POST', url: `/v1/connections/${path.connectionId}/resume` });
  expect(resumed.json()).toMatchObject({ senders: [{ known: { restrictions: [] } }] });
});

it('another workspace sees neither', async () => {
  const stranger = await MessagePath.open(database);
  workspaceId = stranger.workspaceId;
  expect((await get(`/v1/connections/${path.connectionId}/templates`)).status).toBe(404);
  expect((await get(`/v1/connections/${stranger.connectionId}/templates`)).body.data).toEqual([]);
  workspaceId = path.workspaceId;
});
