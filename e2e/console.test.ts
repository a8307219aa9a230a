import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { control } from './calls.ts';
import { type RunningCarillon, startCarillon } from './carillon.ts';
import { ChaosProxy } from './faults/chaos-proxy.ts';
import { expectAccessible, expectFits, openBrowser, type WatchedBrowser } from './watched-browser.ts';

// One red pixel.
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
);

let carillon: RunningCarillon;
let api: string;
let apiKey: string;
let browser: WatchedBrowser;
let people = 0;

beforeAll(async () => {
  carillon = await startCarillon();
  ({ api, apiKey } = carillon);
  await control(carillon, 'POST', '/settings', { delay_factor: 0 });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await carillon?.stop();
});

afterEach(async () => {
  await browser.closePages();
  // The page asks who is signed in, and the browser notes the answer "nobody".
  const complaints = browser
    .takeComplaints()
    .filter((complaint) => !/status of 401 .*\/v1\/session\)$/u.test(complaint));
  expect(complaints).toEqual([]);
});

describe('signing in', () => {
  it('refuses a wrong key in words, takes a right one, and keeps no secret where a script could read it', async () => {
    const page = await browser.openPage(`${api}/console/`);
    await page.getByLabel('API key').fill('ck_this_key_is_not_known');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The API key is not known.').waitFor();
    await page.getByLabel('API key').fill(apiKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Messages', level: 2 }).waitFor();
    const readable = await page.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
    );
    expect(readable).not.toContain(apiKey);
    expect(readable).toContain('""]');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: 'carillon_session', httpOnly: true, sameSite: 'Strict' });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('shows the door again when the session has ended', async () => {
    const page = await openConsole('/messages');
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Dead letters' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    // The refusals of what the page asked meanwhile are in the browser's console.
    browser.takeComplaints();
  });
});

describe('the list of messages', () => {
  it('shows a message and its receipts as they come, without a reload', async () => {
    const page = await openConsole('/messages');
    await page.getByText('Live', { exact: true }).waitFor();
    const phone = nextPhone();
    await sendTemplate(phone);
    const row = page.getByRole('link').filter({ hasText: phone });
    await row.getByText('Delivered').waitFor();
    await write(phone, 'What is *new*?');
    await page.getByRole('link').filter({ hasText: 'What is new?' }).getByText('Received').waitFor();
  });

  it('says when the connection is lost, and catches up by itself', async () => {
    await using proxy = await ChaosProxy.start({ port: Number(new URL(api).port) });
    const page = await openConsole('/messages', {}, proxy.through(api).replace(/\/$/u, ''));
    const live = page.getByText('Live', { exact: true });
    await live.waitFor();
    await proxy.refuse();
    proxy.reset();
    await page.getByText('Connecting …').waitFor();
    const phone = nextPhone();
    await settled(await sendTemplate(phone));
    await proxy.accept();
    await page.getByRole('link').filter({ hasText: phone }).getByText('Delivered').waitFor();
    await live.waitFor();
    // Before the proxy ends. That nobody answered is in the browser's console.
    await browser.closePages();
    browser.takeComplaints();
  });

  it('keeps the filters in the address', async () => {
    const phone = nextPhone();
    const id = await sendTemplate(phone);
    await write(phone, 'An answer');
    await settled(id);
    const page = await openConsole(`/messages?contact=${encodeURIComponent(phone)}`);
    await expect.poll(() => page.locator('[data-row]').count()).toBe(2);
    await page.getByLabel('Direction').selectOption('inbound');
    await expect.poll(() => page.locator('[data-row]').count()).toBe(1);
    expect(new URL(page.url()).searchParams.get('direction')).toBe('inbound');
    await page.reload();
    await expect.poll(() => page.locator('[data-row]').count()).toBe(1);
    expect(await page.getByLabel('Direction').inputValue()).toBe('inbound');
    await page.getByLabel('Status').selectOption('failed');
    await page.getByText('No message matches the filters').waitFor();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await expect.poll(() => page.locator('[data-row]').count()).toBeGreaterThan(1);
  });

  it('is used by keyboard alone', async () => {
    const phone = nextPhone();
    await settled(await sendTemplate(phone));
    const page = await openConsole(`/messages?contact=${encodeURIComponent(phone)}`);
    await page.locator('[data-row]').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Story' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Choose a message').waitFor();
    await page.keyboard.press('/');
    expect(await page.getByLabel('Contact').evaluate((field) => field.matches(':focus'))).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Next message').waitFor();
  });
});

