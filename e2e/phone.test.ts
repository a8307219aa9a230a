import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, expectFits, openBrowser, type WatchedBrowser } from './watched-browser.ts';

// A JPEG and PNG reader alike take this: one red pixel.
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
);

interface Credentials {
  access_token: string;
  phone_number_id: string;
  verify_token: string;
}

let folder: string;
let sandbox: ChildProcess;
let address: string;
let credentials: Credentials;
let business: Server;
let browser: WatchedBrowser;
const received: Record<string, unknown>[] = [];
const told: { id: string; status: string }[] = [];
let people = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-phone-'));
  sandbox = spawn(process.execPath, ['sandbox/main.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, CARILLON_SANDBOX_PORT: '0', CARILLON_SANDBOX_DATA: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  address = await readyAddress(sandbox);
  credentials = (await call('GET', '/_sandbox/credentials')) as Credentials;
  business = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://business');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'POST') takeWebhook(Buffer.concat(chunks).toString());
      response.end(url.searchParams.get('hub.challenge') ?? '');
    });
  }).listen(0, '127.0.0.1');
  await once(business, 'listening');
  await call('POST', '/_sandbox/settings', { delay_factor: 0, service_window: 'off' });
  await call('POST', '/_sandbox/webhook', { url: `http://127.0.0.1:${(business.address() as AddressInfo).port}/` });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  business?.close();
  if (sandbox?.exitCode === null) {
    const exit = once(sandbox, 'exit');
    sandbox.kill('SIGTERM');
    await exit;
  }
  if (folder) await rm(folder, { recursive: true, force: true });
});

afterEach(async () => {
  await browser.closePages();
  expect(browser.takeComplaints()).toEqual([]);
});

