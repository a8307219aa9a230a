import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, SandboxUser } from './sandbox-user.ts';

/** A webhook as it came. */
export interface LinkedPost {
  contentType: string;
  body: string;
  json: {
    event_type: string;
    instanceId: string;
    id?: number | string;
    referenceId?: string;
    hash?: string;
    data: Record<string, unknown>;
  };
}

/** The first instance of the simulated UltraMsg, as its business uses it. */
export class LinkedNumber {
  readonly id: string;
  readonly token: string;
  readonly phone: string;
  readonly posts: LinkedPost[] = [];
  /** What the next webhooks are answered with; 200 when it is empty. */
  readonly answers: number[] = [];
  onPost: () => Promise<void> = () => Promise.resolve();
  /** Where `listen` hears. */
  webhookUrl = '';
  readonly #user: SandboxUser;
  #server: Server | undefined;

  private constructor(user: SandboxUser, account: { instance_id: string; token: string; phone: string }) {
    this.#user = user;
    this.id = account.instance_id;
    this.token = account.token;
    this.phone = account.phone.slice(1);
  }

  static async of(user: SandboxUser): Promise<LinkedNumber> {
    const answer = await user.request('GET', '/_sandbox/credentials');
    const { ultramsg } = answer.read<{ ultramsg: { instance_id: string; token: string; phone: string } }>();
    return new LinkedNumber(user, ultramsg);
  }

  get(path: string, parameters: Record<string, string> = {}): Promise<Answer> {
    const query = new URLSearchParams({ token: this.token, ...parameters });
    return this.#user.request('GET', `/ultramsg/${this.id}/${path}?${query.toString()}`);
  }

  post(path: string, parameters: Record<string, string> = {}): Promise<Answer> {
    const form = new URLSearchParams({ token: this.token, ...parameters }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.#user.request('POST', `/ultramsg/${this.id}/${path}`, form, headers);
  }

  /** Sends a text to Ada unless told, and gives its number. */
  async say(body: string, more: Record<string, string> = {}): Promise<number> {
    const answer = await this.post('messages/chat', { to: '+15550001111', body, ...more });
    const { id } = answer.read<{ id?: number }>();
    if (id === undefined) throw new Error(`It was not taken: ${answer.status} ${answer.text}`);
    return id;
  }

  async list(filters: Record<string, string> = {}): Promise<Listed[]> {
    return (await this.get('messages', filters)).read<{ messages: Listed[] }>().messages;
  }

  async statusOf(id: number): Promise<string> {
    const [message] = await this.list({ id: String(id) });
    return message?.status ?? 'gone';
  }

  change(change: Record<string, unknown>): Promise<Answer> {
    return this.#user.request('PATCH', `/_sandbox/ultramsg/instances/${this.id}`, change);
  }

  write(who: string, message: Record<string, unknown>): Promise<Answer> {
    return this.#user.write(who, { ...message, phone_number_id: this.id });
  }

  /** A group with these people; gives its id. */
  async newGroup(people: string[]): Promise<string> {
    const group = { name: 'Book club', people };
    const answer = await this.#user.request('POST', `/_sandbox/ultramsg/instances/${this.id}/groups`, group);
    if (answer.status !== 201) throw new Error(`There is no group: ${answer.text}`);
    return answer.read<{ id: string }>().id;
  }

  /** Listens to every event unless told. */
  async listen(settings: Record<string, string> = {}): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        this.posts.push({ contentType: request.headers['content-type'] ?? '', body, json: read(body) });
        void this.onPost().finally(() => response.writeHead(this.answers.shift() ?? 200).end());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    this.webhookUrl = `http://127.0.0.1:${port}/hook?key=secret`;
    const flags = ['received', 'create', 'ack', 'reaction', 'download_media'].map((flag) => [
      `webhook_message_${flag}`,
      'true',
    ]);
    await this.post('instance/settings', {
      sendDelay: '1',
      sendDelayMax: '15',
      webhook_retries: '3',
      webhook_url: this.webhookUrl,
      ...Object.fromEntries(flags),
      ...settings,
    });
  }

  events(type: string): LinkedPost['json'][] {
    return this.posts.map(({ json }) => json).filter(({ event_type: event }) => event === type);
  }

  acksOf(id: number): unknown[] {
    return this.events('message_ack').flatMap((event) => (event.id === id ? [event.data['ack']] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const server = this.#server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

export interface Listed {
  id: number;
  referenceId: string | null;
  from: string;
  to: string;
  body: string;
  priority: number;
  status: string;
  ack: string;
  type: string;
  created_at: number;
  sent_at: number | null;
}

function read(body: string): LinkedPost['json'] {
  const json = body.startsWith('data=') ? (new URLSearchParams(body).get('data') ?? '') : body;
  try {
    return JSON.parse(json) as LinkedPost['json'];
  } catch {
    return { event_type: 'broken', instanceId: '', data: {} };
  }
}
