import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Capabilities } from '#server/channels/provider.ts';
import { cloudApi } from '#server/channels/providers/cloud-api/cloud-api.ts';
import { smtp } from '#server/channels/providers/smtp/smtp.ts';
import { twilioSms, twilioWhatsapp } from '#server/channels/providers/twilio/twilio.ts';
import { ultramsg } from '#server/channels/providers/ultramsg/ultramsg.ts';
import { UnderTest } from './under-test.ts';

// One message through everything that can carry it: what each takes, what it refuses, and how far its receipts tell.

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
type Json = any;

const patience = { timeout: 15_000, interval: 50 };
const text = { type: 'text', text: { body: 'Your table is booked for eight.' } };
const image = { type: 'image', image: { link: 'https://shop.example/table.jpg', caption: 'Your table' } };
const buttons = {
  type: 'interactive',
  interactive: {
    type: 'button',
    body: { text: 'Will you come?' },
    action: {
      buttons: [
        { type: 'reply', reply: { id: 'yes', title: 'Yes' } },
        { type: 'reply', reply: { id: 'no', title: 'No' } },
      ],
    },
  },
};
const template = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
const contents = { text, image, buttons, template };
type Kind = keyof typeof contents;

interface Way {
  capabilities: Capabilities;
  takes: readonly Kind[];
  /** How far a message gets as its receipts tell, when the person opens it. */
  end: 'read' | 'delivered';
  senderId: string;
  /** What the person's phone calls the chat; null: there is none. */
  chat: string | null;
  needsWindow: boolean;
}

const ways = {
  'the Cloud API': way(cloudApi.capabilities, ['text', 'image', 'buttons', 'template'], 'read'),
  UltraMsg: way(ultramsg.capabilities, ['text', 'image'], 'read'),
  'SMS through Twilio': way(twilioSms.capabilities, ['text', 'image'], 'delivered'),
  'WhatsApp through Twilio': way(twilioWhatsapp.capabilities, ['text', 'image', 'template'], 'read'),
  'e-mail by SMTP': way(smtp.capabilities, ['text'], 'delivered'),
};
type Name = keyof typeof ways;
const names = Object.keys(ways) as Name[];

function way(capabilities: Capabilities, takes: readonly Kind[], end: Way['end']): Way {
  return { capabilities, takes, end, senderId: '', chat: null, needsWindow: capabilities.serviceWindowHours !== null };
}

let under: UnderTest;
let contentSid: string;
let people = 0;

beforeAll(async () => {
  const port = await aFreePort();
  under = await UnderTest.start({ CARILLON_PORT: String(port), CARILLON_PUBLIC_URL: `http://127.0.0.1:${port}` });
  await control('POST', '/settings', { delay_factor: 0 });
  const { ultramsg: instance, twilio, mail } = await control('GET', '/credentials');
  const [first] = (await under.call('GET', '/v1/senders')).json.data;
  Object.assign(ways['the Cloud API'], { senderId: first.id, chat: under.credentials.phone_number_id });
  const { base_url, instance_id, token } = instance;
  const added = await connect('ultramsg', { base_url, instance_id, token });
  Object.assign(ways.UltraMsg, { senderId: added.sender_id, chat: instance_id });
  await subscribe(added.id);
  const [smsNumber, whatsappNumber] = twilio.phone_numbers;
  await control('PATCH', `/twilio/phone_numbers/${whatsappNumber.sid}`, { has_whatsapp: true });
  await connectTwilio('SMS through Twilio', 'sms', twilio, smsNumber);
  await connectTwilio('WhatsApp through Twilio', 'whatsapp', twilio, whatsappNumber);
  contentSid = twilio.contents[0].sid;
  const { host, port: mailPort, tls, user, password, from, bounce_address } = mail;
  const mailing = await connect('smtp', { host, port: mailPort, tls, user, password, from, bounce_address });
  ways['e-mail by SMTP'].senderId = mailing.sender_id;
  await control('POST', '/mail/webhook', { url: mailing.callback_url });
});
afterAll(() => under?.[Symbol.asyncDispose]());

