import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import twilioPackage from 'twilio';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { callApi, control, type Json } from './calls.ts';
import { cleanEnvironment, startCarillon, type RunningCarillon } from './carillon.ts';

// The whole way of a message by the simulated Twilio: from the API to the phone, and from the phone back.

interface Twilio {
  base_url: string;
  account_sid: string;
  auth_token: string;
  phone_numbers: { sid: string; phone_number: string }[];
  contents: { sid: string; friendly_name: string }[];
}

interface LedgerEntry {
  provider: string;
  to: string;
  callback_data: string | null;
  provider_message_id: string | null;
}

const patience = { timeout: 30_000, interval: 100 };
let carillon: RunningCarillon;
let twilio: Twilio;
let number: string;
const senders = { sms: '', whatsapp: '' };
const connections = { sms: '', whatsapp: '' };

beforeAll(async () => {
  carillon = await startCarillon();
  ({ twilio } = (await control(carillon, 'GET', '/credentials')) as { twilio: Twilio });
  number = twilio.phone_numbers[0]?.phone_number ?? '';
  for (const channel of ['sms', 'whatsapp'] as const) {
    const { status, json } = await call('POST', '/v1/connections/twilio', {
      channel,
      base_url: twilio.base_url,
      account_sid: twilio.account_sid,
      auth_token: twilio.auth_token,
      sender: number,
      throughput_per_second: 100,
    });
    expect(status, JSON.stringify(json)).toBe(201);
    senders[channel] = json.sender_id;
    connections[channel] = json.id;
  }
});
afterAll(() => carillon?.stop());

const call = (method: string, path: string, body?: unknown) => callApi(carillon, method, path, body);

/** Both channels of a number report to one address here; which of our connections has it is for the test to say. */
async function reportTo(channel: 'sms' | 'whatsapp'): Promise<void> {
  const { json } = await call('GET', `/v1/connections/${connections[channel]}`);
  const answer = await fetch(
    `${twilio.base_url}/2010-04-01/Accounts/${twilio.account_sid}/IncomingPhoneNumbers/${twilio.phone_numbers[0]?.sid}.json`,
    {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${twilio.account_sid}:${twilio.auth_token}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ SmsUrl: carillon.api + json.webhook_path }).toString(),
    },
  );
  expect(answer.status).toBe(200);
}

const write = (who: string, channel: 'sms' | 'whatsapp', content: object) =>
  control(carillon, 'POST', `/people/${encodeURIComponent(who)}/messages`, {
    phone_number_id: `${channel}:${number}`,
    ...content,
  });
const text = (body: string) => ({ type: 'text', text: { body } });
const send = (to: string, channel: 'sms' | 'whatsapp', content: object, more: object = {}) =>
  call('POST', '/v1/messages', { to, sender_id: senders[channel], purpose: 'transactional', content, ...more });

async function until(id: string, ...statuses: string[]): Promise<Json> {
  return vi.waitFor(async () => {
    const { json } = await call('GET', `/v1/messages/${id}`);
    expect(statuses).toContain(json.status);
    return json;
  }, patience);
}

async function inboundOf(who: string, count = 1): Promise<Json[]> {
  return vi.waitFor(async () => {
    const { json } = await call('GET', `/v1/messages?direction=inbound&contact=${encodeURIComponent(who)}`);
    expect(json.data).toHaveLength(count);
    return json.data;
  }, patience);
}

async function handedOver(to: string): Promise<LedgerEntry[]> {
  const { data } = (await control(carillon, 'GET', '/ledger?limit=10000')) as { data: LedgerEntry[] };
  return data.filter((entry) => entry.provider === 'twilio' && entry.to.endsWith(to));
}

it('an SMS goes out once, with our word in its callbacks, and its receipts come back', async () => {
  const to = '+15550101001';
  const { status, json } = await send(to, 'sms', text('Your table is booked.'));
  expect(status, JSON.stringify(json)).toBe(202);
  const message = await until(json.id, 'delivered');
  const [entry, ...others] = await handedOver(to);
  expect(others).toEqual([]);
  expect(entry?.callback_data).toMatch(/^a1:/);
  expect(message.provider_message_id).toBe(entry?.provider_message_id);
});

