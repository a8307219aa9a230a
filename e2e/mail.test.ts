import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { callApi, control, type Json } from './calls.ts';
import { cleanEnvironment, startCarillon, type RunningCarillon } from './carillon.ts';
import { expectAccessible, openBrowser } from './watched-browser.ts';

// The whole way of e-mail by the simulated mail server: from the API into a mailbox, and what comes back of it.

interface Account {
  host: string;
  port: number;
  tls: string;
  user: string;
  password: string;
  from: string;
  bounce_address: string;
}

const patience = { timeout: 30_000, interval: 100 };
let carillon: RunningCarillon;
let mail: Account;
let senderId: string;
let connectionId: string;

beforeAll(async () => {
  // The address for webhooks is told once, and only when it is known how this server is reached.
  const port = await aFreePort();
  carillon = await startCarillon({
    env: { CARILLON_PORT: String(port), CARILLON_PUBLIC_URL: `http://127.0.0.1:${port}` },
  });
  ({ mail } = (await control(carillon, 'GET', '/credentials')) as { mail: Account });
  const { status, json } = await connect({});
  expect(status, JSON.stringify(json)).toBe(201);
  expect(json).toMatchObject({ provider: 'smtp', channel: 'email', base_url: `smtp://127.0.0.1:${mail.port}` });
  senderId = json.sender_id;
  connectionId = json.id;
  await control(carillon, 'POST', '/mail/webhook', { url: json.callback_url });
});
afterAll(() => carillon?.stop());

function connect(changes: object) {
  const { host, port, tls, user, password, from, bounce_address } = mail;
  const body = { host, port, tls, user, password, from, bounce_address, from_name: 'The Shop', ...changes };
  return call('POST', '/v1/connections/smtp', body);
}

const call = (method: string, path: string, body?: unknown) => callApi(carillon, method, path, body);

async function send(to: string, purpose = 'marketing', content: object = anOffer) {
  return call('POST', '/v1/messages', { to_email: to, sender_id: senderId, purpose, content });
}

const anOffer = {
  type: 'email',
  email: {
    subject: 'Autumn ☀',
    preheader: 'Ten days only',
    html: '<h1>Hello</h1><p><a href="https://shop.example/autumn">See</a> or <a href="{{unsubscribe_url}}">end this</a>.</p>',
  },
};

const mailsTo = async (to: string): Promise<Json[]> => (await control(carillon, 'GET', `/mail/messages?to=${to}`)).data;

async function received(to: string): Promise<Json> {
  const [first] = await vi.waitUntil(async () => {
    const mails = await mailsTo(to);
    return mails.length > 0 && mails;
  }, patience);
  return control(carillon, 'GET', `/mail/messages/${first.id}`);
}

function settled(id: string, status: string): Promise<Json> {
  return vi.waitUntil(async () => {
    const { json } = await call('GET', `/v1/messages/${id}`);
    return json.status === status && json;
  }, patience);
}

async function aFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it('a wrong password is said in words, and nothing is saved', async () => {
  const { status, json } = await connect({ password: 'wrong-secret', from: 'nobody@sandbox.example' });
  expect(status).toBe(422);
  expect(json.errors).toMatchObject([{ code: 'credentials', message: expect.stringContaining('did not sign us in') }]);
  expect(JSON.stringify(json)).not.toContain('wrong-secret');
});

