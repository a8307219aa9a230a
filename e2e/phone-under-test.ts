import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { openBrowser, type WatchedBrowser } from './watched-browser.ts';

export type Json = Record<string, unknown>;

interface Credentials {
  access_token: string;
  phone_number_id: string;
  waba_id: string;
}

// A JPEG and PNG reader alike take this: one red pixel.
export const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==',
  'base64',
);

/** A sandbox, a business that is told what happens, and a browser with the phones of its people. Everything is at once:
 *  no delays, no service window. A page that complains fails its test. */
export class PhoneUnderTest {
  #folder = '';
  #sandbox: ChildProcess | undefined;
  #business: Server | undefined;
  #browser: WatchedBrowser | undefined;
  #credentials: Credentials = { access_token: '', phone_number_id: '', waba_id: '' };
  #people = 0;
  readonly #received: Json[] = [];
  readonly #told: { id: string; status: string }[] = [];
  address = '';

  /** For the tests of one file; each file has phone numbers of its own area. */
  static ofFile(launch: { args?: string[] } = {}): PhoneUnderTest {
    const under = new PhoneUnderTest();
    beforeAll(() => under.#start(launch));
    afterAll(() => under.#stop());
    afterEach(async () => {
      await under.browser.closePages();
      expect(under.browser.takeComplaints()).toEqual([]);
    });
    return under;
  }

  get browser(): WatchedBrowser {
    if (!this.#browser) throw new Error('The browser is not open yet.');
    return this.#browser;
  }

  get chatId(): string {
    return this.#credentials.phone_number_id;
  }

  nextPhone(): string {
    this.#people += 1;
    return `+1555011${String(this.#people).padStart(4, '0')}`;
  }

  /** Somebody new with an open chat. */
  async openPhone(person: Json = {}, options: Parameters<WatchedBrowser['openPage']>[1] = {}) {
    const phone = this.nextPhone();
    const { id } = (await this.call('POST', '/_sandbox/people', { phone, name: 'Ada', ...person })) as { id: string };
    const page: Page = await this.browser.openPage(`${this.address}/?person=${id}&chat=${this.chatId}`, options);
    await page.getByRole('log').getByText('No messages yet.').waitFor();
    return { page, phone };
  }

  /** The business sends; gives the id of the message. */
  async send(phone: string, content: Json): Promise<string> {
    const answer = (await this.graph({ to: phone, ...content })) as { messages: { id: string }[] };
    return answer.messages[0]?.id ?? '';
  }

  graph(body: Json, path = `${this.chatId}/messages`): Promise<unknown> {
    return this.call(
      'POST',
      `/v24.0/${path}`,
      { messaging_product: 'whatsapp', ...body },
      this.#credentials.access_token,
    );
  }

  /** Puts a picture of the business on the provider; gives its id. */
  uploadPicture(): Promise<string> {
    return this.upload(new File([pixel], 'red.png', { type: 'image/png' }));
  }

  /** Puts a file of the business on the provider; gives its id. */
  async upload(file: File): Promise<string> {
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('type', file.type);
    form.set('file', file);
    const response = await fetch(`${this.address}/v24.0/${this.chatId}/media`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#credentials.access_token}` },
      body: form,
    });
    const { id } = (await response.json()) as { id?: string };
    if (id === undefined) throw new Error(`The file was answered with ${response.status}.`);
    return id;
  }

  /** Makes a template that can be sent at once. */
  async addTemplate(definition: Json & { name: string }): Promise<void> {
    const { sent: _, ...template } = definition;
    await this.graph(template, `${this.#credentials.waba_id}/message_templates`);
    await this.call('PATCH', `/_sandbox/templates/${definition.name}`, { status: 'APPROVED' });
  }

  /** The first message of a type that the business is told of by this phone, waited for. */
  async inbound(phone: string, type: string): Promise<Json> {
    const matches = (message: Json) => message['type'] === type && message['from'] === phone.slice(1);
    await expect.poll(() => this.#received.some(matches), { timeout: 15_000 }).toBe(true);
    return this.#received.find(matches) ?? {};
  }

  /** The statuses that the business was told of a message. */
  toldOf(wamid: string): string[] {
    return this.#told.filter(({ id }) => id === wamid).map(({ status }) => status);
  }

  async call(method: string, path: string, body?: unknown, token?: string): Promise<unknown> {
    const response = await fetch(this.address + path, {
      method,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  async #start(launch: { args?: string[] }): Promise<void> {
    this.#folder = await mkdtemp(join(tmpdir(), 'carillon-phone-'));
    this.#sandbox = spawn(process.execPath, ['sandbox/main.ts'], {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, CARILLON_SANDBOX_PORT: '0', CARILLON_SANDBOX_DATA: this.#folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.address = await readyAddress(this.#sandbox);
    this.#credentials = (await this.call('GET', '/_sandbox/credentials')) as Credentials;
    this.#business = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://business');
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'POST') this.#takeWebhook(Buffer.concat(chunks).toString());
        response.end(url.searchParams.get('hub.challenge') ?? '');
      });
    }).listen(0, '127.0.0.1');
    await once(this.#business, 'listening');
    await this.call('POST', '/_sandbox/settings', {
      delay_factor: 0,
      service_window: 'off',
      address_messages: 'everywhere',
    });
    const { port } = this.#business.address() as AddressInfo;
    await this.call('POST', '/_sandbox/webhook', { url: `http://127.0.0.1:${port}/` });
    this.#browser = await openBrowser(launch.args);
  }

  async #stop(): Promise<void> {
    await this.#browser?.[Symbol.asyncDispose]();
    this.#business?.close();
    if (this.#sandbox?.exitCode === null) {
      const exit = once(this.#sandbox, 'exit');
      this.#sandbox.kill('SIGTERM');
      await exit;
    }
    if (this.#folder) await rm(this.#folder, { recursive: true, force: true });
  }

  #takeWebhook(body: string): void {
    type Value = { messages?: Json[]; statuses?: { id: string; status: string }[] };
    const { entry } = JSON.parse(body) as { entry: { changes: { value: Value }[] }[] };
    for (const { value } of entry.flatMap(({ changes }) => changes)) {
      this.#received.push(...(value.messages ?? []));
      this.#told.push(...(value.statuses ?? []));
    }
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