it('what a person writes by SMS and by WhatsApp comes from one contact, and STOP ends the one channel alone', async () => {
  const who = '+15550101002';
  await call('POST', `/v1/connections/${connections.sms}/subscribe`, {});
  await write(who, 'sms', text('Hello'));
  const [first] = await inboundOf(who);
  expect(first).toMatchObject({ sender_id: senders.sms, content: text('Hello') });
  await write(who, 'sms', text('STOP'));
  await inboundOf(who, 2);
  await reportTo('whatsapp');
  await write(who, 'whatsapp', text('And here'));
  const received = await inboundOf(who, 3);
  expect(new Set(received.map((one) => one.contact_id)).size).toBe(1);

  const contact = (await call('GET', `/v1/contacts/${first.contact_id}`)).json;
  expect(contact.suppressions).toMatchObject([{ channel: 'sms', kind: 'stop' }]);
  expect(contact.identities.map((one: { channel: string }) => one.channel).toSorted()).toContain('sms');
  const refused = await send(who, 'sms', text('Still there?'));
  expect([refused.status, refused.json.code]).toEqual([422, 'recipient_opted_out']);
  const answered = await send(who, 'whatsapp', text('Welcome'));
  await until(answered.json.id, 'delivered', 'read');
});

it('a refusal because of a stop that we never heard of is final, and keeps the person from being written to', async () => {
  const to = '+15550121610';
  const { json } = await send(to, 'sms', text('Hi'));
  const message = await until(json.id, 'failed');
  expect(message.error ?? message.errors).toMatchObject({ code: '21610' });
  const contact = (await call('GET', `/v1/contacts/${message.contact_id}`)).json;
  expect(contact.suppressions).toMatchObject([{ channel: 'sms', kind: 'stop', source: 'provider' }]);
  const again = await send(to, 'sms', text('Hi again'));
  expect(again.json.code).toBe('recipient_opted_out');
  expect(await handedOver(to)).toHaveLength(1);
});

it('a failure that is told later names what the network said', async () => {
  const { json } = await send('+15550130005', 'sms', text('Hi'));
  const message = await until(json.id, 'failed');
  expect(JSON.stringify(message)).toContain('30005');
});

it('a person who blocked the sender on WhatsApp is not written to there again, and by SMS still', async () => {
  const who = '+15550163033';
  await reportTo('whatsapp');
  await write(who, 'whatsapp', text('Hello'));
  await inboundOf(who);
  const { json } = await send(who, 'whatsapp', text('Hi'));
  const message = await until(json.id, 'failed');
  const contact = await vi.waitFor(async () => {
    const found = (await call('GET', `/v1/contacts/${message.contact_id}`)).json;
    expect(found.suppressions).toMatchObject([{ channel: 'whatsapp', kind: 'stop', source: 'provider' }]);
    return found;
  }, patience);
  expect((await send(who, 'whatsapp', text('Again'))).json.code).toBe('recipient_opted_out');
  expect((await send(who, 'sms', text('By SMS'))).status).toBe(202);
  // They write that they want it again.
  await write(who, 'whatsapp', text('START'));
  await inboundOf(who, 2);
  expect((await call('GET', `/v1/contacts/${contact.id}`)).json.suppressions).toEqual([]);
});

it('a person whom WhatsApp knows by a user id alone is answered by it, and gets no SMS', async () => {
  const who = '+15550101012';
  await control(carillon, 'PUT', `/people/${encodeURIComponent(who)}`, {});
  await control(carillon, 'PATCH', `/people/${encodeURIComponent(who)}`, { username: 'hidden.person' });
  await reportTo('whatsapp');
  await write(who, 'whatsapp', text('Guess who'));
  const received = await vi.waitFor(async () => {
    const { json } = await call('GET', `/v1/messages?direction=inbound&sender_id=${senders.whatsapp}`);
    const found = json.data.find((one: Json) => one.content.text?.body === 'Guess who');
    expect(found).toBeDefined();
    return found;
  }, patience);
  const contact = (await call('GET', `/v1/contacts/${received.contact_id}`)).json;
  expect(contact.identities).toMatchObject([{ channel: 'whatsapp', kind: 'provider_user' }]);
  const answer = (channel: 'sms' | 'whatsapp') =>
    call('POST', '/v1/messages', {
      contact_id: contact.id,
      sender_id: senders[channel],
      purpose: 'service',
      content: text('You'),
    });
  const sent = await answer('whatsapp');
  await until(sent.json.id, 'delivered', 'read');
  expect((await answer('sms')).json).toMatchObject({ status: 422, errors: [{ pointer: '/contact_id' }] });
});

it('WhatsApp needs an open window, or a template by its Content SID', async () => {
  const to = '+15550101003';
  const closed = await send(to, 'whatsapp', text('Hi'));
  expect(closed.json.code).toBe('service_window_closed');
  const template = { type: 'template', template: { name: twilio.contents[0]?.sid, components: [] } };
  const sent = await send(to, 'whatsapp', template);
  expect(sent.status, JSON.stringify(sent.json)).toBe(202);
  await until(sent.json.id, 'sent', 'delivered', 'read', 'failed');
  expect(await handedOver(to)).toHaveLength(1);
});