it('a message arrives with both bodies from one content, and one click ends the next one, by its rule', async () => {
  const to = 'ana@example.com';
  const { status, json } = await send(to);
  expect(status, JSON.stringify(json)).toBe(202);
  const got = await received(to);
  expect(got).toMatchObject({
    subject: 'Autumn ☀',
    sender: '"The Shop" <shop@sandbox.example>',
    from: expect.stringMatching(/^bounce\+/),
  });
  expect(got.html).toContain('<h1>Hello</h1>');
  expect(got.html).toContain('Ten days only');
  expect(got.text).toContain('See (https://shop.example/autumn)');
  expect(got.one_click_url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/u\//);
  expect(got.text).toContain(got.one_click_url);
  await settled(json.id, 'accepted');

  const page = await fetch(got.one_click_url);
  expect(await page.text()).toContain('Unsubscribe?');
  expect((await send(to)).status).toBe(202);
  for (let time = 0; time < 2; time += 1)
    expect(await control(carillon, 'POST', `/mail/messages/${got.id}/unsubscribe`)).toEqual({ status: 200 });
  const blocked = await send('Ana@Example.com');
  expect(blocked.status).toBe(422);
  expect(blocked.json).toMatchObject({
    code: 'recipient_opted_out',
    decision: { outcome: 'block', rule: 'recipient_opted_out_of_marketing' },
  });
  expect((await send(to, 'transactional')).status).toBe(202);
  const { json: trace } = await call('GET', `/v1/messages/${json.id}/trace`);
  expect(JSON.stringify(trace)).toContain('unsubscribed');
});

it('content that mail does not carry is refused in words, and so is mail to a phone', async () => {
  const picture = await send('bob@example.com', 'service', {
    type: 'image',
    image: { link: 'https://a.example/a.png' },
  });
  expect(picture.json).toMatchObject({ code: 'content_unsupported' });
  const script = await send('bob@example.com', 'service', {
    type: 'email',
    email: { subject: 'x', html: '<script>1</script>' },
  });
  expect(script.status).toBe(422);
  expect(script.json.errors[0].pointer).toBe('/content/email/html');
  const { status } = await call('POST', '/v1/messages', {
    to: '+15550001111',
    sender_id: senderId,
    purpose: 'service',
    content: { type: 'text', text: { body: 'Hello' } },
  });
  expect(status).toBe(422);
  expect((await send('no-address', 'service')).json.errors[0].pointer).toBe('/to_email');
  expect(await mailsTo('bob@example.com')).toEqual([]);
});

it('a refusal for good fails the message with its code, one for now is tried again, and nothing goes twice', async () => {
  const rule = (to: string, code: number, details: string) => ({
    rules: [{ match: { provider: 'mail', to, times: 1 }, action: { kind: 'error', code, details } }],
  });
  await control(carillon, 'POST', '/faults', rule('gone@example.com', 550, '5.1.1 No such user'));
  const { json } = await send('gone@example.com', 'transactional');
  const failed = await settled(json.id, 'failed');
  expect(JSON.stringify(failed)).toContain('5.1.1');
  await control(carillon, 'POST', '/faults', rule('busy@example.com', 421, '4.3.2 Too busy'));
  const { json: busy } = await send('busy@example.com', 'transactional');
  await settled(busy.id, 'accepted');
  expect(await mailsTo('busy@example.com')).toHaveLength(1);
}, 120_000);

it('a mail that was taken without a word stays unknown and never goes again; its bounce settles it', async () => {
  const to = 'silent@example.com';
  await control(carillon, 'POST', '/faults', {
    rules: [{ match: { provider: 'mail', to, times: 1 }, action: { kind: 'accept_then_reset' } }],
  });
  const { json } = await send(to, 'transactional');
  await settled(json.id, 'unknown');
  const [got] = await mailsTo(to);
  await control(carillon, 'POST', `/mail/messages/${got.id}/bounce`, { status: '5.2.2', text: 'Mailbox full' });
  const failed = await settled(json.id, 'failed');
  expect(JSON.stringify(failed)).toContain('5.2.2');
  expect(await mailsTo(to)).toHaveLength(1);
}, 60_000);

it('an answer is a message of the contact, and STOP in one ends all e-mail', async () => {
  const to = 'carol@example.com';
  const { json } = await send(to, 'service');
  const got = await received(to);
  await control(carillon, 'POST', `/mail/messages/${got.id}/reply`, { text: 'When does it open?' });
  const inbound = await vi.waitUntil(async () => {
    const { json: list } = await call('GET', `/v1/messages?direction=inbound&contact=${to}`);
    return list.data?.[0];
  }, patience);
  expect(inbound).toMatchObject({
    type: 'email',
    to_email: to,
    sender_id: senderId,
    content: { email: { subject: 'Re: Autumn ☀', text: 'When does it open?' } },
  });
  expect(inbound.contact_id).toBe((await call('GET', `/v1/messages/${json.id}`)).json.contact_id);
  await control(carillon, 'POST', `/mail/messages/${got.id}/reply`, { text: 'STOP' });
  await vi.waitUntil(async () => (await send(to, 'service')).status === 422, patience);
  expect((await send(to, 'transactional')).json).toMatchObject({ decision: { rule: 'recipient_opted_out' } });
});

it('a complaint ends all e-mail to the person', async () => {
  const to = 'dave@example.com';
  await send(to);
  const got = await received(to);
  await control(carillon, 'POST', `/mail/messages/${got.id}/complaint`);
  await vi.waitUntil(async () => (await send(to, 'transactional')).status === 422, patience);
});

/** Runs a command to its end, without a terminal. */
async function cli(args: string[], env: Record<string, string> = {}) {
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
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, errors };
}

