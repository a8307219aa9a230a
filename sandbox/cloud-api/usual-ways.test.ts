import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, idOf, SandboxUser } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

// The forms in which scripts and clients of others write their calls, beside JSON with a token in the header.

const to = '15550001111';
let user: SandboxUser;
let token: string;
let messages: string;

beforeAll(async () => {
  user = await SandboxUser.start({ service_window: 'off' });
  token = user.account.access_token;
  messages = `/v24.0/${user.account.phone_number_id}/messages`;
});

afterAll(async () => {
  await user?.[Symbol.asyncDispose]();
});

const said = { messaging_product: 'whatsapp', to, type: 'text', text: { body: 'Hello' } };
const parts = { ...said, text: '{"body":"Hello"}' };
const nested = { messaging_product: 'whatsapp', to, type: 'text', 'text[body]': 'Hello' };
const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };

function form(fields: Record<string, string>): { body: string; headers: Record<string, string> } {
  return { body: new URLSearchParams(fields).toString(), headers: urlencoded };
}

async function multipart(
  fields: Iterable<readonly [string, string | File]>,
): Promise<{ body: Buffer; headers: Record<string, string> }> {
  const formData = new FormData();
  for (const [name, value] of fields) formData.append(name, value);
  const written = new Response(formData);
  const headers = { 'content-type': written.headers.get('content-type') ?? '' };
  return { body: Buffer.from(await written.arrayBuffer()), headers };
}

describe('a message is taken', () => {
  const bearer = () => ({ authorization: `Bearer ${token}` });

  it.each<[string, () => Promise<{ path?: string; body?: unknown; headers?: Record<string, string> }>]>([
    ['as a form with the token in it', async () => form({ ...parts, access_token: token })],
    ['as a form with nested names', async () => form({ ...nested, access_token: token })],
    ['as a multipart form with the token in it', () => multipart(Object.entries({ ...parts, access_token: token }))],
    [
      'as a multipart form with a header',
      async () => {
        const { body, headers } = await multipart(Object.entries(nested));
        return { body, headers: { ...headers, ...bearer() } };
      },
    ],
    ['as JSON with the token in it', async () => ({ body: { ...said, access_token: token } })],
    [
      'as a query',
      async () => ({ path: `${messages}?${new URLSearchParams({ ...parts, access_token: token }).toString()}` }),
    ],
    ['with two slashes before the version', async () => ({ path: `/${messages}`, body: said, headers: bearer() })],
  ])('%s', async (_, write) => {
    const { path = messages, body, headers = {} } = await write();
    const answer = await user.request('POST', path, body, headers);
    const id = idOf(answer);
    const entry = (await user.ledger()).find((each) => each.provider_message_id === id);
    // Who calls is not what is said: a token is no part of the ledger.
    expect(entry?.body).toEqual(said);
  });
});

it('lists in forms are lists, whether their places are numbered or not', async () => {
  const template = {
    'template[name]': 'hello_world',
    'template[language][code]': 'en_US',
    'template[components][0][type]': 'body',
    'template[components][0][parameters][]': '{"type":"text","text":"Ada"}',
  };
  const { body, headers } = form({ messaging_product: 'whatsapp', to, type: 'template', ...template });
  await user.request('POST', `${messages}?access_token=${token}`, body, headers);
  expect((await user.ledger()).at(-1)?.body).toMatchObject({
    template: {
      language: { code: 'en_US' },
      components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ada' }] }],
    },
  });
});

it('a form that says nothing of who calls is refused', async () => {
  const { body, headers } = await multipart(Object.entries(parts));
  expect(errorOf(await user.request('POST', messages, body, headers))).toMatchObject({ status: 401, code: 190 });
});

it('a proof may stand in a form, and a wrong one is refused there too', async () => {
  const proof = createHmac('sha256', user.account.app_secret).update(token).digest('hex');
  for (const [appsecret_proof, status] of [
    [proof, 200],
    ['wrong', 400],
  ] as const) {
    const { body, headers } = form({ ...parts, access_token: token, appsecret_proof });
    expect((await user.request('POST', messages, body, headers)).status).toBe(status);
  }
});

