import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { samples } from '#server/channels/providers/ultramsg/content/samples.fixture.ts';
import { control } from './calls.ts';
import { cleanEnvironment } from './carillon.ts';
import { UnderTest } from './under-test.ts';

// The whole way through the simulated UltraMsg: our API, its queue, the phone of a person, and back by its webhooks.

const patience = { timeout: 10_000, interval: 50 };
const ada = '+15557400001';
let under: UnderTest;
let account: { base_url: string; instance_id: string; token: string; phone: string };
let connectionId: string;
let senderId: string;
/** Sent first and looked at last: UltraMsg is asked for what it could not send every half a minute. */
let toNobody: string;

beforeAll(async () => {
  under = await UnderTest.start();
  await control(under.carillon, 'POST', '/settings', { delay_factor: 0 });
  ({ ultramsg: account } = (await control(under.carillon, 'GET', '/credentials')) as { ultramsg: typeof account });
  const { base_url, instance_id, token } = account;
  // Its pace is a second for a message, which is tried elsewhere and would be most of the time of these.
  const body = { base_url, instance_id, token, throughput_per_second: 100 };
  const added = await under.call('POST', '/v1/connections/ultramsg', { body });
  expect(added.status, added.text).toBe(201);
  connectionId = added.json.id;
  senderId = added.json.sender_id;
  const subscribed = await under.call('POST', `/v1/connections/${connectionId}/subscribe`);
  expect(subscribed.status, subscribed.text).toBe(200);
  await control(under.carillon, 'PUT', `/people/${encodeURIComponent(ada)}`, {});
  await control(under.carillon, 'POST', '/settings', { magic_numbers: true });
  toNobody = await send({ type: 'text', text: { body: 'Anybody there?' } }, { to: '+15557400000' });
  await becomes(toNobody, 'accepted');
});
afterEach(async () => {
  await control(under.carillon, 'DELETE', '/faults');
});
afterAll(() => under?.[Symbol.asyncDispose]());

const ask = (content: object, changes: object = {}) =>
  under.call('POST', '/v1/messages', {
    body: { to: ada, sender_id: senderId, purpose: 'service', content, ...changes },
  });

async function send(content: object, changes: object = {}): Promise<string> {
  const answer = await ask(content, changes);
  expect(answer.status, answer.text).toBe(202);
  return answer.json.id;
}

const becomes = (id: string, status: string) =>
  vi.waitFor(async () => {
    const { json } = await under.call('GET', `/v1/messages/${id}`);
    expect(json).toMatchObject({ status });
    return json;
  }, patience);

const write = (message: object) =>
  control(under.carillon, 'POST', `/people/${encodeURIComponent(ada)}/messages`, {
    ...message,
    phone_number_id: account.instance_id,
  }) as Promise<{ messages: { id: string }[] }>;

const onPhone = async () =>
  (
    (await control(
      under.carillon,
      'GET',
      `/people/${encodeURIComponent(ada)}/chats/${account.instance_id}/messages`,
    )) as {
      data: { id: string; from: string; content: Record<string, unknown> }[];
    }
  ).data;

interface LedgerEntry {
  provider: string;
  callback_data: string;
  type: string;
  body: Record<string, string>;
}
const ledger = async () =>
  ((await control(under.carillon, 'GET', '/ledger?limit=1000')) as { data: LedgerEntry[] }).data.filter(
    ({ provider }) => provider === 'ultramsg',
  );

const received = (has: object) =>
  vi.waitFor(async () => {
    const { json } = await under.call('GET', '/v1/messages?direction=inbound&limit=50');
    const found = (json.data as object[]).find((one) => matches(one, has));
    expect(found, JSON.stringify(json.data).slice(0, 500)).toBeDefined();
    return found as Record<string, unknown> & { id: string };
  }, patience);

function matches(one: object, has: object): boolean {
  try {
    expect(one).toMatchObject(has);
    return true;
  } catch {
    return false;
  }
}