it('a contact that is known by WhatsApp alone is written to by SMS at the same number', async () => {
  const who = '+15550101004';
  await reportTo('whatsapp');
  await write(who, 'whatsapp', text('Hello'));
  const [received] = await inboundOf(who);
  const { status, json } = await call('POST', '/v1/messages', {
    contact_id: received.contact_id,
    sender_id: senders.sms,
    purpose: 'transactional',
    content: text('By SMS'),
  });
  expect(status, JSON.stringify(json)).toBe(202);
  expect(await until(json.id, 'delivered')).toMatchObject({ contact_id: received.contact_id });
});

it('what Twilio cannot say is refused in words, and nothing is sent without it', async () => {
  const to = '+15550101008';
  const quoted = await send(to, 'sms', text('Yes'), { reply_to: 'SM1' });
  expect(quoted.json).toMatchObject({ status: 422, code: 'content_unsupported', errors: [{ pointer: '/reply_to' }] });
  const list = await send(to, 'whatsapp', { type: 'interactive', interactive: { type: 'list' } });
  expect(list.json).toMatchObject({ status: 422, code: 'content_unsupported', errors: [{ pointer: '/content/type' }] });
  expect(await handedOver(to)).toEqual([]);
});

it('what an SMS costs is said before it is sent', async () => {
  const explain = async (channel: 'sms' | 'whatsapp', body: string) =>
    (
      await call('POST', '/v1/messages/explain', {
        to: '+15550101005',
        sender_id: senders[channel],
        purpose: 'transactional',
        content: text(body),
      })
    ).json;
  expect(await explain('sms', 'Hi')).toMatchObject({
    sms: { encoding: 'GSM-7', segments: 1, characters: 2, forcing: [] },
  });
  expect(await explain('sms', `“Hi” ${'x'.repeat(70)}`)).toMatchObject({
    sms: { encoding: 'UCS-2', segments: 2, characters: 75, forcing: ['“', '”'] },
  });
  expect(await explain('whatsapp', 'Hi')).toMatchObject({ sms: null });
});

it('a file that a person sends by MMS is there whole', async () => {
  const who = '+15550101006';
  await control(carillon, 'PUT', `/people/${encodeURIComponent(who)}`, {});
  await reportTo('sms');
  const pixel = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );
  const form = new FormData();
  form.append('file', new Blob([pixel], { type: 'image/png' }), 'pixel.png');
  const uploaded = await fetch(`${carillon.sandbox}/_sandbox/people/${encodeURIComponent(who)}/media`, {
    method: 'POST',
    body: form,
  });
  expect(uploaded.status, await uploaded.clone().text()).toBeLessThan(300);
  const { id } = (await uploaded.json()) as { id: string };
  await write(who, 'sms', { type: 'image', image: { id, caption: 'Look' } });
  const [received] = await inboundOf(who);
  expect(received).toMatchObject({ type: 'image', content: { image: { caption: 'Look' } } });
  const media = await vi.waitFor(async () => {
    const { json } = await call('GET', `/v1/messages/${received.id}/trace`);
    expect(json.media).toMatchObject([{ state: 'stored' }]);
    return json.media[0];
  }, patience);
  expect(JSON.stringify(media)).toContain('image/png');
});

it('a message whose answer and callbacks were lost is found in the list of Twilio, and not sent again', async () => {
  const to = '+15550101007';
  const match = { provider: 'twilio', to };
  await control(carillon, 'POST', '/faults', {
    rules: [
      { match, action: { kind: 'accept_then_reset' } },
      { match, action: { kind: 'webhook_lost' } },
    ],
  });
  const { json } = await send(to, 'sms', text('Nobody answers'));
  const message = await until(json.id, 'accepted', 'sent', 'delivered');
  const [entry, ...others] = await handedOver(to);
  expect(others).toEqual([]);
  expect(message.provider_message_id).toBe(entry?.provider_message_id);
  await control(carillon, 'DELETE', '/faults');
});

/** Calls the address of a connection as Twilio does, with what the package of Twilio signs. */
async function webhook(
  body: string,
  change: { query?: string; signed?: Record<string, string>; token?: string; url?: string } = {},
) {
  const { query = '', token = twilio.auth_token } = change;
  const path = `/webhooks/twilio-sms/${connections.sms}${query}`;
  const signed = change.signed ?? Object.fromEntries(new URLSearchParams(body));
  const signature = twilioPackage.getExpectedTwilioSignature(token, change.url ?? carillon.api + path, signed);
  const response = await fetch(carillon.api + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
    body,
  });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