async function connect(kind: string, body: object): Promise<Json> {
  const { status, json, text: answer } = await under.call('POST', `/v1/connections/${kind}`, { body });
  expect(status, answer).toBe(201);
  return json;
}

/** Twilio itself has no call that says where the webhooks of WhatsApp go, so the number is told here. */
async function connectTwilio(name: Name, channel: 'sms' | 'whatsapp', account: Json, number: Json): Promise<void> {
  const { base_url, account_sid, auth_token } = account;
  const sender = number.phone_number;
  const added = await connect('twilio', { channel, base_url, account_sid, auth_token, sender });
  Object.assign(ways[name], { senderId: added.sender_id, chat: `${channel}:${sender}` });
  const told = await fetch(`${base_url}/2010-04-01/Accounts/${account_sid}/IncomingPhoneNumbers/${number.sid}.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${account_sid}:${auth_token}`).toString('base64')}` },
    body: new URLSearchParams({ SmsUrl: under.carillon.api + added.webhook_path }),
  });
  expect(told.status).toBe(200);
}

async function subscribe(connectionId: string): Promise<void> {
  const { status, text: answer } = await under.call('POST', `/v1/connections/${connectionId}/subscribe`, { body: {} });
  expect(status, answer).toBe(200);
}

async function control(method: string, path: string, body?: unknown): Promise<Json> {
  const response = await fetch(`${under.carillon.sandbox}/_sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  expect(response.ok, `${path}: ${answer}`).toBe(true);
  return answer === '' ? undefined : JSON.parse(answer);
}

async function aFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Somebody new, by the address that the way takes. */
function someone(name: Name): string {
  people += 1;
  return ways[name].chat === null ? `person${people}@example.com` : `+1555760${String(people).padStart(4, '0')}`;
}

/** They write first where nothing else opens the way. */
async function openWindow(name: Name, who: string): Promise<void> {
  const { needsWindow, chat } = ways[name];
  if (!needsWindow) return;
  await control('POST', `/people/${encodeURIComponent(who)}/messages`, {
    phone_number_id: chat,
    type: 'text',
    text: { body: 'Hello' },
  });
  await vi.waitFor(async () => {
    const { json } = await under.call('GET', `/v1/messages?direction=inbound&contact=${encodeURIComponent(who)}`);
    expect(json.data).toHaveLength(1);
  }, patience);
}

function ask(name: Name, who: string, content: object) {
  const address = who.includes('@') ? { to_email: who } : { to: who };
  return under.call('POST', '/v1/messages', {
    body: { ...address, sender_id: ways[name].senderId, purpose: 'transactional', content },
  });
}

async function until(id: string, status: string): Promise<Json> {
  return vi.waitFor(async () => {
    const { json } = await under.call('GET', `/v1/messages/${id}`);
    expect(json).toMatchObject({ status });
    return json;
  }, patience);
}

/** What any of the providers was sent for somebody. */
async function handedOver(who: string): Promise<Json[]> {
  const { data } = await control('GET', '/ledger?limit=10000');
  const digits = who.replace(/^\+/, '');
  return data.filter(({ to, type }: Json) => typeof to === 'string' && to.includes(digits) && type !== 'read');
}

/** The template as each account calls it. */
const contentOf = (name: Name, kind: Kind): object =>
  name === 'WhatsApp through Twilio' && kind === 'template'
    ? { type: 'template', template: { name: contentSid, components: [] } }
    : contents[kind];

const pairs = names.flatMap((name) => (Object.keys(contents) as Kind[]).map((kind) => [kind, name] as const));

describe('what is taken', () => {
  it.each(pairs.filter(([kind, name]) => ways[name].takes.includes(kind)))(
    'a message of the kind %s goes by %s, once',
    async (kind, name) => {
      const who = someone(name);
      if (kind !== 'template') await openWindow(name, who);
      const { status, json, text: answer } = await ask(name, who, contentOf(name, kind));
      expect(status, answer).toBe(202);
      const message = await until(json.id, name === 'e-mail by SMTP' ? 'accepted' : 'delivered');
      expect(message).toMatchObject({ sender_id: ways[name].senderId, content: contentOf(name, kind) });
      const [entry, ...others] = await handedOver(who);
      expect(others).toEqual([]);
      expect(entry.callback_data).toEqual(expect.any(String));
    },
  );
});

