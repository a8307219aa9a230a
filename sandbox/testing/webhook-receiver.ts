import { createHmac } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxUser } from './sandbox-user.ts';

export interface Received {
  body: Buffer;
  signature: string | undefined;
  json: { entry: { id: string; changes: { field: string; value: Record<string, unknown> }[] }[] } | undefined;
}

/** The business's side of webhooks: answers the verification, keeps what comes. */
export class WebhookReceiver {
  readonly posts: Received[] = [];
  /** What the next POSTs are answered with; 200 when it is empty. */
  readonly answers: number[] = [];
  /** What the business does before it answers. */
  onPost: (post: Received) => Promise<void> = () => Promise.resolve();
  readonly #server: Server;
  readonly address: string;

  private constructor(server: Server) {
    this.#server = server;
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
  }

  /** Listens and is made the sandbox's callback. */
  static async listen(user: SandboxUser): Promise<WebhookReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', receiver.address);
      if (request.method === 'GET') {
        const isRight = url.searchParams.get('hub.verify_token') === user.account.verify_token;
        response.writeHead(isRight ? 200 : 403).end(isRight ? url.searchParams.get('hub.challenge') : '');
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const signature = request.headers['x-hub-signature-256'];
        const post = { body, signature: typeof signature === 'string' ? signature : undefined, json: parse(body) };
        receiver.posts.push(post);
        void receiver.onPost(post).finally(() => response.writeHead(receiver.answers.shift() ?? 200).end());
      });
    });
    const answer = await user.request('POST', '/_sandbox/webhook', { url: receiver.address });
    if (answer.status !== 200) throw new Error(`The callback was refused: ${answer.text}`);
    return receiver;
  }

  /** All elements of an array of the `messages` field, in the order of their arrival. */
  elements<Element = Record<string, never>>(part: 'messages' | 'statuses' | 'contacts'): Element[] {
    return this.posts.flatMap((post) =>
      (post.json?.entry ?? []).flatMap((entry) =>
        entry.changes.flatMap((change) => (change.value[part] ?? []) as Element[]),
      ),
    );
  }

  /** The values of another field, in the order of their arrival. */
  values<Value = Record<string, never>>(field: string): Value[] {
    return this.posts.flatMap((post) =>
      (post.json?.entry ?? []).flatMap((entry) =>
        entry.changes.filter((change) => change.field === field).map((change) => change.value as Value),
      ),
    );
  }

  statusesOf(wamid: string): string[] {
    return this.elements('statuses')
      .filter((element) => element['id'] === wamid)
      .map((element) => String(element['status']));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function isSignedBy(post: Received, appSecret: string): boolean {
  return post.signature === `sha256=${createHmac('sha256', appSecret).update(post.body).digest('hex')}`;
}

function parse(body: Buffer): Received['json'] {
  try {
    return JSON.parse(body.toString('utf8')) as Received['json'];
  } catch {
    return undefined;
  }
}
