import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccountAccess } from '#channels/provider-account.ts';
import { OutgoingClient } from '#platform/outgoing.ts';

export interface AskedCall {
  call: string;
  /** Of the address or of the form, without the token. */
  parameters: Record<string, string>;
  token: string | undefined;
}

interface FakeAnswer {
  status: number;
  body: string | Buffer | object;
}

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00]);

const usualAnswers: Record<string, FakeAnswer['body']> = {
  'GET instance/status': { status: { accountStatus: { status: 'authenticated', substatus: 'connected' } } },
  'GET instance/me': { id: '15550001111@c.us', name: 'Fake Shop' },
  'GET instance/qr': png,
  'GET messages/statistics': { messages_statistics: { sent: 12, queue: 3, unsent: 1, invalid: 0, expired: 0 } },
  'GET contacts/check': { status: 'valid', chatId: '15550002222@c.us' },
  'GET messages': { total: 0, pages: 0, limit: 100, page: 1, messages: [] },
};

/** One instance of UltraMsg with the end points that tell about an account. Its settings are those that were written; what
 *  is left out of a writing is switched off. */
export async function startFakeInstance() {
  const ids = { instance: 'instance1150', token: 'fake-token' };
  const usualSettings = { sendDelay: '1', sendDelayMax: 15, webhook_url: '', webhook_message_received: 'off' };
  let settings: Record<string, unknown> = usualSettings;
  let overrides: Record<string, FakeAnswer> = {};
  let asked: AskedCall[] = [];

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://localhost');
      const isPost = request.method === 'POST';
      const { token, ...parameters } = Object.fromEntries(
        isPost ? new URLSearchParams(Buffer.concat(chunks).toString()) : url.searchParams,
      );
      const call = `${request.method} ${url.pathname.replace(/^\/[^/]+\//, '')}`;
      asked.push({ call, parameters, token });
      const { status, body } = answerOf(call, url.pathname, parameters, token);
      const isBytes = Buffer.isBuffer(body);
      response
        .writeHead(status, { 'content-type': isBytes ? 'image/png' : 'application/json' })
        .end(isBytes || typeof body === 'string' ? body : JSON.stringify(body));
    });
  });

  function answerOf(call: string, path: string, parameters: Record<string, string>, token?: string): FakeAnswer {
    const override = overrides[call] ?? overrides['*'];
    if (override) return override;
    const ok = (body: FakeAnswer['body']) => ({ status: 200, body });
    if (!path.startsWith(`/${ids.instance}/`)) return { status: 404, body: { error: 'Instance not found' } };
    if (token !== ids.token) return ok({ error: 'Wrong token. Please provide token as a GET parameter.' });
    if (call === 'GET instance/settings') return ok(settings);
    if (call === 'POST instance/settings') {
      settings = parameters;
      return ok({ success: 'done' });
    }
    return ok(usualAnswers[call] ?? { success: 'done' });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const calls = new OutgoingClient({ allowed: [{ host: '127.0.0.1', port }] });
  const url = `http://127.0.0.1:${port}`;
  const access: AccountAccess = {
    settings: { baseUrl: url, apiVersion: '', businessAccountId: ids.instance, options: {}, webhookUrl: null },
    secrets: { accessToken: ids.token, appSecrets: [], verifyToken: 'key' },
    senderExternalId: ids.instance,
  };

  return {
    ...ids,
    port,
    url,
    calls,
    access,
    /** From now on the call (or `*`, every call) gets this. */
    answer: (call: string, body: FakeAnswer['body'], status = 200) => {
      if (call === '*') overrides = {};
      overrides[call] = { status, body };
    },
    get asked(): AskedCall[] {
      return asked;
    },
    get settings(): Record<string, unknown> {
      return settings;
    },
    set settings(value: Record<string, unknown>) {
      settings = value;
    },
    reset: () => {
      settings = { ...usualSettings };
      overrides = {};
      asked = [];
    },
    close: async () => {
      await calls[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
