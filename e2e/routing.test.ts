import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { addSmsSender, callApi, control, type Json } from './calls.ts';
import { type RunningCarillon, startCarillon } from './carillon.ts';

// Which sender sends what is asked for without one: a number of the Cloud API and a number for SMS, by rules.

const to = '+15550001111';
const patience = { timeout: 30_000, interval: 100 };
const hello = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
let carillon: RunningCarillon;
let cloud: string;
let cloudConnection: string;
let sms: string;
let twilio: Json;
let smsWebhook: string;

beforeAll(async () => {
  carillon = await startCarillon();
  ({ twilio } = await control(carillon, 'GET', '/credentials'));
  const [first] = (await call('GET', '/v1/senders')).json.data;
  cloud = first.id;
  cloudConnection = first.connection_id;
  const added = await addSmsSender(carillon);
  sms = added.sender_id;
  smsWebhook = carillon.api + added.webhook_path;
});
afterAll(() => carillon?.stop());

const call = (method: string, path: string, body?: unknown) => callApi(carillon, method, path, body);

const rule = (changes: Record<string, unknown> = {}) => ({
  name: 'Orders',
  when: { purposes: ['transactional'] },
  senders: [{ sender_id: cloud }, { sender_id: sms }],
  twins: [
    {
      template: 'hello_world',
      language: 'en_US',
      variants: [{ channel: 'sms', text: 'Hello, this is the shop.' }],
    },
  ],
  ...changes,
});

async function arrivedBy(id: string, sender: string): Promise<Json> {
  return vi.waitFor(async () => {
    const { json } = await call('GET', `/v1/messages/${id}`);
    expect(json).toMatchObject({ sender_id: sender, status: expect.stringMatching(/sent|delivered|read/) });
    return json;
  }, patience);
}

it('without a rule a workspace with two senders is told to say which one, or to write a rule', async () => {
  const { status, json } = await call('POST', '/v1/messages', { to, purpose: 'transactional', content: hello });
  expect(status).toBe(422);
  expect(json.errors).toMatchObject([{ pointer: '/sender_id', message: expect.stringContaining('routing rule') }]);
});

it('a rule with a mistake is refused with the field, and nothing is kept', async () => {
  const wrong: [Record<string, unknown>, string][] = [
    [{ senders: [{ sender_id: randomUUID() }] }, '/senders/0/sender_id'],
    [{ senders: [{ sender_id: cloud }, { sender_id: cloud }] }, '/senders'],
    [{ when: { countries: ['XX'] } }, '/when/countries/0'],
    [
      { reroute: { enabled: true, price_ceiling: { amount: 'dear', currency: 'EUR' } } },
      '/reroute/price_ceiling/amount',
    ],
    [{ color: 'red' }, '/color'],
  ];
  for (const [changes, pointer] of wrong) {
    const { status, json } = await call('POST', '/v1/routing/rules', rule(changes));
    expect(status, pointer).toBe(422);
    expect(json.errors[0].pointer).toBe(pointer);
  }
  expect((await call('GET', '/v1/routing/rules')).json.data).toEqual([]);
});