const sidOf = (letters: string) => letters + randomUUID().replaceAll('-', '');

it('B069: a webhook is taken for what was signed over its whole address, in any order and with unknown fields', async () => {
  const who = '+15550101009';
  const fields = { To: number, From: who, Body: 'In any order', SmsStatus: 'received', NewIn2027: 'x' };
  const MessageSid = sidOf('SM');
  const body = new URLSearchParams([...Object.entries(fields).toReversed(), ['MessageSid', MessageSid]]).toString();
  const taken = await webhook(body);
  expect(taken).toMatchObject({ status: 200, text: '<Response/>', type: expect.stringContaining('text/xml') });
  // Twilio repeats what it got no answer to.
  expect((await webhook(body)).status).toBe(200);
  expect(await inboundOf(who)).toMatchObject([{ content: text('In any order'), provider_message_id: MessageSid }]);
});

it('B069, B070: a webhook that is signed with another token, for another address or for another body is refused', async () => {
  const who = '+15550101010';
  const body = new URLSearchParams({ To: number, From: who, Body: 'Forged', MessageSid: sidOf('SM') }).toString();
  const url = `https://shop.example/webhooks/twilio-sms/${connections.sms}`;
  for (const change of [{ token: 'another' }, { url }, { signed: { Body: 'Other' } }, { query: '?m=1', url: 'x' }]) {
    const refused = await webhook(body, change);
    expect(refused.status).toBe(401);
    expect(refused.text).toContain('invalid_signature');
  }
  const { json } = await call('GET', `/v1/messages?direction=inbound&contact=${encodeURIComponent(who)}`);
  expect(json.data).toEqual([]);
});

it('B069: a body that is no form is kept when its hash is signed, and listed', async () => {
  const body = '{"eventType":"something.new"}';
  const hash = createHash('sha256').update(body).digest('hex');
  expect((await webhook(body, { query: `?bodySHA256=${hash}`, signed: {} })).status).toBe(200);
  await vi.waitFor(async () => {
    const { json } = await call('GET', '/v1/provider-notices');
    expect(json.data).toContainEqual(expect.objectContaining({ kind: 'unknown', connection_id: connections.sms }));
  }, patience);
  expect((await webhook(`${body} `, { query: `?bodySHA256=${hash}`, signed: {} })).status).toBe(401);
});

async function run(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; out: string; errors: string }> {
  const child = spawn(process.execPath, ['cli/carillon.js', ...args], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      ...cleanEnvironment(),
      CARILLON_URL: carillon.api,
      CARILLON_DATA: carillon.dataFolder,
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, errors] = await Promise.all([textOf(child.stdout), textOf(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, errors };
}

it('the command line connects a number, says what is wrong in words, and saves nothing then', async () => {
  const add = ['connections', 'add', 'twilio', '--no-subscribe'];
  const missing = await run(add, {});
  expect([missing.code, missing.errors]).toEqual([2, expect.stringContaining('--account-sid (TWILIO_ACCOUNT_SID)')]);
  const known = {
    TWILIO_BASE_URL: twilio.base_url,
    TWILIO_ACCOUNT_SID: twilio.account_sid,
    TWILIO_AUTH_TOKEN: twilio.auth_token,
    TWILIO_SENDER: twilio.phone_numbers[1]?.phone_number ?? '',
  };
  const wrong = await run(add, { ...known, TWILIO_AUTH_TOKEN: 'wrong' });
  expect([wrong.code, wrong.errors]).toEqual([1, expect.stringContaining('The account cannot be seen.')]);
  expect(wrong.errors).toContain('Nothing was saved.');
  const added = await run([...add, '--json'], known);
  expect(added.code, added.errors).toBe(0);
  const { id, provider } = JSON.parse(added.out) as { id: string; provider: string };
  expect(provider).toBe('twilio-sms');
  const said = ['messages', 'explain', '+15550101011', 'Caffè “Roma”', '--sender', senders.sms, '--purpose', 'service'];
  expect((await run(said, {})).out).toContain('1 segment of UCS-2, because of “ ”; 12 characters');
  const checked = await run(['connections', 'check', id], {});
  expect(checked.out).toContain('The auth token is right');
  expect(checked.out).not.toContain('challenge');
});

it('no token is in any log', async () => {
  expect(carillon.logs.filter((line) => line.includes(twilio.auth_token))).toEqual([]);
});