it('a profile and a registration may be written as multipart forms', async () => {
  const path = `/v24.0/${user.account.phone_number_id}`;
  const bearer = { authorization: `Bearer ${token}` };
  const product = ['messaging_product', 'whatsapp'] as const;
  const profile = await multipart([product, ['about', 'We ring'], ['websites', '["https://example.com/"]']]);
  const headers = { ...profile.headers, ...bearer };
  expect((await user.request('POST', `${path}/whatsapp_business_profile`, profile.body, headers)).status).toBe(200);
  const read = await user.graph('GET', `${path}/whatsapp_business_profile?fields=about,websites`);
  expect(read.json['data']).toEqual([
    { about: 'We ring', websites: ['https://example.com/'], messaging_product: 'whatsapp' },
  ]);
  const registration = await multipart([product, ['pin', '123456']]);
  const registered = await user.request('POST', `${path}/register`, registration.body, {
    ...registration.headers,
    ...bearer,
  });
  expect(registered.text).toBe('{"success":true}');
});

describe('a file is taken', () => {
  const png = new Uint8Array([137, 80, 78, 71]);
  const typed = new File([png], 'a.png', { type: 'image/png' });
  const untyped = new File([png], 'a.png', { type: 'application/octet-stream' });

  it.each<[string, [string, string | File][]]>([
    [
      'before the product',
      [
        ['file', typed],
        ['messaging_product', 'whatsapp'],
      ],
    ],
    [
      'behind its type',
      [
        ['type', 'image/png'],
        ['file', untyped],
        ['messaging_product', 'whatsapp'],
      ],
    ],
    [
      'before its type',
      [
        ['file', untyped],
        ['messaging_product', 'whatsapp'],
        ['type', 'image/png'],
      ],
    ],
  ])('%s', async (_, fields) => {
    const { body, headers } = await multipart([['access_token', token], ...fields]);
    const media = await user.request('POST', `/v24.0/${user.account.phone_number_id}/media`, body, headers);
    expect(media.status, media.text).toBe(200);
    const described = await user.graph('GET', `/v24.0/${media.read<{ id: string }>().id}`);
    expect(described.json).toMatchObject({ mime_type: 'image/png', file_size: '4' });
  });

  it('only with a type that WhatsApp takes, wherever that is told', async () => {
    for (const type of [undefined, 'image/gif'] as const) {
      const told: [string, string][] = type === undefined ? [] : [['type', type]];
      const { body, headers } = await multipart([['access_token', token], ['file', untyped], ...told]);
      const media = await user.request('POST', `/v24.0/${user.account.phone_number_id}/media`, body, headers);
      expect(errorOf(media).details).toContain(`Received file of type '${type ?? 'application/octet-stream'}'`);
    }
  });

  it('only with a token', async () => {
    const { body, headers } = await multipart([['file', typed]]);
    const media = await user.request('POST', `/v24.0/${user.account.phone_number_id}/media`, body, headers);
    expect(errorOf(media)).toMatchObject({ status: 401, code: 190 });
  });
});

it('a token tells who it belongs to', async () => {
  const { app_id, app_secret } = user.account;
  const debugged = await user.graph('GET', `/debug_token?input_token=${token}`);
  const { user_id } = debugged.read<{ data: { user_id: string } }>().data;
  expect((await user.graph('GET', '/v24.0/me?fields=id,name')).json).toEqual({
    id: user_id,
    name: 'Carillon Sandbox System User',
  });
  expect((await user.graph('GET', '/v24.0/app')).json).toMatchObject({ id: app_id });
  expect((await user.graph('GET', '/v24.0/me', undefined, `${app_id}|${app_secret}`)).json).toMatchObject({
    id: app_id,
  });
});

it('a version alone tells whether the token is good, as clients try it', async () => {
  expect(errorOf(await user.graph('GET', '/v13.0/'))).toMatchObject({ status: 400, code: 100, subcode: 33 });
  expect(errorOf(await user.graph('GET', '/v13.0/', undefined, 'wrong'))).toMatchObject({ status: 401, code: 190 });
});

