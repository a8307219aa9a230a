import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, afterEach, expect, vi } from 'vitest';
import { type RunningCarillon, startCarillon } from './carillon.ts';

export const aTemplate = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
export const aMessage = (changes: Record<string, unknown> = {}) => ({
  to: '+15550001111',
  purpose: 'transactional',
  content: aTemplate,
  ...changes,
});

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  json: any;
}

interface Credentials {
  app_secret: string;
  phone_number_id: string;
  waba_id: string;
  verify_token: string;
}

/** A running server as its users and its provider meet it, for tests of bad input. */
export class UnderTest implements AsyncDisposable {
  readonly carillon: RunningCarillon;
  readonly credentials: Credentials;
  readonly connectionId: string;
  /** Ids of messages that were accepted; none may ever be missing. */
  readonly accepted: string[] = [];

  private constructor(carillon: RunningCarillon, credentials: Credentials, connectionId: string) {
    this.carillon = carillon;
    this.credentials = credentials;
    this.connectionId = connectionId;
  }

  /** For all tests of a file: behind each of them it still works, and behind the last nothing is lost. */
  static async ofFile(): Promise<UnderTest> {
    const under = await UnderTest.start();
    afterEach(() => under.stillWorks());
    afterAll(async () => {
      await under.nothingIsLost();
      await under[Symbol.asyncDispose]();
    });
    await under.stillWorks();
    return under;
  }

  static async start(env: Record<string, string> = {}): Promise<UnderTest> {
    const carillon = await startCarillon({ env });
    const credentials = (await (await fetch(`${carillon.sandbox}/_sandbox/credentials`)).json()) as Credentials;
    const connections = await fetch(`${carillon.api}/v1/connections`, {
      headers: { authorization: `Bearer ${carillon.apiKey}` },
    });
    const { data } = (await connections.json()) as { data: { id: string }[] };
    return new UnderTest(carillon, credentials, data[0]?.id ?? '');
  }

  /** One API call; `body` is sent as it is when it is text or bytes. */
  async call(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string | undefined>; key?: string | null } = {},
  ): Promise<Answer> {
    const { body, key = this.carillon.apiKey } = options;
    const headers: Record<string, string | undefined> = {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      'content-type': body === undefined ? undefined : 'application/json',
      'idempotency-key': method === 'GET' ? undefined : randomUUID(),
      ...options.headers,
    };
    const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const response = await fetch(this.carillon.api + path, {
      method,
      headers: sent,
      redirect: 'manual',
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' || Buffer.isBuffer(body) ? (body as string) : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parseJson(text) };
  }

  /** Posts a webhook as the provider does. */
  webhook(
    body: unknown,
    options: { signature?: string | null; headers?: Record<string, string>; connectionId?: string } = {},
  ): Promise<Answer> {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const { signature = this.sign(bytes) } = options;
    return this.call('POST', `/webhooks/whatsapp-cloud/${options.connectionId ?? this.connectionId}`, {
      body: bytes,
      key: null,
      headers: {
        'idempotency-key': undefined,
        'x-hub-signature-256': signature ?? undefined,
        ...options.headers,
      },
    });
  }

  sign(bytes: Buffer | string, secret = this.credentials.app_secret): string {
    return `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;
  }

  /** A webhook of the connected number. */
  value(value: Record<string, unknown>) {
    const { phone_number_id, waba_id } = this.credentials;
    const metadata = { display_phone_number: '15550783881', phone_number_id };
    const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } };
    return { object: 'whatsapp_business_account', entry: [{ id: waba_id, changes: [change] }] };
  }

  /** Waits until the webhooks that were taken had their effect. */
  async settled(): Promise<void> {
    await vi.waitFor(async () => expect((await this.call('GET', '/v1/webhooks?state=pending')).json.data).toEqual([]), {
      timeout: 20_000,
      interval: 50,
    });
  }

  /** Sends a good message: whatever came before, the server takes it, and has not lost one that it took earlier. */
  async stillWorks(): Promise<void> {
    const answer = await this.call('POST', '/v1/messages', { body: aMessage() });
    expect(answer.status, answer.text).toBe(202);
    const earlier = this.accepted.at(-1);
    this.accepted.push(answer.json.id);
    if (earlier) expect((await this.call('GET', `/v1/messages/${earlier}`)).status).toBe(200);
  }

  /** Every message that was accepted is there. */
  async nothingIsLost(): Promise<void> {
    const found = new Set<string>();
    for (let path = '/v1/messages?direction=outbound&limit=200'; ; ) {
      const { json } = await this.call('GET', path);
      for (const { id } of json.data) found.add(id);
      if (!json.next_cursor) break;
      path = `/v1/messages?direction=outbound&limit=200&after=${encodeURIComponent(json.next_cursor)}`;
    }
    expect(this.accepted.filter((id) => !found.has(id))).toEqual([]);
    expect(this.accepted.length).toBeGreaterThan(0);
    const bugs = this.carillon.logs.filter(
      (line) => line.includes('failed on our side') && !line.includes('DatabaseBusy'),
    );
    expect(bugs).toEqual([]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.carillon.stop();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A refusal in words: the status, a problem with this code, and nothing of our inside. */
export function expectProblem(answer: { status: number; text: string }, status: number, code?: string | RegExp): void {
  expect(answer.status, answer.text.slice(0, 400)).toBe(status);
  const problem = parseJson(answer.text) as { code?: string; request_id?: string; title?: string };
  expect(problem, answer.text.slice(0, 400)).toMatchObject({
    status,
    title: expect.any(String),
    request_id: expect.any(String),
  });
  if (code !== undefined) expect(problem.code).toMatch(code instanceof RegExp ? code : new RegExp(`^${code}$`));
  expectNoInside(answer.text);
}

/** No stack, no SQL, no names of tables, files or versions. */
export function expectNoInside(text: string): void {
  expect(text).not.toMatch(
    /node_modules|\.ts:\d|at \w+ \(|\bselect\b.*\bfrom\b|insert into|\boutbox\b|message_state|jsonb|fastify|postgres|SQLSTATE|\bajv\b/i,
  );
}