/** The command line, as an operator has it. */
function run(command: string[], env: Record<string, string> = {}) {
  const { api, apiKey } = under.carillon;
  return new Promise<{ code: number; output: string; errors: string }>((resolve) => {
    execFile(
      process.execPath,
      ['cli/carillon.js', ...command],
      {
        cwd: join(import.meta.dirname, '..'),
        env: { ...cleanEnvironment(), CARILLON_URL: api, CARILLON_API_KEY: apiKey, ...env },
      },
      (error, output, errors) => resolve({ code: error ? Number(error.code) : 0, output, errors }),
    );
  });
}

describe('through UltraMsg', () => {
  const kinds = Object.entries(samples).filter(([name]) => name !== 'reaction');

  it.each(kinds)('%s reaches the phone once, and its receipts come back', async (_name, content) => {
    const before = (await ledger()).length;
    const id = await send(content);
    const message = await becomes(id, 'delivered');
    expect(message.provider_message_id).toMatch(/^true_15557400001@c\.us_/);
    const seen = (await onPhone()).find((one) => one.id === message.provider_message_id);
    expect(seen?.content['type']).toBe(content.type);
    const entries = (await ledger()).slice(before);
    expect(entries).toHaveLength(1);
    expect(JSON.stringify(entries)).not.toContain(account.token);
  });

  it('the text on the phone is the one that was written', async () => {
    const body = 'Grüße 👋\n"quoted" & <b>more</b> + 100 %';
    const message = await becomes(await send({ type: 'text', text: { body } }), 'delivered');
    expect((await onPhone()).find(({ id }) => id === message.provider_message_id)?.content).toMatchObject({
      text: { body },
    });
  });

  it('a reaction lands on what the person wrote', async () => {
    await write({ type: 'text', text: { body: 'Look at this' } });
    const inbound = await received({ content: { text: { body: 'Look at this' } } });
    await send({ type: 'reaction', reaction: { message_id: inbound.id, emoji: '👍' } });
    await vi.waitFor(async () => expect(JSON.stringify(await onPhone())).toContain('👍'), patience);
  });

  it('what was read here is read on the phone of the person, and a refusal is told', async () => {
    const [{ id } = { id: '' }] = (await write({ type: 'text', text: { body: 'Read me' } })).messages;
    const inbound = await received({ content: { text: { body: 'Read me' } } });
    const mark = () => under.call('POST', `/v1/messages/${inbound.id}/read`, { body: {} });
    expect((await mark()).status).toBeLessThan(300);
    const seen = (await onPhone()).find((one) => one.id === id);
    expect(seen).toMatchObject({ status: 'read' });
    const instance = `/ultramsg/instances/${account.instance_id}`;
    await control(under.carillon, 'PATCH', instance, { paid: false });
    expect((await mark()).json).toMatchObject({
      code: 'upstream_failed',
      detail: expect.stringContaining('non-payment'),
    });
    await control(under.carillon, 'PATCH', instance, { paid: true });
  });

  it('what a template or buttons would be is refused in words', async () => {
    const template = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
    expect((await ask(template)).json).toMatchObject({
      code: 'content_unsupported',
      detail: expect.stringContaining('UltraMsg has no templates'),
    });
  });

  it('what a person answers quotes our message, also when it was sent from here', async () => {
    const ours = await becomes(await send({ type: 'text', text: { body: 'Shall we?' } }), 'delivered');
    await write({ type: 'text', text: { body: 'Yes, gladly' }, context: { message_id: ours.provider_message_id } });
    const answer = await received({ content: { text: { body: 'Yes, gladly' } } });
    expect(answer).toMatchObject({ reply_to: ours.provider_message_id, to: ada, sender_id: senderId });
  });

  it.each([
    ['a place', { type: 'location', location: { latitude: 25.2, longitude: 55.27, address: 'ABC' } }],
    ['a card', { type: 'contacts', contacts: [{ name: { formatted_name: 'Bo' }, phones: [{ phone: '+1 555' }] }] }],
  ])('%s from a person is shown as what it is', async (_name, content) => {
    await write(content);
    const has =
      content.type === 'location'
        ? { type: 'location', content: { location: { latitude: 25.2, longitude: 55.27 } } }
        : { type: 'contacts', content: { contacts: [{ name: { formatted_name: 'Bo' } }] } };
    await received(has);
  });

  it('a picture from a person is fetched and kept', async () => {
    const upload = await fetch(
      `${under.carillon.sandbox}/_sandbox/people/${encodeURIComponent(ada)}/media?filename=a.png`,
      { method: 'POST', body: Buffer.from('bytes of a picture'), headers: { 'content-type': 'image/png' } },
    );
    const { id } = (await upload.json()) as { id: string };
    await write({ type: 'image', image: { id, caption: 'My cat' } });
    const message = await received({ type: 'image', content: { image: { caption: 'My cat' } } });
    await vi.waitFor(async () => {
      const { json } = await under.call('GET', '/v1/media');
      const file = (json.data as { message_id: string; id: string; state: string }[]).find(
        ({ message_id: of }) => of === message.id,
      );
      expect(file).toMatchObject({ state: 'stored', mime_type: 'image/png' });
      const content = await under.call('GET', `/v1/media/${file?.id}/content`);
      expect(content.text).toBe('bytes of a picture');
    }, patience);
  });

  it.each([
    { ultramsg_payloads: 2021 },
    { ultramsg_payloads: 2023 },
    { ultramsg_webhook_form: 'form' },
    { ultramsg_acks: 'doubled' },
    { ultramsg_acks: 'reversed' },
    { ultramsg_acks: 'skipping' },
    { ultramsg_echo: 'after_answer' },
    { ultramsg_flags: 'booleans' },
    { ultramsg_inbound_create: 'repeated' },
    { ultramsg_error_status: 400 },
  ])('works with %o as well', async (settings) => {
    await control(under.carillon, 'POST', '/settings', settings);
    const words = `Hello ${randomUUID()}`;
    const id = await send({ type: 'text', text: { body: words } });
    // Webhooks of 2021 name neither our reference nor the number of the answer, so nobody can tell whose they are.
    await becomes(
      id,
      'ultramsg_payloads' in settings && settings.ultramsg_payloads === 2021 ? 'accepted' : 'delivered',
    );
    await write({ type: 'text', text: { body: `Re: ${words}` } });
    await received({ content: { text: { body: `Re: ${words}` } }, to: ada });
    await under.settled();
    const { json } = await under.call('GET', '/v1/messages?direction=inbound&limit=50');
    const found = (json.data as { content: { text?: { body: string } } }[]).filter(
      ({ content }) => content.text?.body === `Re: ${words}`,
    );
    expect(found).toHaveLength(1);
    const [[name]] = Object.entries(settings) as [[string, unknown]];
    await control(under.carillon, 'POST', '/settings', { [name]: usual[name as keyof typeof usual] });
  });

  it('a person whose number is hidden is written to by the id that stands for it', async () => {
    await control(under.carillon, 'POST', '/settings', { ultramsg_lids: 'everybody' });
    await write({ type: 'text', text: { body: 'Who am I?' } });
    const inbound = await received({ content: { text: { body: 'Who am I?' } } });
    expect(inbound).toMatchObject({ to: null, recipient: expect.stringMatching(/@lid$/) });
    const id = await send(
      { type: 'text', text: { body: 'A friend' } },
      { to: undefined, contact_id: inbound['contact_id'] },
    );
    const message = await becomes(id, 'delivered');
    expect(message.recipient).toMatch(/^\d+@lid$/);
    await control(under.carillon, 'POST', '/settings', { ultramsg_lids: 'hidden_phones' });
  });

  it('a message whose answer was lost is found in the list of UltraMsg, and leaves once', async () => {
    const before = (await ledger()).length;
    const rule = { match: { provider: 'ultramsg', times: 1 }, action: { kind: 'accept_then_reset' } };
    await control(under.carillon, 'POST', '/faults', { rules: [rule] });
    // Later messages to the same person would wait for what became of it.
    const id = await send({ type: 'text', text: { body: 'Lost and found' } }, { to: '+15557400002' });
    await becomes(id, 'delivered');
    expect((await ledger()).slice(before)).toHaveLength(1);
  });
});

