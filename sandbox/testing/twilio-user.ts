import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, SandboxUser, eventually } from './sandbox-user.ts';

interface TwilioCredentials {
  base_url: string;
  account_sid: string;
  auth_token: string;
  secondary_auth_token: string | null;
  api_key_sid: string;
  api_key_secret: string;
  phone_numbers: { sid: string; phone_number: string }[];
  messaging_services: { sid: string }[];
  contents: { sid: string }[];
}

export type FormFields = Record<string, string | readonly string[]>;

/** Somebody with an account at the simulated Twilio. */
export class TwilioUser {
  readonly sandbox: SandboxUser;
  readonly account: TwilioCredentials;
  readonly number: string;

  private constructor(sandbox: SandboxUser, account: TwilioCredentials) {
    this.sandbox = sandbox;
    this.account = account;
    this.number = account.phone_numbers[0]?.phone_number ?? '';
  }

  static async start(settings: Parameters<typeof SandboxUser.start>[0] = {}, folder?: string): Promise<TwilioUser> {
    return TwilioUser.meet(await SandboxUser.start(settings, folder));
  }

  static async meet(sandbox: SandboxUser): Promise<TwilioUser> {
    const { twilio } = (await sandbox.request('GET', '/_sandbox/credentials')).read<{ twilio: TwilioCredentials }>();
    return new TwilioUser(sandbox, twilio);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }

  /** A call of the API of 2010; fields with several values stand more than once. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, fields?: FormFields, authorization?: string): Promise<Answer> {
    return this.at(method, `/twilio/2010-04-01/Accounts/${this.account.account_sid}${path}`, fields, authorization);
  }

  at(method: 'GET' | 'POST' | 'DELETE', path: string, fields?: FormFields, authorization?: string): Promise<Answer> {
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(fields ?? {})) {
      for (const each of typeof value === 'string' ? [value] : value) form.append(name, each);
    }
    const { account_sid: sid, auth_token: token } = this.account;
    return this.sandbox.request(method, path, fields && form.toString(), {
      authorization: basic(authorization ?? `${sid}:${token}`),
      ...(fields ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    });
  }

  /** An SMS to Ada unless told. */
  send(fields: FormFields = {}): Promise<Answer> {
    return this.call('POST', '/Messages.json', { To: '+15550001111', From: this.number, Body: 'Hello', ...fields });
  }

  sendWhatsApp(fields: FormFields = {}): Promise<Answer> {
    return this.send({ To: 'whatsapp:+15550001111', From: `whatsapp:${this.number}`, ...fields });
  }

  /** The state of a message, once it is one of these. */
  async until(sid: string, ...states: string[]): Promise<Record<string, unknown>> {
    return eventually(async () => {
      const message = (await this.call('GET', `/Messages/${sid}.json`)).read<Record<string, unknown>>();
      return states.includes(String(message['status'])) ? message : undefined;
    });
  }

  /** A person writes, by SMS unless told. */
  write(who: string, message: Record<string, unknown>, channel: 'sms' | 'whatsapp' = 'sms'): Promise<Answer> {
    return this.sandbox.write(who, { phone_number_id: `${channel}:${this.number}`, ...message });
  }

  /** Tells the account's first number where to report what people write. */
  async listen(url: string, more: FormFields = {}): Promise<void> {
    const sid = this.account.phone_numbers[0]?.sid ?? '';
    await this.call('POST', `/IncomingPhoneNumbers/${sid}.json`, { SmsUrl: url, ...more });
  }
}

export function sidOf(answer: Answer): string {
  const { sid } = answer.read<{ sid?: string }>();
  if (answer.status !== 201 || sid === undefined) throw new Error(`Not accepted: ${answer.status} ${answer.text}`);
  return sid;
}

/** The code of a refusal, with its status. */
export function refusalOf(answer: Answer): string {
  const { code, status, message, more_info: more } = answer.read<Record<string, unknown>>();
  const isWhole =
    typeof message === 'string' &&
    message !== '' &&
    status === answer.status &&
    more === `https://www.twilio.com/docs/errors/${String(code)}`;
  if (!isWhole) throw new Error(`No refusal as Twilio's: ${answer.status} ${answer.text}`);
  return `${answer.status} ${String(code)}`;
}

export interface TwilioWebhook {
  method: string;
  /** As it was asked for, with the query. */
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** Of the body, or of the query of a GET. */
  parameters: Record<string, string>;
}

/** The business's side: keeps what comes and answers as told. */
export class TwilioReceiver {
  readonly webhooks: TwilioWebhook[] = [];
  /** What the next webhooks are answered with. */
  answer: { status: number; contentType: string; body: string } = {
    status: 200,
    contentType: 'text/xml',
    body: '<Response/>',
  };
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const url = `${this.address}${request.url ?? ''}`;
        const form = request.method === 'GET' ? new URL(url).searchParams : new URLSearchParams(body);
        const parameters = Object.fromEntries(form);
        this.webhooks.push({ method: request.method ?? '', url, headers: request.headers, body, parameters });
        const { status, contentType } = this.answer;
        response.writeHead(status, { 'content-type': contentType }).end(this.answer.body);
      });
    });
  }

  static async listen(): Promise<TwilioReceiver> {
    const receiver = new TwilioReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The states that were told of a message, in the order in which they came. */
  statesOf(sid: string): string[] {
    return this.webhooks
      .map(({ parameters }) => parameters)
      .filter((each) => each['MessageSid'] === sid && each['MessageStatus'] !== undefined)
      .map((each) => [each['MessageStatus'], each['ErrorCode']].filter(Boolean).join(' '));
  }

  /** Waits for a webhook with such parameters. */
  heard(wanted: Record<string, string>): Promise<TwilioWebhook> {
    return eventually(() =>
      this.webhooks.find(({ parameters }) =>
        Object.entries(wanted).every(([name, value]) => parameters[name] === value),
      ),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
