import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OutgoingClient } from '#platform/outgoing.ts';
import type { Account } from './asking.ts';

export interface RecordedRequest {
  method: string;
  /** Below the version; with it when the call was made without one. */
  path: string;
  /** Without the proof of the app secret. */
  query: Record<string, string>;
  headers: Record<string, string | string[] | undefined>;
  /** What was JSON, or the text. */
  body: unknown;
}

/** Answers calls of the Graph API with what a test has put in, each answer once, and keeps what was asked. */
export async function startRecordedGraph() {
  const answers: { call: string; status: number; body: unknown; headers: Record<string, string> }[] = [];
  let requests: RecordedRequest[] = [];

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://localhost');
      const path = decodeURIComponent(url.pathname.replace(/^\/v26\.0\//, ''));
      url.searchParams.delete('appsecret_proof');
      const sent = Buffer.concat(chunks).toString();
      const isJson = request.headers['content-type'] === 'application/json';
      requests.push({
        method: request.method ?? '',
        path,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: isJson ? (JSON.parse(sent) as unknown) : sent,
      });
      const index = answers.findIndex(({ call }) => call === `${request.method} ${path}`);
      const [answer] = index < 0 ? [] : answers.splice(index, 1);
      const { status, body, headers } = answer ?? {
        status: 500,
        body: { error: { code: 1, message: `Nothing is recorded for ${request.method} ${path}` } },
        headers: {},
      };
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const calls = new OutgoingClient({ allowed: [{ host: '127.0.0.1', port }] });
  const account: Account = {
    calls,
    settings: {
      baseUrl: `http://127.0.0.1:${port}`,
      apiVersion: 'v26.0',
      businessAccountId: '102',
      appId: '4242',
      options: {},
      webhookUrl: null,
    },
    secrets: { accessToken: 'EAAgood', appSecrets: ['first-secret'], verifyToken: 'v' },
    senderExternalId: '106',
  };

  return {
    account,
    /** The next call to `METHOD path` gets this. */
    answer: (call: string, body: unknown, status = 200, headers: Record<string, string> = {}) =>
      void answers.push({ call, body, status, headers }),
    /** The last request. */
    get last(): RecordedRequest {
      const last = requests.at(-1);
      if (!last) throw new Error('Nothing was asked.');
      return last;
    },
    get requests(): RecordedRequest[] {
      return requests;
    },
    reset: () => {
      answers.length = 0;
      requests = [];
    },
    close: async () => {
      await calls[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
