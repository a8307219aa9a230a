import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type RunningCarillon, startCarillon } from './carillon.ts';

// What the first sender of a rule could not deliver goes by the second, once and where that is right: WhatsApp, then SMS.

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
type Json = any;

const patience = { timeout: 30_000, interval: 100 };
const hello = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
const words = 'Hello, this is the shop.';
const price = { amount: '0.075', currency: 'EUR' };
let carillon: RunningCarillon;
let cloud: string;
let sms: string;

beforeAll(async () => {
  carillon = await startCarillon();
  const { twilio } = (await (await fetch(`${carillon.sandbox}/_sandbox/credentials`)).json()) as Json;
  cloud = (await call('GET', '/v1/senders')).data[0].id;
  const added = await call('POST', '/v1/connections/twilio', {
    channel: 'sms',
    base_url: twilio.base_url,
    account_sid: twilio.account_sid,
    auth_token: twilio.auth_token,
    sender: twilio.phone_numbers[0].phone_number,
  });
  sms = added.sender_id;
  await call('POST', '/v1/routing/rules', {
    name: 'Orders',
    when: {},
    senders: [{ sender_id: cloud }, { sender_id: sms, price }],
    reroute: { enabled: true },
    twins: [{ template: 'hello_world', language: 'en_US', variants: [{ channel: 'sms', text: words }] }],
  });
});
afterAll(() => carillon?.stop());

async function call(method: string, path: string, body?: unknown): Promise<Json> {
  const response = await fetch(carillon.api + path, {
    method,
    headers: {
      authorization: `Bearer ${carillon.apiKey}`,
      ...(method === 'GET' ? {} : { 'idempotency-key': randomUUID() }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await response.json()) as Json;
  expect(response.ok, JSON.stringify(json)).toBe(true);
  return json;
}

/** What happens to templates for this person at the first provider. */
async function fault(to: string, action: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${carillon.sandbox}/_sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rules: [{ match: { to, type: 'template' }, action }] }),
  });
  expect(answer.ok, await answer.text()).toBe(true);
}

const send = async (to: string, purpose = 'transactional'): Promise<string> =>
  (await call('POST', '/v1/messages', { to, purpose, content: hello })).id;

/** What arrived for this person at Twilio. */
async function textsTo(to: string): Promise<string[]> {
  const { data } = (await (await fetch(`${carillon.sandbox}/_sandbox/ledger?limit=10000`)).json()) as Json;
  return data.filter((one: Json) => one.provider === 'twilio' && one.to.endsWith(to)).map((one: Json) => one.to);
}

const verdictOn = (id: string) =>
  vi.waitFor(async () => {
    const { events } = await call('GET', `/v1/messages/${id}/trace`);
    const said = events.find(({ kind }: Json) => kind === 'not_rerouted');
    expect(said, JSON.stringify(events)).toBeDefined();
    return said.detail.rule as string;
  }, patience);

async function reroutedOnce(id: string, to: string, reason: string): Promise<void> {
  const old = await vi.waitFor(async () => {
    const json = await call('GET', `/v1/messages/${id}`);
    expect(json.routing.rerouted_to, JSON.stringify(json)).not.toBeNull();
    return json;
  }, patience);
  const next = await vi.waitFor(async () => {
    const json = await call('GET', `/v1/messages/${old.routing.rerouted_to}`);
    expect(json.status).toMatch(/sent|delivered/);
    return json;
  }, patience);
  expect(next).toMatchObject({
    sender_id: sms,
    content: { type: 'text', text: { body: words } },
    routing: { hop: 1, rerouted_from: id, price, said_as: 'twin', reason: expect.stringContaining(reason) },
  });
  const { events, dead_letter } = await call('GET', `/v1/messages/${id}/trace`);
  expect(events.find(({ kind }: Json) => kind === 'rerouted').detail).toMatchObject({
    message_id: next.id,
    price,
    hop: 1,
  });
  expect(dead_letter?.state ?? 'rerouted').toBe('rerouted');
  expect(await textsTo(to)).toHaveLength(1);
}

it('what WhatsApp refuses at once, or reports as failed later, arrives as one SMS, with price and reason in the trace', async () => {
  const [refused, reported] = ['+15557300001', '+15557300002'];
  await fault(refused, { kind: 'error', code: 131026 });
  await fault(reported, { kind: 'fail_later', code: 131026 });
  const [first, second] = [await send(refused), await send(reported)];
  await reroutedOnce(first, refused, 'Refused');
  await reroutedOnce(second, reported, 'Reported as failed');
});

it('what WhatsApp withholds to protect people is not sent around it', async () => {
  const to = '+15557300003';
  await fault(to, { kind: 'fail_later', code: 131049 });
  expect(await verdictOn(await send(to, 'marketing'))).toBe('ecosystem_limit');
  expect(await textsTo(to)).toEqual([]);
});

it('whoever wants no SMS gets none, and the message is a dead letter to look at', async () => {
  const to = '+15557300004';
  const { contact_id: contact } = await call('GET', `/v1/messages/${await send(to)}`);
  await call('PUT', `/v1/contacts/${contact}/suppressions/stop`, { channel: 'sms', reason: 'Wrote STOP' });
  await fault(to, { kind: 'error', code: 131026 });
  const id = await send(to);
  expect(await verdictOn(id)).toBe('policy:recipient_opted_out');
  expect((await call('GET', `/v1/messages/${id}/trace`)).dead_letter).toMatchObject({ state: 'open' });
  expect(await textsTo(to)).toEqual([]);
});

it('what WhatsApp may have taken is not sent again by SMS while nobody knows', async () => {
  const to = '+15557300005';
  await fault(to, { kind: 'reset' });
  const id = await send(to);
  await vi.waitFor(async () => expect((await call('GET', `/v1/messages/${id}`)).status).toBe('unknown'), patience);
  expect((await call('GET', `/v1/messages/${id}`)).routing.rerouted_to).toBeNull();
  expect(await textsTo(to)).toEqual([]);
});
