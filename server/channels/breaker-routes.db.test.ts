import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { scopes } from '#accounts/scopes.ts';
import { Vault } from '#accounts/vault.ts';
import { sql } from '#platform/database.ts';
import { createHttpServer, type HttpServer } from '#platform/http.ts';
import { KeyRing } from '#platform/key-ring.ts';
import { createLog } from '#platform/telemetry.ts';
import { MessagePath } from '#testing/message-path.ts';
import { breakerRoutes } from './breaker-routes.ts';
import { ConnectionDirectory } from './connection-directory.ts';
import { presentConnection } from './present-connection.ts';

const { database, path } = await MessagePath.ofFile();
const aDirectory = () =>
  new ConnectionDirectory({
    db: path.worker,
    vault: new Vault(new KeyRing([randomBytes(32)])),
    log: createLog({ level: 'silent' }),
    addressPolicy: {},
    publicUrl: undefined,
  });
/** Of the process that answers, and of another one. */
const [directory, other] = [aDirectory(), aDirectory()];
let server: HttpServer;
let workspaceId = path.workspaceId;

beforeAll(async () => {
  await Promise.all([directory.start(), other.start()]);
  const authenticate = () => ({ workspaceId, keyId: 'key', scopes: new Set(['*']) });
  server = await createHttpServer({ authenticate, scopes });
  breakerRoutes(server, { db: path.request, directory });
  await server.ready();
});
beforeEach(async () => {
  workspaceId = path.workspaceId;
  await say({ state: 'forced_closed', reason: 'A fresh start' });
  await say({ state: 'automatic', reason: 'A fresh start' });
});
afterAll(async () => {
  await server?.close();
  await directory.stop();
  await other.stop();
});

async function say(body: object) {
  const answer = await server.inject({
    method: 'POST',
    url: `/v1/connections/${path.connectionId}/breaker`,
    payload: body,
  });
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>() };
}

const breakerIn = (one: ConnectionDirectory) => one.connectionById(path.connectionId)?.breaker;
const stateIn = (one: ConnectionDirectory) => breakerIn(one)?.state(performance.now());

it('is forced open in every process, and tries one message first when it is automatic again', async () => {
  const forced = await say({ state: 'forced_open', reason: 'Wrong prices' });
  expect(forced).toMatchObject({
    status: 200,
    body: { breaker: { state: 'open', forced: 'open', until: null, reason: 'Wrong prices' } },
  });
  await expect.poll(() => stateIn(other), { timeout: 3_000 }).toBe('open');
  expect(breakerIn(other)?.room(performance.now())).toBe(0);
  const released = await say({ state: 'automatic', reason: 'Mended' });
  expect(released.body).toMatchObject({ breaker: { state: 'half_open', forced: null, until: null, reason: null } });
  await expect.poll(() => stateIn(other), { timeout: 3_000 }).toBe('half_open');
  expect(breakerIn(other)?.room(performance.now())).toBe(1);
});

it('who forced it, why and until when is in the audit', async () => {
  const until = '2099-01-01T00:00:00Z';
  await say({ state: 'forced_open', reason: 'Wrong prices', until });
  await say({ state: 'automatic', reason: 'Mended' });
  const rows = await database.db.query<{ details: object; subject: string }>(
    sql`select details, subject from audit_entry where action = 'connection.breaker' order by seq desc limit 2`,
  );
  const subject = `connection:${path.connectionId}`;
  expect(rows).toEqual([
    { subject, details: { state: 'automatic', until: null, reason: 'Mended' } },
    { subject, details: { state: 'forced_open', until, reason: 'Wrong prices' } },
  ]);
});

it('is automatic again by itself when the time of the override is over', async () => {
  const until = Temporal.Now.instant().add({ milliseconds: 700 }).toString();
  const forced = await say({ state: 'forced_open', reason: 'x', until });
  expect(forced.body).toMatchObject({ breaker: { state: 'open', forced: 'open' } });
  await expect.poll(() => stateIn(directory), { timeout: 5_000 }).toBe('half_open');
  const connection = directory.connectionById(path.connectionId);
  expect(connection && presentConnection(connection).breaker).toMatchObject({ forced: null, until: null });
});

it('that is forced closed lets messages leave, whatever fails', async () => {
  await say({ state: 'forced_closed', reason: 'The alarm is wrong' });
  const breaker = breakerIn(directory);
  for (let failures = 0; failures < 10; failures += 1) breaker?.leave(performance.now()).fail(performance.now());
  expect(stateIn(directory)).toBe('closed');
  expect(directory.connectionById(path.connectionId)?.forced).toMatchObject({ state: 'closed' });
});

it.each([
  ['an end in the past', { state: 'forced_open', reason: 'x', until: '2020-01-01T00:00:00Z' }, '/until'],
  ['an end of automatic', { state: 'automatic', reason: 'x', until: '2099-01-01T00:00:00Z' }, '/until'],
  ['an unknown state', { state: 'ajar', reason: 'x' }, '/state'],
  ['no reason', { state: 'forced_open' }, '/reason'],
])('is not changed by a request with %s', async (_what, body, pointer) => {
  expect(await say(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  expect(stateIn(directory)).toBe('closed');
});

it('of another workspace does not exist', async () => {
  workspaceId = (await MessagePath.open(database)).workspaceId;
  expect((await say({ state: 'forced_open', reason: 'x' })).status).toBe(404);
  expect(stateIn(directory)).toBe('closed');
});