describe('the phone of the sandbox', () => {
  it('makes a person, and shows what the business sends the moment it is delivered', async () => {
    const page = await browser.openPage(`${address}/`);
    const phone = nextPhone();
    await page.getByLabel('Phone number').fill(phone);
    await page.getByLabel('Name').fill('Ada');
    await page.getByRole('button', { name: 'Open the phone' }).click();
    await page.getByRole('log').waitFor();
    await send(phone, { type: 'text', text: { body: 'Hello *Ada*, see https://example.com/a.' } });
    await page.getByRole('article').getByText('Hello Ada, see').waitFor();
    expect(await page.getByRole('article').locator('strong').textContent()).toBe('Ada');
    const link = page.getByRole('link', { name: 'https://example.com/a' });
    expect(await link.getAttribute('rel')).toContain('noopener');
    // The address holds the state: the same page comes back.
    await page.reload();
    await page.getByRole('article').getByText('Hello Ada, see').waitFor();
    expect(await page.title()).toContain('Carillon');
  });

  it('answers with Enter, and the ticks follow the business', async () => {
    const { page, phone } = await openPhone();
    await page.getByLabel('Message', { exact: true }).fill('First line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second');
    await page.keyboard.press('Enter');
    const message = await inbound((candidate) => candidate['from'] === digits(phone));
    expect(message).toMatchObject({ type: 'text', text: { body: 'First line\nsecond' } });
    await page.getByRole('article').getByRole('img', { name: 'Delivered' }).waitFor();
    await graph({ status: 'read', message_id: message['id'], typing_indicator: { type: 'text' } });
    await page.getByRole('article').getByRole('img', { name: 'Read', exact: true }).waitFor();
    await page.getByText('typing …').waitFor();
  });

  it('taps a reply button, and the answer names the message and the button', async () => {
    const { page, phone } = await openPhone();
    const id = await send(phone, {
      type: 'interactive',
      interactive: {
        type: 'button',
        body: { text: 'When?' },
        action: { buttons: [{ type: 'reply', reply: { id: 'b1', title: 'Morning' } }] },
      },
    });
    await page.getByRole('button', { name: 'Morning' }).click();
    const answer = await inbound((message) => message['type'] === 'interactive' && message['from'] === digits(phone));
    expect(answer).toMatchObject({
      context: { id },
      interactive: { type: 'button_reply', button_reply: { id: 'b1', title: 'Morning' } },
    });
  });

  it('chooses from a list by keyboard', async () => {
    const { page, phone } = await openPhone();
    await send(phone, {
      type: 'interactive',
      interactive: {
        type: 'list',
        body: { text: 'Where?' },
        action: {
          button: 'Shops',
          sections: [
            {
              rows: [
                { id: 'r1', title: 'Harbour', description: 'By the sea' },
                { id: 'r2', title: 'Hill' },
              ],
            },
          ],
        },
      },
    });
    await page.getByRole('button', { name: 'Shops' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Hill' }).press('Enter');
    const answer = await inbound((message) => message['type'] === 'interactive' && message['from'] === digits(phone));
    expect(answer).toMatchObject({ interactive: { type: 'list_reply', list_reply: { id: 'r2', title: 'Hill' } } });
  });

  it('draws a template with its values, and answers with its quick reply', async () => {
    const { page, phone } = await openPhone();
    const values = { first_name: 'Ada', day: 'Friday', time: '10:00' };
    const parameters = Object.entries(values).map(([parameter_name, text]) => ({ type: 'text', parameter_name, text }));
    const id = await send(phone, {
      type: 'template',
      template: {
        name: 'appointment_reminder',
        language: { code: 'en_US' },
        components: [{ type: 'body', parameters }],
      },
    });
    await page.getByRole('article').getByText('Friday').waitFor();
    const quickReply = page.locator(`[data-message="${id}"] .mv-action`).first();
    const text = (await quickReply.textContent()) ?? '';
    await quickReply.click();
    const answer = await inbound((message) => message['type'] === 'button' && message['from'] === digits(phone));
    expect(answer).toMatchObject({ context: { id }, button: { text } });
  });

  it('keeps messages waiting while it is offline, and shows them when it is back', async () => {
    const { page, phone } = await openPhone();
    await page.getByLabel('Settings of this phone').click();
    await page.getByRole('switch', { name: 'Offline' }).check();
    await page.keyboard.press('Escape');
    await page.getByText('This phone is offline.').waitFor();
    await send(phone, { type: 'text', text: { body: 'Are you there?' } });
    await page.getByText('1 message waits.').waitFor();
    expect(await page.getByRole('article').count()).toBe(0);
    await page.getByRole('button', { name: 'Go online' }).click();
    await page.getByRole('article').getByText('Are you there?').waitFor();
  });

  it('never reports "read" while read receipts are off, and does so when they are on', async () => {
    const { page, phone } = await openPhone({ read_receipts: false });
    const quiet = await send(phone, { type: 'text', text: { body: 'Quiet' } });
    await page.getByRole('article').getByText('Quiet').waitFor();
    await expect.poll(() => unreadOf(phone)).toBe(0);
    await page.getByLabel('Settings of this phone').click();
    await page.getByRole('switch', { name: 'No read receipts' }).uncheck();
    await page.keyboard.press('Escape');
    const open = await send(phone, { type: 'text', text: { body: 'Open' } });
    await expect.poll(() => toldOf(open), { timeout: 10_000 }).toContain('read');
    expect(toldOf(quiet)).toEqual(['sent', 'delivered']);
  });

  it('says that the business is blocked, and lets the person unblock it', async () => {
    const { page } = await openPhone({ blocked: true });
    await page.getByText('You blocked this business.').waitFor();
    await page.getByRole('button', { name: 'Unblock' }).click();
    await page.getByLabel('Message', { exact: true }).waitFor();
  });

  it('sends a photo with a caption, and a location', async () => {
    const { page, phone } = await openPhone();
    await page.getByLabel('Attach').click();
    await page.getByLabel('Photo').setInputFiles({ name: 'red.png', mimeType: 'image/png', buffer: pixel });
    await page.getByLabel('Caption').fill('My red pixel');
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    const photo = await inbound((message) => message['type'] === 'image' && message['from'] === digits(phone));
    expect(photo).toMatchObject({ image: { mime_type: 'image/png', caption: 'My red pixel' } });
    await page.getByRole('button', { name: 'Open Photo: My red pixel' }).click();
    await expect
      .poll(() =>
        page
          .getByRole('dialog')
          .locator('img')
          // The types of the browser are not those of this project.
          .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      )
      .toBe(1);
    await page.keyboard.press('Escape');
    await page.getByLabel('Attach').click();
    await page.getByRole('button', { name: 'Location' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    const place = await inbound((message) => message['type'] === 'location' && message['from'] === digits(phone));
    expect(place).toMatchObject({ location: { name: 'Central Park' } });
  });

  it('quotes a message and reacts to it', async () => {
    const { page, phone } = await openPhone();
    const id = await send(phone, { type: 'text', text: { body: 'How was it?' } });
    const row = page.locator(`[data-message="${id}"]`);
    await row.focus();
    await page.keyboard.press('r');
    await page.keyboard.type('Good');
    await page.keyboard.press('Enter');
    expect(await inbound((message) => message['type'] === 'text' && message['from'] === digits(phone))).toMatchObject({
      context: { id },
      text: { body: 'Good' },
    });
    await row.getByRole('button', { name: 'React' }).click();
    await page.getByRole('button', { name: '❤️' }).click();
    expect(
      await inbound((message) => message['type'] === 'reaction' && message['from'] === digits(phone)),
    ).toMatchObject({
      reaction: { message_id: id, emoji: '❤️' },
    });
    await row.getByRole('img', { name: 'Reactions: ❤️ by You' }).waitFor();
  });

  it('shows hostile text as text: no element, no address but http, no turned direction', async () => {
    const { page, phone } = await openPhone({ name: '<img src=x onerror=alert(1)>\u202Etxt.exe' });
    await send(phone, {
      type: 'text',
      text: {
        body: '<img src=x onerror=alert(1)> <svg/onload=alert(2)> javascript:alert(3) https://bank.example@evil.example/x',
      },
    });
    await send(phone, {
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        body: { text: 'Your bank' },
        action: { name: 'cta_url', parameters: { display_text: 'https://bank', url: 'https://evil.example/' } },
      },
    });
    await page.getByRole('article').getByText('<svg/onload=alert(2)>').waitFor();
    await page.getByText('(evil.example)').waitFor();
    expect(await page.locator('.mv-bubble img, .mv-bubble a[href^="javascript"]').count()).toBe(0);
    await page.getByRole('link', { name: /https:\/\/bank\s*evil\.example/u }).waitFor();
    expect(await page.locator('.ph-side').textContent()).not.toContain('\u202E');
  });

  it.each([
    { width: 1280, height: 800, colorScheme: 'light' },
    { width: 360, height: 640, colorScheme: 'dark' },
  ] as const)('is accessible and fits at $width px, $colorScheme', async ({ width, height, colorScheme }) => {
    const { page, phone } = await openPhone({}, { viewport: { width, height }, colorScheme });
    for (const body of ['Hello', `https://example.com/${'long'.repeat(60)}`, 'שלום *עולם* 123']) {
      await send(phone, { type: 'text', text: { body } });
    }
    await page.getByText('שלום').waitFor();
    await page.getByLabel('Message', { exact: true }).fill('Hi');
    await page.keyboard.press('Enter');
    await page.getByRole('article').getByRole('img', { name: 'Delivered' }).waitFor();
    await expectAccessible(page);
    await expectFits(page);
    await page.goto(`${address}/`);
    await page.getByRole('heading', { name: 'Whose phone?' }).waitFor();
    await expectAccessible(page);
    await expectFits(page);
  });
});

async function openPhone(
  person: Record<string, unknown> = {},
  options: Parameters<WatchedBrowser['openPage']>[1] = {},
) {
  const phone = nextPhone();
  const { id } = (await call('POST', '/_sandbox/people', { phone, name: 'Ada', ...person })) as { id: string };
  const page: Page = await browser.openPage(`${address}/?person=${id}&chat=${credentials.phone_number_id}`, options);
  await page.getByRole('log').getByText('No messages yet.').waitFor();
  return { page, phone };
}

function nextPhone(): string {
  people += 1;
  return `+1555011${String(people).padStart(4, '0')}`;
}

const digits = (phone: string) => phone.slice(1);

/** The business sends; gives the id of the message. */
async function send(phone: string, content: Record<string, unknown>): Promise<string> {
  const answer = (await graph({ to: phone, ...content })) as { messages: { id: string }[] };
  return answer.messages[0]?.id ?? '';
}

function graph(body: Record<string, unknown>): Promise<unknown> {
  return call(
    'POST',
    `/v24.0/${credentials.phone_number_id}/messages`,
    { messaging_product: 'whatsapp', ...body },
    credentials.access_token,
  );
}

/** The first webhook message that matches, waited for. */
async function inbound(matches: (message: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> {
  await expect.poll(() => received.some(matches), { timeout: 15_000 }).toBe(true);
  return received.find(matches) ?? {};
}

const toldOf = (wamid: string) => told.filter(({ id }) => id === wamid).map(({ status }) => status);

async function unreadOf(phone: string): Promise<number | undefined> {
  const { data } = (await call('GET', `/_sandbox/people/${phone}/chats`)) as { data: { unread: number }[] };
  return data[0]?.unread;
}

async function call(method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
  const response = await fetch(address + path, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
  return answer;
}

function takeWebhook(body: string): void {
  type Value = { messages?: Record<string, unknown>[]; statuses?: { id: string; status: string }[] };
  const { entry } = JSON.parse(body) as { entry: { changes: { value: Value }[] }[] };
  for (const { value } of entry.flatMap(({ changes }) => changes)) {
    received.push(...(value.messages ?? []));
    told.push(...(value.statuses ?? []));
  }
}

async function readyAddress(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The sandbox has no output to read.');
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue;
    const event = JSON.parse(line) as { event?: string; address?: string };
    if (event.event === 'sandbox_ready' && event.address) return event.address;
  }
  throw new Error('The sandbox ended before it was ready.');
}