describe('what is not taken', () => {
  it.each(pairs.filter(([kind, name]) => !ways[name].takes.includes(kind)))(
    'a message of the kind %s is refused by %s in words, before anybody is called',
    async (kind, name) => {
      const who = someone(name);
      const { status, json } = await ask(name, who, contents[kind]);
      expect(status).toBe(422);
      expect(json).toMatchObject({
        code: 'content_unsupported',
        errors: [{ pointer: '/content/type', message: expect.stringMatching(/\w+ .+\./) }],
      });
      const { json: list } = await under.call('GET', `/v1/messages?contact=${encodeURIComponent(who)}`);
      expect(list.data ?? []).toEqual([]);
      expect(await handedOver(who)).toEqual([]);
    },
  );

  it('a template of Meta’s is refused by Twilio with the name that it needs there', async () => {
    const who = someone('WhatsApp through Twilio');
    const { status, json } = await ask('WhatsApp through Twilio', who, template);
    expect(status).toBe(422);
    expect(JSON.stringify(json.errors)).toMatch(/Content SID/i);
    expect(await handedOver(who)).toEqual([]);
  });

  it.each(names)('the capabilities of %s say the same', (name) => {
    const { capabilities, takes } = ways[name];
    const said = (Object.keys(contents) as Kind[]).filter((kind) =>
      kind === 'buttons'
        ? capabilities.interactiveTypes.includes('button')
        : capabilities.contentTypes.includes(contents[kind].type),
    );
    expect(said).toEqual(takes);
    expect(capabilities.templates).toBe(takes.includes('template'));
  });
});

describe('receipts', () => {
  it.each(names)('by %s lead as far as the channel can tell, and a late lower one changes nothing', async (name) => {
    const { end, chat } = ways[name];
    const who = someone(name);
    await openWindow(name, who);
    // UltraMsg has words of its own.
    const rules = ['sent', 'server'].map((word) => ({
      match: { status: word },
      action: { kind: 'webhook_late', ms: 500 },
    }));
    await control('POST', '/faults', { rules });
    const { status, json, text: answer } = await ask(name, who, text);
    expect(status, answer).toBe(202);
    if (chat === null) {
      await until(json.id, 'accepted');
      const [mail] = (await control('GET', `/mail/messages?to=${who}`)).data;
      await control('POST', `/mail/messages/${mail.id}/bounce`, { action: 'delivered', status: '2.0.0' });
    }
    await until(json.id, 'delivered');
    if (chat === null) {
      const [mail] = (await control('GET', `/mail/messages?to=${who}`)).data;
      await control('POST', `/mail/messages/${mail.id}/bounce`, { action: 'delayed', status: '4.4.1' });
    } else {
      await control('POST', `/people/${encodeURIComponent(who)}/chats/${encodeURIComponent(chat)}/read`, {});
    }
    const before = await until(json.id, end);
    const late = await vi.waitFor(async () => {
      const trace = (await under.call('GET', `/v1/messages/${json.id}/trace`)).json;
      const told = trace.events.filter(({ kind }: Json) => kind === 'status');
      const last = told.find(({ detail }: Json) =>
        chat === null ? detail.provider_status === 'delayed' : detail.status === 'sent',
      );
      expect(last, JSON.stringify(told)).toBeDefined();
      return last;
    }, patience);
    if (chat !== null) expect(late.late).toBe(true);
    const after = (await under.call('GET', `/v1/messages/${json.id}`)).json;
    expect(after.status).toBe(end);
    expect(after.timestamps.delivered_at).toBe(before.timestamps.delivered_at);
    expect(await handedOver(who)).toHaveLength(1);
    await control('DELETE', '/faults');
  });
});
