import { execFile } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cleanEnvironment } from './carillon.ts';
import { MetaReceiver } from './real-clients/meta-receiver.ts';
import { type Answer, aMessage, UnderTest } from './under-test.ts';

const appSecret = randomBytes(16).toString('hex');
const verifyToken = 'a-word-of-ours';
const patience = { timeout: 30_000, interval: 100 };
const person = '15550004001';
let receiver: MetaReceiver;
let under: UnderTest;
let number: string;
let question: string;

beforeAll(async () => {
  receiver = await MetaReceiver.listen(verifyToken);
  under = await UnderTest.start({ CARILLON_ALLOWED_TARGETS: `127.0.0.1:${receiver.port}` });
  number = under.credentials.phone_number_id;
  await control('POST', 'settings', { delay_factor: 0, webhook_batch: 1 });
  const set = await setForwarding();
  expect(set.status, set.text).toBe(200);
  question = await write('Hello?');
  await vi.waitFor(async () => {
    const { data } = (await under.call('GET', `/v1/messages?direction=inbound&contact=%2B${person}`)).json;
    expect(data).toHaveLength(1);
  }, patience);
});
afterAll(async () => {
  await under?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

function setForwarding(changes: object = {}): Promise<Answer> {
  const body = { url: receiver.url, verify_token: verifyToken, app_secret: appSecret, ...changes };
  return under.call('PUT', '/v1/forwarding', { body });
}

async function control(method: string, path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/${path}`, init);
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return (await answer.json().catch(() => ({}))) as Record<string, unknown>;
}

async function write(body: string, context?: string): Promise<string> {
  const reply = context === undefined ? {} : { context: { message_id: context } };
  const said = await control('POST', `people/+${person}/messages`, { type: 'text', text: { body }, ...reply });
  return (said['messages'] as { id: string }[])[0]?.id ?? '';
}

const hello = (changes: object = {}) => ({
  messaging_product: 'whatsapp',
  to: person,
  text: { body: 'Hello' },
  ...changes,
});
const template = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } }, text: undefined };

interface Options {
  path?: string;
  key?: string | null;
  headers?: Record<string, string>;
}

function send(body: unknown, { path = `/graph/v24.0/${number}/messages`, ...options }: Options = {}): Promise<Answer> {
  return under.call('POST', path, {
    ...options,
    body,
    headers: { 'idempotency-key': undefined, ...options.headers } as never,
  });
}

const idOf = (answer: Answer): string => {
  expect(answer.status, answer.text).toBe(200);
  return answer.json.messages[0].id as string;
};

interface Told {
  statuses?: { id: string; status: string; biz_opaque_callback_data?: string; errors?: { code: number }[] }[];
  messages?: { id: string; context?: { id: string }; reaction?: { message_id: string } }[];
}

/** What the receiver was told; every webhook must be signed with its own secret, over its own bytes. */
function told(): Told[] {
  return receiver.webhooks.flatMap(({ body, signature }) => {
    expect(signature).toBe(`sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`);
    const { entry } = JSON.parse(body.toString('utf8')) as { entry: { changes: { value: Told }[] }[] };
    return entry.flatMap(({ changes }) => changes.map(({ value }) => value));
  });
}

async function statusOf(id: string, status: string) {
  return vi.waitFor(() => {
    const found = told()
      .flatMap(({ statuses = [] }) => statuses)
      .find((one) => one.id === id && one.status === status);
    expect(found, `${status} of ${id}`).toBeDefined();
    return found as NonNullable<typeof found>;
  }, patience);
}

const refusedWith = (answer: Answer, status: number, code: number, more: object = {}) => {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.json.error).toMatchObject({
    code,
    message: expect.stringContaining(`(#${code})`),
    error_data: { messaging_product: 'whatsapp', details: expect.stringMatching(/./) },
    fbtrace_id: expect.stringMatching(/^A[\w-]{22}$/),
    ...more,
  });
};

describe('sending in the words of the Cloud API', () => {
  it('is answered as Meta answers, and goes the way of every other message', async () => {
    const answer = await send(hello({ biz_opaque_callback_data: 'order/17 é', recipient_type: 'individual' }));
    expect(answer.json).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: person, wa_id: person }],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    });
    const id = idOf(answer);
    expect(await statusOf(id, 'delivered')).toMatchObject({ biz_opaque_callback_data: 'order/17 é' });
    const { data } = (await under.call('GET', `/v1/messages?direction=outbound&contact=%2B${person}&limit=1`)).json;
    expect(data[0]).toMatchObject({
      purpose: 'service',
      metadata: { graph_api: 'v24.0', biz_opaque_callback_data: 'order/17 é' },
      status: expect.stringMatching(/sent|delivered|read/),
    });
    const { events } = (await under.call('GET', `/v1/messages/${data[0].id}/trace`)).json;
    expect(events.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['decision', 'attempt', 'status']),
    );
  });

  it.each(['/graph/', '/graph/v13.0/', '/graph/v26.0/'])('works below %s', async (base) => {
    idOf(await send(hello(), { path: `${base}${number}/messages` }));
  });

  it('takes the key as a bearer token, as an OAuth token and in the query, and never a cookie', async () => {
    const { apiKey } = under.carillon;
    const path = `/graph/${number}/messages`;
    idOf(await send(hello(), { key: null, headers: { authorization: `OAuth ${apiKey}` } }));
    idOf(await send(hello(), { key: null, path: `${path}?access_token=${apiKey}` }));
    refusedWith(await send(hello(), { key: null }), 401, 190);
    refusedWith(await send(hello(), { key: 'ck_live_unknown_key_of_nobody' }), 401, 190);
    const session = await under.call('POST', '/v1/session', { key: null, body: { api_key: apiKey } });
    const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect(cookie).not.toBe('');
    refusedWith(await send(hello(), { key: null, headers: { cookie } }), 401, 190);
  });

  it('needs a key with the scope to send', async () => {
    const made = await under.call('POST', '/v1/api-keys', { body: { name: 'Reader', scopes: ['messages:read'] } });
    refusedWith(await send(hello(), { key: made.json.key }), 403, 10);
  });

  it('knows no number but those of the workspace', async () => {
    refusedWith(await send(hello(), { path: '/graph/v24.0/999/messages' }), 400, 100, { error_subcode: 33 });
  });

  it('under an Idempotency-Key happens once, and without one each time', async () => {
    const headers = { 'idempotency-key': 'order-17' };
    const first = await send(hello(), { headers });
    const again = await send(hello(), { headers });
    expect(idOf(again)).toBe(idOf(first));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    refusedWith(await send(hello({ text: { body: 'Other' } }), { headers }), 400, 100);
    expect(idOf(await send(hello()))).not.toBe(idOf(await send(hello())));
  });

  it('has the purpose that its template has, and any other that it names', async () => {
    const newest = async () => (await under.call('GET', '/v1/messages?direction=outbound&limit=1')).json.data[0];
    const answer = await send(hello(template));
    expect(answer.json.messages[0].message_status).toBe('accepted');
    expect(await newest()).toMatchObject({ purpose: 'transactional', type: 'template' });
    idOf(await send(hello(template), { headers: { 'carillon-purpose': 'marketing' } }));
    expect(await newest()).toMatchObject({ purpose: 'marketing' });
    idOf(await send(hello(template), { path: `/graph/${number}/messages?purpose=authentication` }));
    expect(await newest()).toMatchObject({ purpose: 'authentication' });
    refusedWith(await send(hello(), { headers: { 'carillon-purpose': 'spam' } }), 400, 100);
  });

  it('a marketing template is marketing without being told', async () => {
    const body = {
      name: 'summer_sale',
      language: 'en_US',
      category: 'MARKETING',
      components: [{ type: 'BODY', text: 'Everything must go.' }],
    };
    const { base_url, access_token, waba_id } = (await (
      await fetch(`${under.carillon.sandbox}/_sandbox/credentials`)
    ).json()) as Record<string, string>;
    const made = await fetch(`${base_url}/v24.0/${waba_id}/message_templates`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(made.ok, await made.text()).toBe(true);
    const sale = { ...template, template: { name: 'summer_sale', language: { code: 'en_US' } } };
    idOf(await send(hello(sale)));
    const newest = async () => (await under.call('GET', '/v1/messages?direction=outbound&limit=1')).json.data[0];
    expect(await newest()).toMatchObject({ purpose: 'marketing', marketing_messages: null });

    const path = `/graph/v24.0/${number}/marketing_messages`;
    idOf(await send(hello({ ...sale, product_policy: 'STRICT' }), { path }));
    expect(await newest()).toMatchObject({ purpose: 'marketing', marketing_messages: { product_policy: 'STRICT' } });
    refusedWith(await send(hello(template), { path }), 400, 134_100);
    refusedWith(await send(hello(), { path }), 400, 131_055);
    refusedWith(await send(hello(sale), { path: `${path}?purpose=service` }), 400, 134_100);
  });

  it.each([
    ['', 400, 100],
    ['{', 400, 100],
    ['[]', 400, 100],
    [{ to: person }, 400, 100],
    [hello({ to: undefined }), 400, 100],
    [hello({ to: 'nobody' }), 400, 131009],
    [hello({ to: '123' }), 400, 131009],
    [hello({ text: {} }), 400, 131008],
    [hello({ text: { body: 'x'.repeat(5000) } }), 400, 131009],
    [hello({ type: 'telepathy' }), 400, 100],
    [hello({ recipient_type: 'group', to: 'two words' }), 400, 131009],
    [hello({ type: 'pin', pin: { type: 'pin', message_id: 'wamid.unknown' } }), 400, 131051],
    [hello({ to: undefined, recipient: 'nobody' }), 400, 131009],
    [{ messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.unknown' }, 400, 131009],
  ])('refuses %j with %i and the code %i', async (body, status, code) => {
    refusedWith(await send(body), status, code);
  });

  it('policy is asked: a closed window and a stop are told at once', async () => {
    refusedWith(await send(hello({ to: '15550004999' })), 400, 131047);
    const leaver = '15550004002';
    await control('POST', `people/+${leaver}/messages`, { type: 'text', text: { body: 'STOP' } });
    await vi.waitFor(async () => {
      const { data } = (await under.call('GET', `/v1/messages?direction=inbound&contact=%2B${leaver}`)).json;
      expect(data).toHaveLength(1);
    }, patience);
    refusedWith(await send(hello({ to: leaver })), 400, 131050);
  });

  it('an answer and a reaction to a message are tied to it, by the id that its sender knows', async () => {
    // At once: the message itself may still be on its way.
    const id = idOf(await send(hello()));
    const reply = idOf(await send(hello({ context: { message_id: id } })));
    const reaction = idOf(await send(hello({ type: 'reaction', reaction: { message_id: id, emoji: '👍' } })));
    for (const one of [reply, reaction]) await statusOf(one, 'sent');
    const ledger = await fetch(`${under.carillon.sandbox}/_sandbox/ledger?limit=10000`);
    const { data } = (await ledger.json()) as {
      data: { type: string; body: { context?: { message_id: string }; reaction?: { message_id: string } } }[];
    };
    const [replied, reacted] = data.slice(-2);
    expect(replied?.body.context?.message_id).toMatch(/^wamid\./);
    expect(replied?.body.context?.message_id).not.toBe(id);
    expect(reacted?.body.reaction?.message_id).toBe(replied?.body.context?.message_id);
    // And back: what the person answers names the message by the same id.
    const answer = await write('To that', replied?.body.context?.message_id);
    await vi.waitFor(() => {
      const heard = told()
        .flatMap(({ messages = [] }) => messages)
        .find((message) => message.id === answer);
      expect(heard?.context?.id).toBe(id);
    }, patience);
  });

  it('a message may come as a form of either kind, in the address, and with what means the same', async () => {
    const fields = {
      messaging_product: 'whatsapp',
      to: person,
      type: 'image',
      image: '{"link":"https://a.example/b","caption":""}',
    };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const multipart = new Response(form);
    const written: [Buffer | string | undefined, string | undefined, string][] = [
      [new URLSearchParams(fields).toString(), 'application/x-www-form-urlencoded', ''],
      [Buffer.from(await multipart.arrayBuffer()), multipart.headers.get('content-type') ?? '', ''],
      [undefined, undefined, `?${new URLSearchParams(fields).toString()}`],
    ];
    for (const [body, type, query] of written) {
      const path = `/graph/v24.0/${number}/messages${query}`;
      const headers = type === undefined ? {} : { 'content-type': type };
      idOf(await send(body, { path, headers }));
      const { data } = (await under.call('GET', `/v1/messages?direction=outbound&contact=%2B${person}&limit=1`)).json;
      expect(data[0].content).toEqual({ type: 'image', image: { link: 'https://a.example/b' } });
    }
  });

  it('a received message is marked as read by the id of the provider', async () => {
    const read = {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: question,
      typing_indicator: { type: 'text' },
    };
    expect((await send(read)).json).toEqual({ success: true });
  });
});

describe('what else is passed on', () => {
  it('no address but those of messages, files and templates is served', async () => {
    const { waba_id } = under.credentials;
    for (const [method, path] of [
      ['GET', `/graph/v24.0/${number}/whatsapp_business_profile`],
      ['POST', `/graph/v24.0/${waba_id}/message_templates`],
      ['POST', `/graph/v24.0/${number}/register`],
      ['GET', '/graph/v24.0/a/b/c/d'],
      ['GET', '/graph/v24.0/me'],
      ['GET', '/graph/debug_token?input_token=x'],
      ['DELETE', `/graph/v24.0/${waba_id}/subscribed_apps`],
    ] as const)
      refusedWith(await under.call(method, path, { body: method === 'POST' ? {} : undefined }), 400, 2500);
  });

  it('what is no file of the account is neither shown nor deleted', async () => {
    const { waba_id } = under.credentials;
    const { data } = (await under.call('GET', `/graph/v24.0/${waba_id}/message_templates?limit=1`)).json;
    for (const id of [waba_id, number, data[0].id as string, '404404']) {
      if (id !== number) refusedWith(await under.call('GET', `/graph/v24.0/${id}`), 400, 100, { error_subcode: 33 });
      refusedWith(await under.call('DELETE', `/graph/v24.0/${id}`), 400, 100, { error_subcode: 33 });
    }
    expect((await under.call('GET', `/graph/v24.0/${waba_id}/message_templates`)).text).toContain(data[0].name);
  });

  it('a file that a person sent is read by its id, and downloaded with the key of the caller', async () => {
    const picture = randomBytes(500);
    const kept = await fetch(`${under.carillon.sandbox}/_sandbox/people/+${person}/media?filename=a.png`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: picture,
    });
    const { id } = (await kept.json()) as { id: string };
    await control('POST', `people/+${person}/messages`, { type: 'image', image: { id } });
    const described = await under.call('GET', `/graph/v24.0/${id}`);
    expect(described.json).toMatchObject({
      id,
      mime_type: 'image/png',
      url: expect.stringContaining(`${under.carillon.api}/graph/`),
    });
    const { apiKey } = under.carillon;
    const url = described.json.url as string;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${apiKey}` } });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(picture);
    expect((await fetch(url)).status).toBe(401);
  });

  it('a number of the workspace is described, without what its edges lead to', async () => {
    const { waba_id } = under.credentials;
    const described = await under.call('GET', `/graph/v24.0/${number}`);
    expect(described.json).toMatchObject({ id: number, verified_name: 'Carillon Sandbox', quality_rating: 'GREEN' });
    expect(described.json).not.toHaveProperty('webhook_configuration');
    const asked = `/graph/v24.0/${number}?fields=verified_name,whatsapp_business_account%7Bname%7D,webhook_configuration`;
    expect((await under.call('GET', asked)).json).toEqual({ id: number, verified_name: 'Carillon Sandbox' });
    const listed = await under.call('GET', `/graph/v24.0/${waba_id}/phone_numbers?fields=display_phone_number`);
    const cursors = { before: expect.any(String), after: expect.any(String) };
    expect(listed.json).toEqual({
      data: [{ id: number, display_phone_number: expect.any(String) }],
      paging: { cursors },
    });
    refusedWith(await under.call('GET', `/graph/v24.0/${waba_id}/phone_numbers?after=x`), 400, 131059);
    refusedWith(await under.call('GET', '/graph/v24.0/12345/phone_numbers'), 400, 100, { error_subcode: 33 });
    // A base URL with a slash at its end.
    expect((await under.call('GET', `/graph//v24.0/${number}?fields=id`)).json).toEqual({ id: number });
    expect((await under.call('GET', '//v1/messages', { key: null })).status).toBe(401);
  });

  it('a number is described to keys that may read connections, and a file to those that may read files', async () => {
    const made = await under.call('POST', '/v1/api-keys', { body: { name: 'Files', scopes: ['media:read'] } });
    const key = made.json.key as string;
    refusedWith(await under.call('GET', `/graph/v24.0/${number}`, { key }), 403, 10);
    refusedWith(await under.call('GET', '/graph/v24.0/404404', { key }), 400, 100, { error_subcode: 33 });
  });

  it('nothing tells the token that the provider knows us by', async () => {
    const { waba_id } = under.credentials;
    const { access_token } = (await (await fetch(`${under.carillon.sandbox}/_sandbox/credentials`)).json()) as Record<
      string,
      string
    >;
    const list = await under.call('GET', `/graph/v24.0/${waba_id}/message_templates?limit=1`);
    expect(list.json.data.length).toBeGreaterThan(0);
    expect(list.text).not.toContain(access_token);
    refusedWith(await under.call('GET', '/graph/v24.0/12345/message_templates'), 400, 100, { error_subcode: 33 });
  });
});