it('the command line connects a server, says what is wrong, and sends to an address', async () => {
  const missing = await cli(['connections', 'add', 'smtp']);
  expect(missing.code).toBe(2);
  for (const name of ['SMTP_HOST', 'SMTP_USER', 'SMTP_PASSWORD', 'SMTP_FROM']) expect(missing.errors).toContain(name);
  const place = ['--port', String(mail.port), '--tls', 'none', '--name', 'By hand'];
  const env = {
    SMTP_HOST: mail.host,
    SMTP_USER: mail.user,
    SMTP_PASSWORD: mail.password,
    SMTP_FROM: 'cli@sandbox.example',
  };
  const wrong = await cli(['connections', 'add', 'smtp', ...place], { ...env, SMTP_PASSWORD: 'wrong-secret' });
  expect(wrong.code).not.toBe(0);
  expect(wrong.errors + wrong.out).toContain('did not sign us in');
  const added = await cli(['connections', 'add', 'smtp', ...place, '--json'], env);
  expect(added.code, added.errors).toBe(0);
  const { sender_id, callback_url } = JSON.parse(added.out) as { sender_id: string; callback_url: string };
  expect(callback_url).toMatch(/\/webhooks\/smtp\/[0-9a-f-]{36}\/[\w-]{40,}$/);
  const sent = await cli(['messages', 'send', 'erin@example.com', 'Hello from here', '--sender', sender_id]);
  expect(sent.code, sent.errors).toBe(0);
  expect(await received('erin@example.com')).toMatchObject({
    sender: 'cli@sandbox.example',
    subject: 'Message from cli@sandbox.example',
    text: 'Hello from here',
  });
});

it('in a browser a mail is drawn without running, and one button ends marketing on the page of its link', async () => {
  await using browser = await openBrowser();
  const to = 'fay@example.com';
  await send(to);
  const got = await received(to);
  const page = await browser.openPage(`${carillon.sandbox}/mail`);
  await expectAccessible(page);
  await page.getByRole('row').filter({ hasText: to }).getByRole('link').click();
  // The checker of accessibility would wait for ever for a frame that runs nothing.
  await page.frameLocator('iframe').getByRole('heading', { name: 'Hello' }).waitFor({ timeout: 15_000 });

  const asked = await browser.openPage(got.one_click_url);
  await expectAccessible(asked);
  await asked.getByRole('button', { name: 'Unsubscribe' }).click();
  await asked.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
  await asked.goto(got.one_click_url);
  await asked.getByRole('heading', { name: 'You are unsubscribed' }).waitFor();
  expect((await send(to)).status).toBe(422);
  expect(browser.takeComplaints()).toEqual([]);
}, 60_000);

it('a webhook without the key is none, whatever it says', async () => {
  const answer = await fetch(`${carillon.api}/webhooks/smtp/${connectionId}/guessed`, {
    method: 'POST',
    headers: { 'content-type': 'message/rfc822' },
    body: 'From: eve@example.com\r\nTo: shop@sandbox.example\r\n\r\nHello',
  });
  expect(answer.status).toBe(404);
});