it('an app subscribes to fields that are written as text, by a token that it got with a form', async () => {
  const { app_id, app_secret } = user.account;
  const asked = form({ client_id: app_id, client_secret: app_secret, grant_type: 'client_credentials' });
  const got = await user.request('POST', '/v19.0/oauth/access_token', asked.body, asked.headers);
  const { access_token: appToken } = got.read<{ access_token: string }>();
  await using receiver = await WebhookReceiver.listen(user);
  const subscription = {
    object: 'whatsapp_business_account',
    callback_url: receiver.address,
    verify_token: user.account.verify_token,
    fields: '["messages","account_update"]',
    include_values: true,
  };
  const path = `/v19.0/${app_id}/subscriptions`;
  const made = await user.graph('POST', path, subscription, appToken);
  expect(made.text).toBe('{"success":true}');
  const listed = (await user.graph('GET', path, undefined, appToken)).read<{
    data: { fields: { name: string }[] }[];
  }>();
  expect(listed.data[0]?.fields.map(({ name }) => name).toSorted()).toEqual(['account_update', 'messages']);
  const removed = await user.graph('DELETE', path, { object: 'whatsapp_business_account' }, appToken);
  expect(removed.text).toBe('{"success":true}');
});

it('what cannot send a DELETE names the method', async () => {
  const path = `/v24.0/${user.account.waba_id}/subscribed_apps`;
  await user.graph('POST', path);
  expect((await user.graph('GET', path)).json['data']).toHaveLength(1);
  expect((await user.graph('POST', `${path}?method=delete`)).text).toBe('{"success":true}');
  expect((await user.graph('GET', path)).json['data']).toHaveLength(0);
});

it('a contact whose birthday is left empty is sent', async () => {
  idOf(
    await user.send({
      type: 'contacts',
      contacts: [{ name: { formatted_name: 'Ada', first_name: 'Ada' }, birthday: '' }],
    }),
  );
});

describe('a batch', () => {
  const post = (batch: unknown, path = '/v24.0/') => {
    const { body, headers } = form({ access_token: token, batch: JSON.stringify(batch) });
    return user.request('POST', path, body, headers);
  };

  it('answers each of its calls as if it had come alone', async () => {
    const { phone_number_id, foreign_phone_number_id } = user.account;
    for (const path of ['/', '/v24.0', '/v24.0/']) {
      const answer = await post(
        [
          { method: 'GET', relative_url: `${phone_number_id}?fields=id` },
          {
            method: 'POST',
            relative_url: `v24.0/${phone_number_id}/messages`,
            body: new URLSearchParams(parts).toString(),
          },
          { relative_url: foreign_phone_number_id },
        ],
        path,
      );
      const [number, sent, foreign] = answer.read<{ code: number; body: string }[]>();
      expect(JSON.parse(number?.body ?? '')).toEqual({ id: phone_number_id });
      const { messages: ids } = JSON.parse(sent?.body ?? '') as { messages: { id: string }[] };
      expect((await user.ledger()).at(-1)).toMatchObject({ body: said, provider_message_id: ids[0]?.id });
      expect(foreign?.code).toBeGreaterThanOrEqual(400);
      expect(JSON.parse(foreign?.body ?? '')).toMatchObject({ error: { code: 200 } });
    }
  });

  it('is refused in words when it is none, too long, or not for Graph', async () => {
    for (const [batch, code] of [
      ['x', 100],
      [[], 100],
      [Array.from({ length: 51 }, () => ({ relative_url: 'me' })), 100],
      [[null], 100],
      [[{ relative_url: 5 }], 100],
      [[{ relative_url: 'me', method: 'PUT' }], 100],
      [[{ relative_url: 'me', body: {} }], 100],
      [[{ relative_url: '_sandbox/credentials' }], 2500],
      [[{ relative_url: 'v24.0/../%5Fsandbox/credentials' }], 2500],
      [[{ relative_url: 'v24.0/', method: 'POST', body: 'batch=[]' }], 2500],
    ] as const)
      expect(errorOf(await post(batch)), JSON.stringify(batch).slice(0, 80)).toMatchObject({ status: 400, code });
    const { body, headers } = form({ batch: '[{"relative_url":"me"}]' });
    expect(errorOf(await user.request('POST', '/', body, headers))).toMatchObject({ code: 190 });
  });
});

it('an account is read with its lists', async () => {
  const { waba_id, phone_number_id } = user.account;
  const fields = 'id,phone_numbers{id,verified_name},message_templates.limit(1){name}';
  const answer = await user.graph('GET', `/v24.0/${waba_id}?fields=${encodeURIComponent(fields)}`);
  expect(answer.json).toMatchObject({
    id: waba_id,
    phone_numbers: { data: [{ id: phone_number_id, verified_name: 'Carillon Sandbox' }] },
    message_templates: { data: [{ name: expect.any(String) }], paging: { next: expect.stringMatching(/limit=1/) } },
  });
});
