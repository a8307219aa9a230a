import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { connect, type Database, sql } from '#server/platform/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/platform/embedded-postgres.ts';
import { addSmsSender, askApi, control, type Json } from './calls.ts';
import { newDataFolder, type RunningCarillon, startCarillon } from './carillon.ts';
import { ChaosProxy } from './faults/chaos-proxy.ts';
import { freePort } from './faults/child.ts';

interface Entry {
  provider: string;
  to: string;
  at: string;
  outcome: string;
}

const patience = { timeout: 60_000, interval: 200 };
const hello = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
const words = 'Hello, this is the shop.';
const price = { amount: '0.075', currency: 'EUR' };
/** What follows an outage of ten seconds or more is a slow start. */
const realOutageMs = 12_000;
const rampPerSecond = 8;
const windowMs = 2_000;
const log = { info: () => {}, warn: () => {} };
const hour = Temporal.Duration.from({ hours: 1 });

let folder: string;
let postgres: EmbeddedPostgres;
let database: Database;
let carillon: RunningCarillon;
let proxy: ChaosProxy;

beforeAll(async () => {
  folder = await newDataFolder();
  postgres = await startEmbeddedPostgres({ dataDirectory: folder, log });
  database = connect({ url: postgres.url, maxConnections: 1, applicationName: 'outage' });
  const port = await freePort();
  proxy = await ChaosProxy.start({ port });
  carillon = await startCarillon({
    env: {
      DATABASE_URL: postgres.url,
      CARILLON_SANDBOX_PORT: String(port),
      CARILLON_ALLOWED_TARGETS: `127.0.0.1:${proxy.port}`,
    },
  });
  await control(carillon, 'POST', '/settings', { delay_factor: 0 });
});
afterAll(async () => {
  await carillon?.stop();
  await proxy?.[Symbol.asyncDispose]();
  await database?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

const call = (method: string, path: string, body?: unknown) => askApi(carillon, method, path, body);

/** The sandbox's number behind the proxy, and a number for SMS that nothing is wrong with. */
async function twoSenders(): Promise<{ cloud: string; sms: string }> {
  const cloud = (await call('GET', '/v1/senders')).data[0];
  await database.query(
    sql`update connection set base_url = ${proxy.through(carillon.sandbox)} where id = ${cloud.connection_id}::uuid`,
  );
  await database.query(sql`select pg_notify('carillon_connections', '')`);
  const added = await addSmsSender(carillon);
  return { cloud: cloud.id, sms: added.sender_id };
}

/** As if so much time had passed: what is written down moves into the past by as much. */
async function pass(minutes: number): Promise<void> {
  const by = sql`make_interval(mins => ${minutes}::int)`;
  await database.query(
    sql`update outbox set due_at = due_at - ${by}, expires_at = expires_at - ${by}, dispatching_at = dispatching_at - ${by}, unknown_at = unknown_at - ${by}`,
  );
  await database.query(
    sql`update message set expires_at = expires_at - ${by}, created_at = created_at - ${by}, send_at = send_at - ${by}`,
  );
  await database.query(sql`update reroute set due_at = due_at - ${by}`);
}

async function accept(people: string[], purpose: string, changes: object = {}): Promise<string[]> {
  const messages = people.map((to) => ({ to, purpose, content: hello, ...changes }));
  const { results } = await call('POST', '/v1/messages/batch', { messages });
  return results.map(({ id }: Json) => {
    expect(id).toBeDefined();
    return id as string;
  });
}

const get = (id: string): Promise<Json> => call('GET', `/v1/messages/${id}`);

const become = (ids: string[], status: RegExp) =>
  vi.waitFor(async () => {
    for (const id of ids) expect((await get(id)).status).toMatch(status);
  }, patience);

async function ledger(): Promise<Entry[]> {
  const { data } = await control(carillon, 'GET', '/ledger?limit=10000');
  return data.filter(({ outcome }: Entry) => outcome === 'accepted');
}

const to = (entries: Entry[], provider: string, phone: string): Entry[] =>
  entries.filter((entry) => entry.provider === provider && entry.to.replace('+', '') === phone.replace('+', ''));

/** The most that came within the window, as a rate. */
function peakPerSecond(entries: Entry[]): number {
  const times = entries.map(({ at }) => Date.parse(at)).sort((one, other) => one - other);
  const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
  return (most * 1000) / windowMs;
}

const phones = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `+1555731${String(first + n).padStart(4, '0')}`);

it('two hours without the Cloud API: transactional arrives once by SMS, marketing waits or expires, and no herd follows', async () => {
  const { cloud, sms } = await twoSenders();
  const senders = [{ sender_id: cloud }, { sender_id: sms, price }];
  const twins = [{ template: 'hello_world', language: 'en_US', variants: [{ channel: 'sms', text: words }] }];
  const reroute = { enabled: true, when_waiting_seconds: 600 };
  await call('POST', '/v1/routing/rules', {
    name: 'Orders',
    when: { purposes: ['transactional'] },
    senders,
    twins,
    reroute,
  });
  await call('POST', '/v1/routing/rules', { name: 'All else', when: {}, senders, twins });
  await become(await accept(phones(0, 1), 'transactional'), /delivered/);

  // One that WhatsApp took, though its answer was lost: it is unknown, and must not go by SMS as well.
  const [lost = ''] = phones(1, 1);
  const rules = [{ match: { to: lost, type: 'template' }, action: { kind: 'accept_then_reset' } }];
  const silence = [{ match: { to: lost }, action: { kind: 'webhook_late', ms: realOutageMs } }];
  await control(carillon, 'POST', '/faults', { rules: [...rules, ...silence] });
  const [unknown = ''] = await accept([lost], 'transactional');
  await become([unknown], /unknown/);

  await proxy.refuse();
  proxy.reset();
  const beganMs = performance.now();
  const people = {
    orders: phones(100, 12),
    waiting: phones(200, 60),
    expiring: phones(300, 10),
    codes: phones(400, 4),
  };
  const orders = await accept(people.orders, 'transactional');
  const waiting = await accept(people.waiting, 'marketing');
  const expiring = await accept(people.expiring, 'marketing', {
    expires_at: Temporal.Now.instant().add(hour).toString(),
  });
  const codes = await accept(people.codes, 'authentication');
  await pass(9);
  await sleep(1_500);
  expect(
    (await ledger()).filter(({ provider }) => provider === 'twilio'),
    'too early',
  ).toEqual([]);
  await pass(6);
  await vi.waitFor(async () => {
    for (const id of orders) expect((await get(id)).routing.rerouted_to).not.toBeNull();
  }, patience);
  await pass(50);
  await become(codes, /expired/);
  await become(expiring, /expired/);
  await pass(55);
  await sleep(Math.max(0, realOutageMs - (performance.now() - beganMs)));
  await become(waiting, /queued|held/);
  await proxy.accept();
  await become(waiting, /delivered/);
  await become([unknown], /delivered/);

  const entries = await ledger();
  for (const [n, id] of orders.entries()) {
    const phone = people.orders[n] ?? '';
    expect(to(entries, 'twilio', phone), 'once by SMS').toHaveLength(1);
    expect(to(entries, 'whatsapp_cloud', phone), 'and not by WhatsApp').toEqual([]);
    const { routing, status } = await get(id);
    const next = await get(routing.rerouted_to);
    expect(next).toMatchObject({ sender_id: sms, routing: { rerouted_from: id, price, hop: 1 } });
    expect(next.routing.reason).toMatch(/waited for \d+ seconds/);
    expect(status).not.toMatch(/queued|dispatching|unknown/);
  }
  for (const phone of [...people.waiting, lost]) expect(to(entries, 'whatsapp_cloud', phone)).toHaveLength(1);
  for (const phone of [...people.expiring, ...people.codes, ...people.waiting, lost])
    expect(to(entries, 'twilio', phone)).toEqual([]);
  for (const phone of [...people.expiring, ...people.codes]) expect(to(entries, 'whatsapp_cloud', phone)).toEqual([]);
  // What leaves at once is a tenth of a second's worth, and a busy machine lets requests gather.
  const recovery = entries.filter((entry) =>
    people.waiting.some((phone) => to([entry], 'whatsapp_cloud', phone).length > 0),
  );
  expect(peakPerSecond(recovery)).toBeLessThanOrEqual(rampPerSecond * 1.5);
});
