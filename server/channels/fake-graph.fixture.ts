import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Graph = Awaited<ReturnType<typeof startFakeGraph>>;
export interface FakeGraph extends Graph {}

/** The few end points of the Graph API that tell about an account, for one app with one account. */
export async function startFakeGraph() {
  const initial = {
    appSecret: 'first-secret',
    numbers: ['106'],
    override: undefined as { status: number; body: string } | undefined,
    subscribedTo: undefined as unknown,
  };
  let state = structuredClone(initial);
  const ids = { appId: '4242', wabaId: '102', phoneNumberId: '106', accessToken: 'EAAgood' };

  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk)).on('end', () => answer(request, response, body));
  });

  function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
    const send = (status: number, value: unknown) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(typeof value === 'string' ? value : JSON.stringify(value));
    const refuse = (status: number, code: number, message: string, subcode?: number) =>
      send(status, {
        error: {
          message,
          type: 'OAuthException',
          code,
          ...(subcode === undefined ? {} : { error_subcode: subcode }),
          fbtrace_id: 'A',
        },
      });
    if (state.override) return void send(state.override.status, state.override.body);
    const token = request.headers.authorization?.replace('Bearer ', '');
    const isApp = token === `${ids.appId}|${state.appSecret}`;
    if (!isApp && token !== ids.accessToken && token !== 'limited')
      return void refuse(401, 190, 'Invalid OAuth access token.');
    const url = new URL(request.url ?? '', 'http://localhost');
    const proof = url.searchParams.get('appsecret_proof');
    const expected = createHmac('sha256', state.appSecret)
      .update(token ?? '')
      .digest('hex');
    if (proof !== expected) return void refuse(400, 100, 'Invalid appsecret_proof provided in the API argument');
    const [, , node = '', edge] = url.pathname.split('/');
    const unknown = () => refuse(400, 100, 'Unsupported get request.', 33);
    if (node === 'debug_token') {
      const scopes = [
        'whatsapp_business_management',
        ...(url.searchParams.get('input_token') === 'limited' ? [] : ['whatsapp_business_messaging']),
      ];
      return void send(200, {
        data: { app_id: ids.appId, type: 'SYSTEM_USER', is_valid: true, expires_at: 0, scopes },
      });
    }
    if (node === ids.wabaId) {
      if (edge === 'phone_numbers') return void send(200, { data: state.numbers.map((id) => ({ id })) });
      if (edge === 'subscribed_apps' && request.method === 'POST') {
        state.subscribedTo = JSON.parse(body);
        return void send(200, { success: true });
      }
      if (edge === 'subscribed_apps')
        return void send(200, { data: [{ whatsapp_business_api_data: { id: ids.appId, name: 'App' } }] });
      return void send(200, { id: ids.wabaId, name: 'Fake Account' });
    }
    // 777 can be seen, but belongs to another account.
    if (![...state.numbers, '777'].includes(node)) return void unknown();
    send(200, {
      id: node,
      display_phone_number: '+1 555-078-3881',
      verified_name: 'Fake Shop',
      status: 'CONNECTED',
      throughput: { level: 'STANDARD' },
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...ids,
    port,
    url: `http://127.0.0.1:${port}`,
    get appSecret() {
      return state.appSecret;
    },
    get subscribedTo() {
      return state.subscribedTo;
    },
    reset: () => {
      state = structuredClone(initial);
    },
    addNumber: (id: string) => void state.numbers.push(id),
    changeAppSecret: (secret: string) => {
      state.appSecret = secret;
    },
    answerAll: (status: number, body: string) => {
      state.override = { status, body };
    },
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