describe('the story of a message', () => {
  it('tells decision, attempt and receipts, with the webhook as it came', async () => {
    const id = await sendTemplate(nextPhone());
    await settled(id);
    const page = await openConsole(`/messages/${id}`);
    const story = page.getByRole('list', { name: 'Story' });
    await story.getByText('Decided to send').waitFor();
    await story.getByText('no window needed', { exact: true }).waitFor();
    await story.getByText('the provider took it').waitFor();
    await story.getByText('Receipt: delivered').waitFor();
    await story.getByText('The webhook as it came').last().click();
    await story.getByText('"object": "whatsapp_business_account"').waitFor();
    await page
      .getByRole('article', { name: /The business/u })
      .getByText('hello_world')
      .waitFor();
  });

  it('names the rule that blocked a message', async () => {
    const { body } = await send(nextPhone(), 'service', { type: 'text', text: { body: 'Hi' } });
    const page = await openConsole(`/messages/${String(body['message_id'])}`);
    await page.getByText('Blocked: service window closed').waitFor();
  });

  it('leads from a message to the one that took its place, and back', async () => {
    const { twilio } = (await control(carillon, 'GET', '/credentials')) as {
      twilio: { base_url: string; account_sid: string; auth_token: string; phone_numbers: { phone_number: string }[] };
    };
    const { base_url, account_sid, auth_token, phone_numbers } = twilio;
    const account = { channel: 'sms', base_url, account_sid, auth_token, sender: phone_numbers[0]?.phone_number };
    const { body: senders } = await toServer('GET', '/v1/senders');
    const [cloud] = senders['data'] as { id: string }[];
    const { body: added } = await toServer('POST', '/v1/connections/twilio', account);
    const variants = [{ channel: 'sms', text: 'Hello from the shop.' }];
    const { body: rule } = await toServer('POST', '/v1/routing/rules', {
      name: 'All',
      when: {},
      senders: [{ sender_id: cloud?.id }, { sender_id: added['sender_id'] }],
      reroute: { enabled: true },
      twins: [{ template: 'hello_world', language: 'en_US', variants }],
    });
    const to = nextPhone();
    const rules = [{ match: { to, type: 'template' }, action: { kind: 'error', code: 131026 } }];
    await control(carillon, 'POST', '/faults', { rules });
    const page = await openConsole(`/messages/${await sendTemplate(to)}`);
    await page.getByRole('link', { name: 'the message that took its place' }).click();
    await page.getByText('Refused: Message undeliverable (131026)').first().waitFor();
    await page.getByRole('article').getByText('Hello from the shop.').first().waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'an earlier message' }).click();
    await page.getByText('Rerouted: another message took its place').waitFor();
    await toServer('DELETE', `/v1/routing/rules/${String(rule['id'])}`);
    await toServer('DELETE', `/v1/connections/${String(added['id'])}`);
  });

  it('shows why one failed, and puts it back into the queue', async () => {
    const id = await sendTemplate('+15550110026');
    const page = await openConsole(`/messages/${id}`);
    await page.getByText('Receipt: failed').waitFor();
    await page.getByText('The row of the error table that decided').waitFor();
    await page.getByRole('region', { name: 'Dead letter' }).getByRole('button', { name: 'Send again' }).click();
    await page.getByText('Put back into the queue').waitFor();
  });

  it('refuses mended content in words, and lets a dead letter go', async () => {
    const id = await sendTemplate('+15550210026');
    await settled(id);
    const page = await openConsole('/dead-letters');
    await page.getByRole('list', { name: 'Causes' }).getByText('131026').waitFor();
    const letters = page.getByRole('region', { name: 'Dead letters' });
    await letters
      .getByRole('row')
      .filter({ hasText: id.slice(-12) })
      .getByRole('link')
      .click();
    await page.getByRole('button', { name: 'Edit and send' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Content').fill('{"type": "text"');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await dialog.getByText('This is no JSON').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('region', { name: 'Dead letter' }).waitFor({ state: 'detached' });
    await page.getByText('Discarded', { exact: true }).waitFor();
  });

  it('shows the picture that a contact sent', async () => {
    const page = await openPicture();
    await pictureIsShown(page);
  });

  it('says why a picture is missing, and shows it when it was fetched again', async () => {
    const rules = [{ match: { type: 'image/png', times: 1 }, action: { kind: 'media_unknown' } }];
    await control(carillon, 'POST', '/faults', { rules });
    const page = await openPicture();
    await page.getByText(/^Meta answered: .+ \(code 100, subcode 33\)\.$/u).waitFor();
    await page.getByRole('button', { name: 'Fetch the file again' }).click();
    await pictureIsShown(page);
    await page.getByRole('button', { name: 'Fetch the file again' }).waitFor({ state: 'detached' });
  });

  it('shows what strangers wrote as text', async () => {
    const phone = nextPhone();
    await write(
      phone,
      '<img src=x onerror=alert(1)> javascript:alert(2) https://bank.example@evil.example/x \u202Etxt.exe',
    );
    const page = await openConsole(`/messages?contact=${encodeURIComponent(phone)}`);
    await page.locator('[data-row]').click();
    await page.getByText('(evil.example)').waitFor();
    expect(await page.locator('.mv-bubble img, a[href^="javascript"]').count()).toBe(0);
  });
});

describe('the other pages', () => {
  it('stop a lane with a reason, hold its messages, and let it go on', async () => {
    const page = await openConsole('/connections');
    await page.getByText('First webhook:').waitFor();
    await page.getByRole('button', { name: 'Stop transactional' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('Price check');
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await page.getByText('stopped: Price check').waitFor();
    const phone = nextPhone();
    const id = await sendTemplate(phone);
    await page.getByRole('link', { name: 'Held messages' }).click();
    await page.locator('[data-row]').filter({ hasText: phone }).click();
    await page.getByText('Held: lane stopped').waitFor();
    const waits = page.getByRole('status').filter({ hasText: 'It waits.' });
    await waits.getByText('Messages for this purpose are stopped: Price check.').waitFor();
    await page.getByRole('link', { name: 'Connections' }).click();
    await page.getByRole('button', { name: 'Resume transactional' }).click();
    await page.getByRole('button', { name: 'Stop transactional' }).waitFor();
    await settled(id);
    await page.goBack();
    await page.getByText('Receipt: delivered').waitFor();
    await waits.waitFor({ state: 'detached' });
  });

  it('stop everything from wherever one is, say so on every page, and let it go on', async () => {
    const page = await openConsole('/messages');
    await page.getByRole('button', { name: 'Stop sending' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('Wrong prices');
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Nothing is sent: everything is stopped.').waitFor();
    const id = await sendTemplate(nextPhone());
    await page.getByRole('link', { name: 'Connections' }).click();
    await page.getByRole('status', { name: 'Stops' }).getByText('Wrong prices').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Resume everything' }).click();
    await page.getByText('Nothing is sent: everything is stopped.').waitFor({ state: 'detached' });
    await settled(id);
  });

  it('say what the provider told of a number, its account and its templates', async () => {
    const news = (field: string, value: object) => control(carillon, 'POST', `/webhooks/${field}`, { value });
    const rejected = { event: 'REJECTED', message_template_name: 'spring_sale', reason: 'SCAM' };
    await news('message_template_status_update', rejected);
    await news('phone_number_name_update', { decision: 'REJECTED', rejection_reason: 'NAME_FORMAT_UNACCEPTABLE' });
    const restriction_info = [{ restriction_type: 'RESTRICTED_UTILITY_TEMPLATES' }];
    await news('account_update', { event: 'ACCOUNT_RESTRICTION', restriction_info });
    const page = await openConsole('/connections');
    await page.getByRole('list', { name: 'Templates that are not approved' }).getByText('spring_sale').waitFor();
    await page.getByText('Name rejected · NAME_FORMAT_UNACCEPTABLE').waitFor();
    await page.getByText('Messages made of them wait until they are approved.').waitFor();
    await page.getByText('it may not send utility templates').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Send anyway' }).click();
    await page.getByRole('list', { name: 'Restrictions' }).waitFor({ state: 'detached' });
  });

  it('link the phone of an UltraMsg instance by the QR code', async () => {
    const { ultramsg } = (await control(carillon, 'GET', '/credentials')) as {
      ultramsg: { base_url: string; instance_id: string; token: string };
    };
    const instance = `/ultramsg/instances/${ultramsg.instance_id}`;
    const { base_url, instance_id, token } = ultramsg;
    const asked = { base_url, instance_id, token, name: 'By phone' };
    const added = await toServer('POST', '/v1/connections/ultramsg', asked);
    expect(added.status).toBe(201);
    await control(carillon, 'PATCH', instance, { state: 'qr' });
    const page = await openConsole('/connections');
    const card = page.getByRole('region', { name: 'By phone' });
    await card.getByRole('button', { name: 'Show the QR code' }).click();
    await card.getByRole('img', { name: 'The QR code that links a phone' }).waitFor();
    await expectAccessible(page);
    await control(carillon, 'POST', `${instance}/scan`);
    await card.getByText('Linked: +').waitFor();
    expect(await card.getByRole('img').count()).toBe(0);
    await card.getByText('does not sign its webhooks').waitFor();
    await toServer('DELETE', `/v1/connections/${String(added.body['id'])}`);
  });

  it('show every webhook with its exact body, and apply it again', async () => {
    await settled(await sendTemplate(nextPhone()));
    const page = await openConsole('/webhooks');
    await page.getByRole('region', { name: 'Webhooks' }).getByRole('link').first().click();
    await page.getByText('"object": "whatsapp_business_account"').waitFor();
    await page.getByRole('button', { name: 'Apply again' }).click();
    await page.getByText('It is being applied again.').waitFor();
  });

  it.each([
    { width: 1280, height: 800, colorScheme: 'light' },
    { width: 360, height: 640, colorScheme: 'dark' },
  ] as const)('are accessible and fit at $width px, $colorScheme', async ({ width, height, colorScheme }) => {
    const id = await sendTemplate('+15550120026');
    const options = { viewport: { width, height }, colorScheme };
    const page = await openConsole(`/messages/${id}`, options);
    await page.getByRole('heading', { name: 'Story' }).waitFor();
    await expectAccessible(page);
    await expectFits(page);
    for (const place of ['messages', 'dead-letters', 'webhooks', 'connections']) {
      await page.goto(`${api}/console/${place}`);
      await page.locator('.c-row, .c-table, .c-card').first().waitFor();
      await expectAccessible(page);
      await expectFits(page);
    }
    const door = await browser.openPage(`${api}/console/`, options);
    await door.getByRole('button', { name: 'Sign in' }).waitFor();
    await expectAccessible(door);
    await expectFits(door);
  });
});

/** A page of the console, signed in. */
async function openConsole(
  path: string,
  options: Parameters<WatchedBrowser['openPage']>[1] = {},
  origin = api,
): Promise<Page> {
  const page = await browser.openPage(`${origin}/console${path}`, options);
  await page.getByLabel('API key').fill(apiKey);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'attached' });
  return page;
}

function nextPhone(): string {
  people += 1;
  return `+1555013${String(people).padStart(4, '0')}`;
}

async function sendTemplate(phone: string): Promise<string> {
  const template = { name: 'hello_world', language: { code: 'en_US' } };
  const { status, body } = await send(phone, 'transactional', { type: 'template', template });
  expect(status, JSON.stringify(body)).toBe(202);
  return String(body['id']);
}

async function send(
  to: string,
  purpose: string,
  content: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  return toServer('POST', '/v1/messages', { to, purpose, content });
}

async function toServer(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(api + path, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      'idempotency-key': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** Waits until the message was delivered or failed. */
async function settled(id: string): Promise<void> {
  const status = async () => {
    const response = await fetch(`${api}/v1/messages/${id}`, { headers: { authorization: `Bearer ${apiKey}` } });
    return ((await response.json()) as { status?: string }).status;
  };
  await expect.poll(status, { timeout: 20_000 }).toMatch(/^(?:delivered|read|failed)$/u);
}

/** Somebody new sends a picture; opens its story. */
async function openPicture(): Promise<Page> {
  const phone = nextPhone();
  await write(phone, 'A picture follows');
  const person = encodeURIComponent(phone);
  const upload = await fetch(`${carillon.sandbox}/_sandbox/people/${person}/media?filename=red.png`, {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: pixel,
  });
  const { id } = (await upload.json()) as { id: string };
  const image = { id, caption: 'Red' };
  await control(carillon, 'POST', `/people/${person}/messages`, { type: 'image', image });
  const page = await openConsole(`/messages?contact=${person}&type=image`);
  await page.locator('[data-row]').click();
  return page;
}

/** Until the file is here, it is named in place of the picture. */
async function pictureIsShown(page: Page): Promise<void> {
  const picture = page.getByRole('article').getByRole('img', { name: 'Photo: Red' });
  const width = () =>
    picture
      // The types of the browser are not those of this project; an image has a width of its own.
      .evaluate((shown) => (shown as unknown as { naturalWidth: number }).naturalWidth, undefined, { timeout: 1000 })
      .catch(() => 0);
  await expect.poll(width, { timeout: 30_000, interval: 1000 }).toBe(1);
}

/** The contact writes to the business. */
function write(phone: string, body: string): Promise<unknown> {
  return control(carillon, 'POST', `/people/${encodeURIComponent(phone)}/messages`, { type: 'text', text: { body } });
}
