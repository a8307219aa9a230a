import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, type Dispatcher } from 'undici';
import type { Settings } from '#control/settings.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import { type Sandbox, startSandbox } from '#sandbox.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // Tests look into answers of many shapes, and a wrong path fails the test.
  json: Record<string, never> & { [key: string]: never };
  /** The same for a test that says what it expects. */
  read<Expected>(): Expected;
}

export interface Account {
  access_token: string;
  limited_access_token: string;
  phone_number_id: string;
  foreign_phone_number_id: string;
  waba_id: string;
  app_id: string;
  app_secret: string;
  verify_token: string;
}

/** A sandbox in a folder of its own, and the calls that tests make. */
export class SandboxUser {
  readonly address: string;
  readonly account: Account;
  readonly folder: string;
  readonly #sandbox: Sandbox | undefined;
  readonly #agent = new Agent({ connections: 64, headersTimeout: 5000, bodyTimeout: 5000 });

  private constructor(address: string, account: Account, folder: string, sandbox: Sandbox | undefined) {
    this.address = address;
    this.account = account;
    this.folder = folder;
    this.#sandbox = sandbox;
  }

  /** Without delays and limits unless told. */
  static async start(settings: Partial<Settings> = {}, folder?: string): Promise<SandboxUser> {
    const dataFolder = folder ?? (await mkdtemp(join(tmpdir(), 'carillon-sandbox-')));
    const sandbox = await startSandbox({
      dataFolder,
      settings: { delay_factor: 0, limits: 'off', webhook_retry_seconds: [0.05], ...settings },
    });
    return SandboxUser.meet(sandbox.address, dataFolder, sandbox);
  }

  /** A sandbox that runs already. */
  static async meet(address: string, folder: string, sandbox?: Sandbox): Promise<SandboxUser> {
    const agent = new Agent();
    const answer = await agent.request({ origin: address, path: '/_sandbox/credentials', method: 'GET' });
    const account = (await answer.body.json()) as Account;
    await agent.destroy();
    return new SandboxUser(address, account, folder, sandbox);
  }

  /** Ends the sandbox and keeps its folder. */
  async stop(): Promise<void> {
    await this.#agent.destroy();
    await this.#sandbox?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async request(
    method: Dispatcher.HttpMethod,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
    const answer = await this.#agent.request({
      origin: this.address,
      path,
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      json = undefined;
    }
    const read = <Expected>(): Expected => json as Expected;
    return { status: answer.statusCode, headers: answer.headers, text, json: json as Answer['json'], read };
  }

  /** A Cloud API call with the right token. */
  graph(method: Dispatcher.HttpMethod, path: string, body?: unknown, token?: string): Promise<Answer> {
    return this.request(method, path, body, { authorization: `Bearer ${token ?? this.account.access_token}` });
  }

  send(message: Record<string, unknown>): Promise<Answer> {
    return this.graph('POST', `/v24.0/${this.account.phone_number_id}/messages`, {
      messaging_product: 'whatsapp',
      to: '+15550001111',
      ...message,
    });
  }

  sendHello(more: Record<string, unknown> = {}): Promise<Answer> {
    return this.send({ type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } }, ...more });
  }

  write(who: string, message: Record<string, unknown>): Promise<Answer> {
    return this.request('POST', `/_sandbox/people/${encodeURIComponent(who)}/messages`, message);
  }

  fail(action: Record<string, unknown>, match: Record<string, unknown> = {}): Promise<Answer> {
    return this.request('POST', '/_sandbox/faults', { rules: [{ match, action }] });
  }

  async ledger(): Promise<LedgerEntry[]> {
    const answer = await this.request('GET', '/_sandbox/ledger?limit=10000');
    return answer.read<{ data: LedgerEntry[] }>().data;
  }

  async statusesOf(wamid: string): Promise<string[]> {
    const answer = await this.request('GET', '/_sandbox/statuses?limit=10000');
    const { data } = answer.read<{ data: { wamid: string; status: string; error_code?: number }[] }>();
    return data
      .filter((fact) => fact.wamid === wamid)
      .map((fact) => (fact.error_code === undefined ? fact.status : `${fact.status} ${fact.error_code}`));
  }
}

/** The id of the message in the answer to a send. */
export function idOf(answer: Answer): string {
  const { messages } = answer.read<{ messages?: { id: string }[] }>();
  const id = messages?.[0]?.id;
  if (id === undefined) throw new Error(`No message id in ${answer.status} ${answer.text}`);
  return id;
}

/** The code and details of a Graph error. */
export function errorOf(answer: Answer): { status: number; code: number; subcode?: number; details: string } {
  const { error } = answer.read<{
    error?: { code: number; error_subcode?: number; error_data: { details: string } };
  }>();
  if (!error) throw new Error(`No error in ${answer.status} ${answer.text}`);
  return {
    status: answer.status,
    code: error.code,
    ...(error.error_subcode === undefined ? {} : { subcode: error.error_subcode }),
    details: error.error_data.details,
  };
}

/** Asks again until the answer is not undefined; fails after ten seconds. */
export async function eventually<Value>(ask: () => Promise<Value | undefined> | Value | undefined): Promise<Value> {
  const until = performance.now() + 10_000;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (performance.now() > until) throw new Error('It did not happen within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