describe('bad input', () => {
  const ids = ['x', '%00', "'", '..%2f..', '%zz', 'a'.repeat(600), '%F0%9F%98%80', '-1', ' '];
  const bodies = [
    '',
    'null',
    '"x"',
    '{"a":1,"a":2}',
    '{"__proto__":{}}',
    '[[[[',
    '{"to":"\\ud800"}',
    '{"to":1e400}',
    'a=b',
    '\u0000',
  ];

  it('is refused as Meta refuses, and never by a fault of ours, at every address', async () => {
    let sent = 0;
    const refused = async (method: string, path: string, options: object = {}) => {
      const answer = await under.call(method, path, options);
      sent += 1;
      expect(answer.status, `${method} ${path}: ${answer.text.slice(0, 200)}`).toBeGreaterThanOrEqual(400);
      expect(answer.status, `${method} ${path}: ${answer.text.slice(0, 200)}`).toBeLessThan(500);
      // An address that cannot be decoded is refused before it is known whose it is.
      if (!path.includes('%zz'))
        expect(answer.json?.error, `${method} ${path}: ${answer.text}`).toMatchObject({ code: expect.any(Number) });
    };
    for (const base of ['/graph', '/graph/v24.0']) {
      for (const id of ids) {
        for (const [method, path] of [
          ['GET', `${base}/${id}`],
          ['DELETE', `${base}/${id}`],
          ['GET', `${base}/${id}/message_templates?limit=x&limit=y`],
          ['GET', `${base}/whatsapp_business/attachments/?mid=${id}&phone_number_id=${number}`],
        ] as const)
          await refused(method, path);
        await refused('POST', `${base}/${id}/messages`, { body: hello() });
        await refused('POST', `${base}/${id}/media`, { body: 'x' });
      }
      for (const body of bodies)
        for (const type of ['application/json', 'text/plain', undefined])
          await refused('POST', `${base}/${number}/messages`, { body, headers: { 'content-type': type } });
      for (const type of ['application/json', 'multipart/form-data', 'multipart/form-data; boundary=x'])
        await refused('POST', `${base}/${number}/media`, { body: 'not a form', headers: { 'content-type': type } });
    }
    expect(sent).toBeGreaterThan(150);
    expect(under.carillon.logs.filter((line) => line.includes('failed on our side'))).toEqual([]);
  });
});