it('the first sender of the rule that can send does, and the message says why', async () => {
  const added = await call('POST', '/v1/routing/rules', rule());
  expect(added.status, JSON.stringify(added.json)).toBe(201);
  const asked = { to, purpose: 'transactional', content: hello };

  const first = await call('POST', '/v1/messages', asked);
  expect(first.status, JSON.stringify(first.json)).toBe(202);
  expect((await arrivedBy(first.json.id, cloud)).routing).toMatchObject({
    rule: { id: added.json.id, name: 'Orders' },
    skipped: [],
    said_as: 'as_written',
  });

  await call('POST', `/v1/connections/${cloudConnection}/pause`, { reason: 'Being looked at' });
  expect((await call('POST', '/v1/routing/preview', asked)).json, 'off until it is turned on').toMatchObject({
    sender_id: cloud,
    reroute: { enabled: false },
  });
  const on = await call('PUT', `/v1/routing/rules/${added.json.id}`, rule({ reroute: { enabled: true } }));
  expect(on.status, JSON.stringify(on.json)).toBe(200);
  const preview = await call('POST', '/v1/routing/preview', asked);
  expect(preview.json).toMatchObject({
    sender_id: sms,
    senders: [
      { sender_id: cloud, goes: false, reason: 'paused' },
      { sender_id: sms, goes: true, said_as: 'twin', content: { text: { body: 'Hello, this is the shop.' } } },
    ],
  });
  const second = await call('POST', '/v1/messages', asked);
  expect(second.status, JSON.stringify(second.json)).toBe(202);
  const arrived = await arrivedBy(second.json.id, sms);
  expect(arrived).toMatchObject({
    content: { type: 'text', text: { body: 'Hello, this is the shop.' } },
    routing: { said_as: 'twin', original: hello, skipped: [{ sender_id: cloud, reason: 'paused' }] },
  });
  await call('POST', `/v1/connections/${cloudConnection}/resume`, {});
});

it('a message that names its sender goes by it, whatever the rules say', async () => {
  const content = { type: 'text', text: { body: 'Your order is on its way.' } };
  const { status, json } = await call('POST', '/v1/messages', {
    to,
    purpose: 'transactional',
    sender_id: sms,
    content,
  });
  expect(status, JSON.stringify(json)).toBe(202);
  expect((await arrivedBy(json.id, sms)).routing).toBeNull();
});

it('the number that somebody answers to buttons which went as an SMS is understood', async () => {
  const to = '+15550001222';
  const number = twilio.phone_numbers[0];
  const told = await fetch(
    `${twilio.base_url}/2010-04-01/Accounts/${twilio.account_sid}/IncomingPhoneNumbers/${number.sid}.json`,
    {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${twilio.account_sid}:${twilio.auth_token}`).toString('base64')}`,
      },
      body: new URLSearchParams({ SmsUrl: smsWebhook }),
    },
  );
  expect(told.status).toBe(200);
  const [only] = (await call('GET', '/v1/routing/rules')).json.data;
  await call('PUT', `/v1/routing/rules/${only.id}`, rule({ senders: [{ sender_id: sms }] }));
  const reply = (id: string, title: string) => ({ type: 'reply', reply: { id, title } });
  const content = {
    type: 'interactive',
    interactive: {
      type: 'button',
      body: { text: 'When may we come?' },
      action: { buttons: [reply('am', 'Morning'), reply('pm', 'Afternoon')] },
    },
  };
  const { status, json } = await call('POST', '/v1/messages', { to, purpose: 'transactional', content });
  expect(status, JSON.stringify(json)).toBe(202);
  expect((await arrivedBy(json.id, sms)).content.text.body).toContain('2. Afternoon');

  const written = await fetch(`${carillon.sandbox}/_sandbox/people/${encodeURIComponent(to)}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      phone_number_id: `sms:${number.phone_number}`,
      type: 'text',
      text: { body: ' 2) ' },
    }),
  });
  expect(written.status).toBe(200);
  await vi.waitFor(async () => {
    const { data } = (await call('GET', `/v1/messages?direction=inbound&contact=${encodeURIComponent(to)}`)).json;
    expect(data).toMatchObject([
      { type: 'text', choice: { message_id: json.id, number: 2, id: 'pm', title: 'Afternoon' } },
    ]);
  }, patience);
});

it('what no sender of the rule can say is refused with what each of them lacks', async () => {
  const content = { type: 'template', template: { name: 'order_update', language: { code: 'en_US' } } };
  const [only] = (await call('GET', '/v1/routing/rules')).json.data;
  const put = await call('PUT', `/v1/routing/rules/${only.id}`, rule({ senders: [{ sender_id: sms }] }));
  expect(put.status, JSON.stringify(put.json)).toBe(200);
  const { status, json } = await call('POST', '/v1/messages', { to, purpose: 'transactional', content });
  expect(status).toBe(422);
  expect(json).toMatchObject({ skipped: [{ sender_id: sms, reason: 'cannot_be_said' }] });
});
