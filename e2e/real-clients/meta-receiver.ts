import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Webhook } from './client-under-test.ts';

/** The receiver that an integration of the Cloud API has: answers the challenge, takes signed webhooks. */
export class MetaReceiver implements AsyncDisposable {
  readonly webhooks: Webhook[] = [];
  /** What the next webhooks are answered with; 200 when it is empty. */
  readonly answers: number[] = [];
  readonly url: string;
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}/webhook`;
  }

  static async listen(verifyToken: string): Promise<MetaReceiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new MetaReceiver(server);
    server.on('request', (request, response) => {
      const { searchParams } = new URL(request.url ?? '/', receiver.url);
      if (request.method === 'GET') {
        const isMeant =
          searchParams.get('hub.mode') === 'subscribe' && searchParams.get('hub.verify_token') === verifyToken;
        response.writeHead(isMeant ? 200 : 403).end(isMeant ? searchParams.get('hub.challenge') : '');
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        const status = receiver.answers.shift() ?? 200;
        if (status === 200) {
          const signature = String(request.headers['x-hub-signature-256'] ?? '');
          receiver.webhooks.push({ body: Buffer.concat(chunks), signature });
        }
        response.writeHead(status).end();
      });
    });
    return receiver;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