describe('forwarded webhooks', () => {
  it('a message sent by the API of Carillon is told of under the id of the provider', async () => {
    const sent = await under.call('POST', '/v1/messages', { body: aMessage({ to: `+${person}` }) });
    const id = await vi.waitFor(async () => {
      const { json } = await under.call('GET', `/v1/messages/${sent.json.id}`);
      expect(json.status).toMatch(/delivered|read/);
      return json.provider_message_id as string;
    }, patience);
    const status = await statusOf(id, 'delivered');
    // It is Carillon's own, and nobody asked for it.
    expect(status).not.toHaveProperty('biz_opaque_callback_data');
  });

  it('a webhook without a name of ours arrives as it came, to the last byte', async () => {
    const odd = Buffer.from(
      `{ "object" :"whatsapp_business_account","entry":[{"id":"${under.credentials.waba_id}","changes":[{"field":"a_new_one","value":{"big":12345678901234567890,"t":"\\u00e9\\/"}}]}]}\n`,
    );
    expect((await under.webhook(odd)).status).toBe(200);
    await vi.waitFor(() => expect(receiver.webhooks.some(({ body }) => body.equals(odd))).toBe(true), patience);
  });

  it('a message that the provider refuses is told of as failed, since no webhook of the provider does', async () => {
    // The sandbox refuses this file at once: it is none of its own.
    const id = idOf(await send(hello({ type: 'image', text: undefined, image: { id: '404404404' } })));
    expect(await statusOf(id, 'failed')).toMatchObject({ errors: [{ code: 100 }] });
  });

  it('a receiver that is away gets the webhook later, and the list tells', async () => {
    receiver.answers.push(500);
    const said = await write('Are you there?');
    await vi.waitFor(async () => {
      const { data } = (await under.call('GET', '/v1/forwarding/deliveries?state=delivered&limit=200')).json;
      expect(data).toContainEqual(expect.objectContaining({ attempts: 2, http_status: 200, error: null }));
    }, patience);
    await vi.waitFor(
      () =>
        expect(
          told()
            .flatMap(({ messages = [] }) => messages)
            .map(({ id }) => id),
        ).toContain(said),
      patience,
    );
  });

  it('goes nowhere before the receiver has answered the challenge', async () => {
    for (const [changes, words] of [
      [{ verify_token: 'another-word' }, /HTTP 403/],
      [{ url: `http://127.0.0.1:1/` }, /CARILLON_ALLOWED_TARGETS/],
      [{ url: 'nowhere' }, /address/],
      [{ url: 'https://10.0.0.1/webhook' }, /internet/],
    ] as const) {
      const answer = await setForwarding(changes);
      expect(answer.status, answer.text).toBe(422);
      expect(answer.json.errors[0]).toMatchObject({ pointer: '/url', message: expect.stringMatching(words) });
    }
    expect((await under.call('GET', '/v1/forwarding')).json.url).toBe(receiver.url);
  });

  const run = async (...args: string[]) => {
    const env = { ...cleanEnvironment(), CARILLON_URL: under.carillon.api, CARILLON_API_KEY: under.carillon.apiKey };
    const cwd = join(import.meta.dirname, '..');
    return promisify(execFile)(process.execPath, ['cli/carillon.js', 'forwarding', ...args], { cwd, env });
  };

  it('is set, shown and ended on the command line', async () => {
    expect((await run('off', '--yes')).stdout).toContain('no longer');
    expect((await run('show')).stdout).toContain('nowhere');
    const secrets = ['--verify-token', verifyToken, '--app-secret', appSecret];
    expect((await run('set', receiver.url, ...secrets)).stdout).toContain(receiver.url);
    expect((await run('show')).stdout).toContain(receiver.url);
    expect((await run('deliveries', '--state', 'delivered')).stdout).toMatch(/delivered +\d+ +200/);
    await expect(
      run('set', receiver.url, '--verify-token', 'another-word', '--app-secret', appSecret),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('HTTP 403'),
    });
  });

  it('ends when it is turned off', async () => {
    await under.settled();
    expect((await under.call('DELETE', '/v1/forwarding')).json).toEqual({ url: null, verified_at: null });
    const said = await write('Still there?');
    await vi.waitFor(async () => {
      const { data } = (await under.call('GET', `/v1/messages?direction=inbound&contact=%2B${person}&limit=1`)).json;
      expect(data[0].provider_message_id).toBe(said);
    }, patience);
    // A later webhook of a receiver that is wanted again shows that the earlier one was left out.
    await setForwarding();
    const later = await write('And now?');
    await vi.waitFor(
      () =>
        expect(
          told()
            .flatMap(({ messages = [] }) => messages)
            .map(({ id }) => id),
        ).toContain(later),
      patience,
    );
    expect(
      told()
        .flatMap(({ messages = [] }) => messages)
        .map(({ id }) => id),
    ).not.toContain(said);
  });
});