const usual = {
  ultramsg_payloads: 2025,
  ultramsg_webhook_form: 'json',
  ultramsg_acks: 'every',
  ultramsg_echo: 'before_answer',
  ultramsg_flags: 'on_off',
  ultramsg_inbound_create: 'silent',
  ultramsg_error_status: 200,
};

describe('the instance', () => {
  it('is looked after from here: its state, its settings, a number, the QR code', async () => {
    const at = (path: string) => `/v1/connections/${connectionId}/ultramsg/${path}`;
    expect((await under.call('GET', at('status'))).json).toMatchObject({ linked: true, phone: account.phone });
    const changed = await under.call('POST', at('settings'), { body: { send_delay_seconds: 2 } });
    expect(changed.json).toMatchObject({ send_delay_seconds: 2, webhooks_come_here: true });
    const check = await under.call('POST', at('contact-check'), { body: { phone: ada } });
    expect(check.json).toEqual({ phone: ada, on_whatsapp: true });
    expect((await under.call('GET', at('qr'))).status).toBe(409);
    expect((await under.call('POST', at('logout'))).status).toBe(204);
    expect((await under.call('GET', at('status'))).json).toMatchObject({ linked: false, status: 'qr' });
    const qr = await under.call('GET', at('qr'));
    expect([qr.status, qr.headers.get('content-type')]).toEqual([200, 'image/png']);
    await control(under.carillon, 'POST', `/ultramsg/instances/${account.instance_id}/scan`);
    expect((await under.call('GET', at('status'))).json).toMatchObject({ linked: true });
  });

  it('whose phone is away gets at most nine messages, and the rest when it is back', async () => {
    const away = { state: 'retrying' };
    const path = `/ultramsg/instances/${account.instance_id}`;
    const before = (await ledger()).length;
    await control(under.carillon, 'PATCH', path, away);
    const ids = await Promise.all(Array.from({ length: 25 }, (_, n) => send({ type: 'text', text: { body: `${n}` } })));
    await vi.waitFor(
      async () =>
        expect((await under.call('GET', `/v1/connections/${connectionId}`)).json).toMatchObject({
          status: 'paused',
          paused_reason: expect.stringContaining('tries to reach the phone again'),
        }),
      { timeout: 150_000, interval: 500 },
    );
    expect((await ledger()).length - before).toBeLessThanOrEqual(9);
    await control(under.carillon, 'PATCH', path, { state: 'authenticated' });
    await Promise.all(
      ids.map((id) =>
        vi.waitFor(
          async () =>
            expect((await under.call('GET', `/v1/messages/${id}`)).json).toMatchObject({ status: 'delivered' }),
          { timeout: 150_000, interval: 500 },
        ),
      ),
    );
    expect((await ledger()).length - before).toBe(25);
  }, 320_000);

  it('is connected from the command line, which shows its QR code', async () => {
    const other = (await control(under.carillon, 'POST', '/ultramsg/instances', {})) as { id: string; token: string };
    await control(under.carillon, 'PATCH', `/ultramsg/instances/${other.id}`, { state: 'qr' });
    const env = { ULTRAMSG_INSTANCE_ID: other.id, ULTRAMSG_BASE_URL: account.base_url };
    const refused = await run(['connections', 'add', 'ultramsg'], { ...env, ULTRAMSG_TOKEN: 'another-token' });
    expect(refused).toMatchObject({ code: 1, errors: expect.stringMatching(/Wrong token[^]*Nothing was saved/) });
    const right = { ...env, ULTRAMSG_TOKEN: other.token };
    const added = await run(['connections', 'add', 'ultramsg', '--json'], right);
    expect([added.code, added.errors]).toEqual([0, '']);
    const { id } = JSON.parse(added.output) as { id: string };
    const drawn = await run(['connections', 'qr', id]);
    expect(drawn).toMatchObject({ code: 0, errors: expect.stringMatching(/█▀▀▀▀▀█[^]*Linked devices/) });
    const file = join(under.carillon.dataFolder, 'qr.png');
    expect(await run(['connections', 'qr', id, '--output', file])).toMatchObject({ code: 0 });
    expect((await readFile(file)).subarray(1, 4).toString()).toBe('PNG');
    for (const said of [refused, added, drawn]) expect(said.output + said.errors).not.toContain(other.token);
    await control(under.carillon, 'POST', `/ultramsg/instances/${other.id}/scan`);
    expect(await run(['connections', 'qr', id])).toMatchObject({
      code: 1,
      errors: expect.stringContaining('linked already'),
    });
  });

  it('has a token and an address for webhooks that stand in no answer and no log', async () => {
    const instance = (await control(under.carillon, 'GET', `/ultramsg/instances/${account.instance_id}`)) as {
      settings: { webhook_url: string };
    };
    const key = instance.settings.webhook_url.split('/').at(-1) ?? '';
    expect(key.length).toBeGreaterThanOrEqual(32);
    const paths = [
      '/v1/connections',
      '/v1/senders',
      '/v1/webhooks',
      '/v1/messages',
      '/v1/provider-notices',
      '/v1/audit',
    ];
    const texts = await Promise.all(paths.map(async (path) => (await under.call('GET', path)).text));
    for (const text of [...texts, ...under.carillon.logs]) {
      expect(text).not.toContain(account.token);
      expect(text).not.toContain(key);
    }
  });

  it('B071: takes no webhook at an address with another key, and none of another instance has an effect', async () => {
    const instance = (await control(under.carillon, 'GET', `/ultramsg/instances/${account.instance_id}`)) as {
      settings: { webhook_url: string };
    };
    const url = instance.settings.webhook_url;
    const key = url.split('/').at(-1) ?? '';
    const from = '15557400071';
    const post = async (to: string, instanceId: string) => {
      const data = { id: `false_${from}@c.us_3EB071`, from: `${from}@c.us`, to: '15550783881@c.us', type: 'chat' };
      const body = { event_type: 'message_received', instanceId, data: { ...data, body: 'Forged', time: 1764240000 } };
      const headers = { 'content-type': 'application/json' };
      return (await fetch(to, { method: 'POST', headers, body: JSON.stringify(body) })).status;
    };
    expect(await post(url.replace(key, 'a'.repeat(key.length)), account.instance_id)).toBe(404);
    expect(await post(url, '99999')).toBe(200);
    await vi.waitFor(async () => {
      const { json } = await under.call('GET', '/v1/provider-notices');
      expect(json.data[0]).toMatchObject({ kind: 'unrouted', reason: expect.stringContaining('instance99999') });
    }, patience);
    expect((await under.call('GET', `/v1/messages?contact=%2B${from}`)).json.data).toEqual([]);
  });
});

it('a message to nobody on WhatsApp, which no webhook tells of, has failed with the reason', async () => {
  const message = await vi.waitFor(
    async () => {
      const { json } = await under.call('GET', `/v1/messages/${toNobody}`);
      expect(json).toMatchObject({ status: 'failed' });
      return json;
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(message.error).toMatchObject({ code: 'invalid', tell: 'This number is not on WhatsApp.' });
}, 70_000);
