import { createHmac, randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { sendRaw } from './raw-http.ts';
import { aMessage, expectNoInside, expectProblem, UnderTest } from './under-test.ts';

// What a provider, or somebody who pretends to be one, can send to our webhook. B069 to B072 are about providers that are
// not connected yet (Twilio, UltraMsg).

const under = await UnderTest.ofFile();
let count = 0;

const seconds = (offset = 0) => String(Math.floor(Date.now() / 1000) + offset);

/** A person of their own writes a text with a word that is nowhere else. */
function aText(changes: Record<string, unknown> = {}, name = 'Ada') {
  count += 1;
  const word = `word${count}x`;
  const from = `1555200${String(count).padStart(4, '0')}`;
  const message = { from, id: `wamid.${word}`, timestamp: seconds(), type: 'text', text: { body: word }, ...changes };
  return {
    word,
    from,
    body: under.value({ contacts: [{ profile: { name }, wa_id: from }], messages: [message] }),
  };
}

interface Shown {
  id: string;
  type: string;
  status: string;
  content: Record<string, unknown>;
  contact_id: string;
  contact: { name: string | null };
}

async function messagesOf(from: string): Promise<Shown[]> {
  await under.settled();
  const { json } = await under.call('GET', `/v1/messages?direction=inbound&contact=${encodeURIComponent(`+${from}`)}`);
  return json.data;
}

async function notices(kind: string): Promise<{ field: string; value: unknown; raw_webhook_id: string }[]> {
  await under.settled();
  return (await under.call('GET', `/v1/provider-notices?kind=${kind}&limit=200`)).json.data;
}

/** Takes it, as the provider must be told, and keeps it where people can see it. */
async function expectKept(body: unknown, kind: string): Promise<void> {
  const before = (await notices(kind)).length;
  const answer = await under.webhook(body);
  expect(answer.status, answer.text).toBe(200);
  const after = await notices(kind);
  expect(after.length).toBeGreaterThan(before);
  const raw = await under.call('GET', `/v1/webhooks/${after[0]?.raw_webhook_id}`);
  expect(raw.json.body).toBe(typeof body === 'string' ? body : JSON.stringify(body));
}

describe('a signature', () => {
  const hex = (bytes: string, secret?: string) => under.sign(bytes, secret).slice('sha256='.length);

  it.each<[string, (body: string) => string | null]>([
    ['B046: that is not there', () => null],
    ['B047: in capitals', (body) => `sha256=${hex(body).toUpperCase()}`],
    ['B047: of 63 digits', (body) => `sha256=${hex(body).slice(1)}`],
    ['B047: of 65 digits', (body) => `sha256=${hex(body)}0`],
    ['B047: that is not hexadecimal', () => `sha256=${'z'.repeat(64)}`],
    ['B047: that is empty', () => 'sha256='],
    ['B047: without its scheme', (body) => hex(body)],
    ['B047: twice', (body) => `${under.sign(body)}, ${under.sign(body)}`],
    ["B049: with another app's secret", (body) => under.sign(body, 'f'.repeat(32))],
    ['B049: with an empty secret', (body) => under.sign(body, '')],
    ['B050: of the same JSON in other bytes', (body) => under.sign(JSON.stringify(JSON.parse(body), null, 1))],
  ])('%s is refused, and nothing is kept', async (_, signature) => {
    const { from, body } = aText();
    const text = JSON.stringify(body);
    expectProblem(await under.webhook(text, { signature: signature(text) }), 401, 'invalid_signature');
    expect(await messagesOf(from)).toEqual([]);
  });

  it('B048: of the old kind alone is refused', async () => {
    const { body } = aText();
    const answer = await under.webhook(body, {
      signature: null,
      headers: { 'x-hub-signature': `sha1=${'0'.repeat(40)}` },
    });
    expectProblem(answer, 401, 'invalid_signature');
  });

  it('B051: covers the bytes as they come, escaped or not', async () => {
    const { from, body } = aText({ text: { body: 'caf\u00e9 👋' } });
    const raw = JSON.stringify(body);
    const escaped = raw.replaceAll(
      /[\u0080-\uffff]/g,
      (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect(escaped).not.toBe(raw);
    expect((await under.webhook(escaped)).status).toBe(200);
    expect((await under.webhook(raw)).status).toBe(200);
    expect((await messagesOf(from)).map(({ content }) => content['text'])).toEqual([{ body: 'caf\u00e9 👋' }]);
  });

  it('for a connection that does not exist, or with a strange id, leads nowhere', async () => {
    for (const connectionId of ['01a20408-9e54-7000-8000-000000000000', 'x', '%00', "'"]) {
      expectProblem(await under.webhook(aText().body, { connectionId }), 404);
    }
  });
});

it('B052: a connection without an app secret, or with an empty one, cannot be made', async () => {
  const connection = {
    provider: 'whatsapp-cloud',
    base_url: under.carillon.sandbox,
    business_account_id: under.credentials.waba_id,
    phone_number_id: '1',
    access_token: 'token',
    verify_token: 'verify',
  };
  for (const app_secret of [undefined, '', '   ', null]) {
    const answer = await under.call('POST', '/v1/connections', { body: { ...connection, app_secret } });
    expectProblem(answer, 422, 'invalid_request');
    expect(answer.json.errors[0].pointer).toBe('/app_secret');
  }
});

describe('the handshake', () => {
  const shake = (query: Record<string, string>) =>
    under.call('GET', `/webhooks/whatsapp-cloud/${under.connectionId}?${new URLSearchParams(query).toString()}`, {
      key: null,
    });
  const right = () => ({ 'hub.mode': 'subscribe', 'hub.verify_token': under.credentials.verify_token });

  it('B053: with the right token echoes the challenge as plain text', async () => {
    const answer = await shake({ ...right(), 'hub.challenge': '1158201444' });
    expect(answer).toMatchObject({ status: 200, text: '1158201444' });
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each<[string, Record<string, string>]>([
    ['a wrong token', { 'hub.verify_token': 'wrong', 'hub.challenge': '1' }],
    ['an empty token', { 'hub.verify_token': '', 'hub.challenge': '1' }],
    ['another mode', { 'hub.mode': 'unsubscribe', 'hub.challenge': '1' }],
    ['a challenge that is a list', { 'hub.challenge[]': '1' }],
    ['HTML for a challenge', { 'hub.challenge': '<script>alert(1)</script>' }],
    ['a challenge of 10,000 digits', { 'hub.challenge': '1'.repeat(10_000) }],
  ])('B053: with %s is refused', async (_, query) => {
    const answer = await shake({ ...right(), ...query });
    expect([400, 403]).toContain(answer.status);
    expect(answer.text).not.toContain('<script>');
    expectNoInside(answer.text);
  });
});

describe('a body that makes no sense is taken, kept and listed', () => {
  it.each<[string, unknown]>([
    ['B055: about something unknown', { object: 'page', entry: [] }],
    ['B055: without entries', { object: 'whatsapp_business_account' }],
    ['B055: with no entry in its list', { object: 'whatsapp_business_account', entry: [] }],
    ['B055: whose entries are no list', { object: 'whatsapp_business_account', entry: {} }],
    ['B055: whose changes are null', { object: 'whatsapp_business_account', entry: [{ id: '7', changes: null }] }],
    ['that is not JSON', 'not json at all'],
    ['nested 200,000 deep', `{"object":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ])('%s', async (_, body) => {
    await expectKept(body, 'unknown');
  });

  it('B068: a reply of a form that is not JSON, deep or huge comes in all the same', async () => {
    const deep = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    for (const response_json of ['{not json', deep, 'x'.repeat(500_000)]) {
      const { from, body } = aText({
        type: 'interactive',
        interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json } },
        text: undefined,
      });
      expect((await under.webhook(body)).status).toBe(200);
      expect(await messagesOf(from)).toMatchObject([{ type: 'interactive' }]);
    }
  });
});

describe('a message', () => {
  it('B054: that was replayed from 40 days ago opens no window and stops nothing', async () => {
    const { from, body } = aText({ text: { body: 'STOP' }, timestamp: seconds(-40 * 86_400) });
    expect((await under.webhook(body)).status).toBe(200);
    const [message] = await messagesOf(from);
    const contact = await under.call('GET', `/v1/contacts/${message?.contact_id}`);
    expect(contact.json.suppressions).toEqual([]);
    const explained = await under.call('POST', '/v1/messages/explain', {
      body: { to: `+${from}`, purpose: 'service', content: { type: 'text', text: { body: 'Hi' } } },
    });
    expect(explained.json.decision).toMatchObject({ outcome: 'block', rule: 'service_window_closed' });
  });

  it.each(['unsupported', 'poll', 'brand_new_kind'])(
    'B056: of the type %s is kept and shown as unsupported',
    async (type) => {
      const { from, body } = aText({ type, [type]: { anything: [1, { deep: true }] }, text: undefined });
      await expectKept(body, 'unsupported');
      expect(await messagesOf(from)).toMatchObject([{ type: 'unsupported', status: 'received' }]);
    },
  );

  it.each([['words'], [String(Date.now())], ['-1'], ['99999999999999'], [{}], [null]])(
    'B057: with the time %j is kept with the time of its receipt',
    async (timestamp) => {
      const { from, body } = aText({ timestamp });
      expect((await under.webhook(body)).status).toBe(200);
      expect(await messagesOf(from)).toHaveLength(1);
      const conversations = await under.call('GET', '/v1/conversations?limit=1');
      expect(conversations.status, conversations.text).toBe(200);
      const until = conversations.json.data[0]?.window_expires_at ?? null;
      if (until !== null) expect(Date.parse(until)).toBeLessThanOrEqual(Date.now() + 24 * 3_600_000);
    },
  );

  it('B058: of somebody without a phone, and of one whose contact has another id, is received', async () => {
    const alone = under.value({
      contacts: [{ profile: { name: 'Bo' }, user_id: 'US.5550001' }],
      messages: [
        { from_user_id: 'US.5550001', id: 'wamid.bsuid', timestamp: seconds(), type: 'text', text: { body: 'Hi' } },
      ],
    });
    expect((await under.webhook(alone)).status).toBe(200);
    await under.settled();
    const { json } = await under.call('GET', `/v1/messages?direction=inbound&contact=US.5550001`);
    expect(json.data).toMatchObject([{ recipient: 'US.5550001', to: null }]);
    const { body } = aText({ from: '15552019999', id: 'wamid.other-id' });
    expect((await under.webhook(body)).status).toBe(200);
    await under.settled();
  });

  it.each([
    ['10,000 characters', 'n'.repeat(10_000)],
    ['HTML', '<img src=x onerror=alert(1)>'],
    ['a mark that turns the direction', '\u202eAda\u2066'],
    ['NUL', 'A\u0000da'],
    ['half of a surrogate pair', 'Ada\ud800'],
    ['a family of emoji', '👨‍👩‍👧‍👦'.repeat(200)],
    ['1,000 combining marks', `A${'\u0301'.repeat(1_000)}`],
  ])('B059, B194: from somebody whose name is %s is received, and the name is clean', async (_, name) => {
    const { from, body } = aText({}, name);
    expect((await under.webhook(body)).status).toBe(200);
    const shown = (await messagesOf(from))[0]?.contact.name ?? '';
    expect(shown.length).toBeLessThanOrEqual(256);
    // oxlint-disable-next-line no-control-regex -- finding control characters is the purpose
    expect(shown).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/);
    expect(shown.isWellFormed()).toBe(true);
  });

  it('B060: of 100,000 characters is cut at 64 kB, and says so', async () => {
    const { from, body } = aText({ text: { body: 'é'.repeat(100_000) } });
    expect((await under.webhook(body)).status).toBe(200);
    const [{ content } = { content: {} }] = await messagesOf(from);
    expect(content).toMatchObject({ truncated: true, text: { body: expect.stringMatching(/^é{32768}$/) } });
  });

  it('B061: whose id comes again with other words stays as it was, and the contradiction is told', async () => {
    const { from, word, body } = aText();
    const other = JSON.parse(JSON.stringify(body).replace(`"body":"${word}"`, '"body":"changed"'));
    for (const one of [body, other, body]) expect((await under.webhook(one)).status).toBe(200);
    const [message, ...more] = await messagesOf(from);
    expect(more).toEqual([]);
    expect(message?.content['text']).toEqual({ body: word });
    const trace = await under.call('GET', `/v1/messages/${message?.id}/trace`);
    expect(trace.json.events.map(({ kind }: { kind: string }) => kind)).toContain('conflict');
  });

  it('B066, B067: with forged ids, absurd places, long lists and large cards is received', async () => {
    const kinds: Record<string, unknown>[] = [
      {
        type: 'interactive',
        interactive: {
          type: 'button_reply',
          button_reply: { id: `'; drop table message; --${'x'.repeat(1000)}`, title: '<b>' },
        },
      },
      { type: 'location', location: { latitude: 1e9, longitude: -1e9, name: null } },
      { type: 'location', location: { latitude: 'NaN', longitude: {} } },
      { type: 'contacts', contacts: [{ name: { formatted_name: 'Bo' }, note: 'x'.repeat(1024 * 1024) }] },
      { type: 'reaction', reaction: { message_id: 'wamid.nobody', emoji: '👍' } },
      { type: 'reaction', reaction: { message_id: null } },
      {
        type: 'order',
        order: { catalog_id: '1', product_items: Array.from({ length: 10_000 }, (_, n) => ({ quantity: n })) },
      },
      { type: 'text', text: 'no object' },
      { type: 'image', image: { id: { toString: 'x' } } },
    ];
    for (const kind of kinds) {
      const { from, body } = aText({ text: undefined, ...kind });
      expect((await under.webhook(body)).status).toBe(200);
      expect(await messagesOf(from), JSON.stringify(kind).slice(0, 100)).toHaveLength(1);
    }
  });

  it('B074: is received 999 times of 1,000 in one body when one is poison', async () => {
    const from = '15552990000';
    const messages = Array.from({ length: 1000 }, (_, n) =>
      n === 499
        ? { text: 7 }
        : { from, id: `wamid.batch.${n}`, timestamp: seconds(), type: 'text', text: { body: `${n}` } },
    );
    const before = (await notices('unknown')).length;
    expect((await under.webhook(under.value({ messages }))).status).toBe(200);
    await under.settled();
    const ids = new Set<string>();
    for (let path = `/v1/messages?direction=inbound&limit=200&contact=%2B${from}`; ; ) {
      const { json } = await under.call('GET', path);
      for (const { id } of json.data) ids.add(id);
      if (!json.next_cursor) break;
      path = `/v1/messages?direction=inbound&limit=200&contact=%2B${from}&after=${json.next_cursor}`;
    }
    expect(ids.size).toBe(999);
    expect((await notices('unknown')).length).toBe(before + 1);
  });

  it('B075: from our own number is received like any other, and nothing answers it', async () => {
    const before = (await under.call('GET', '/v1/messages?direction=outbound&limit=200')).json.data.length;
    const { from, body } = aText({ from: '15550783881' });
    expect((await under.webhook(body)).status).toBe(200);
    await messagesOf(from);
    expect((await under.call('GET', '/v1/messages?direction=outbound&limit=200')).json.data.length).toBe(before);
  });
});

describe('a receipt', () => {
  let recipient = 15_552_100_000;

  /** A message that was delivered, to somebody of its own: the provider lets only so many go to one person at once. */
  async function delivered(): Promise<{ id: string; wamid: string }> {
    recipient += 1;
    const sent = await under.call('POST', '/v1/messages', { body: aMessage({ to: `+${recipient}` }) });
    return vi.waitFor(
      async () => {
        const { json } = await under.call('GET', `/v1/messages/${sent.json.id}`);
        expect(json.status).toBe('delivered');
        return { id: json.id, wamid: json.provider_message_id };
      },
      { timeout: 20_000, interval: 50 },
    );
  }
  const receipt = (id: string, changes: Record<string, unknown>) =>
    under.webhook(under.value({ statuses: [{ id, timestamp: seconds(), recipient_id: '15550001111', ...changes }] }));

  it('B062: for a message of somebody else is kept and changes nothing of ours', async () => {
    const { id } = await delivered();
    expect((await receipt('wamid.somebody.else', { status: 'failed' })).status).toBe(200);
    await under.settled();
    expect((await under.call('GET', `/v1/messages/${id}`)).json.status).toBe('delivered');
  });

  it.each([['a1:AAAAAAAAAAAAAAAAAAAAAA:1:AAAAAAAAAAA'], ['{"a":1}'], ['x'.repeat(512)], [7], [null]])(
    'B063: with the callback word %j settles nothing',
    async (word) => {
      expect((await receipt('wamid.forged', { status: 'read', biz_opaque_callback_data: word })).status).toBe(200);
      await under.settled();
    },
  );

  it.each(['warning', 'deleted', 'brand_new', ''])('B064: of the status %j moves nothing', async (status) => {
    const { id, wamid } = await delivered();
    expect((await receipt(wamid, { status })).status).toBe(200);
    await under.settled();
    expect((await under.call('GET', `/v1/messages/${id}`)).json.status).toBe('delivered');
  });

  it('B065: with a thousand errors, codes that are text and HTML in them is applied', async () => {
    const { id, wamid } = await delivered();
    const errors = Array.from({ length: 1000 }, () => ({
      code: '131026',
      title: '<b>no</b>',
      error_data: { details: [] },
    }));
    expect((await receipt(wamid, { status: 'failed', errors })).status).toBe(200);
    await under.settled();
    // It was delivered: a failure afterwards is kept, and does not hide that.
    expect((await under.call('GET', `/v1/messages/${id}`)).json.status).toBe('delivered');
  });
});

describe('the size of a body', () => {
  it('B073: may be 3 MB and not a byte more', async () => {
    const limit = 3 * 1024 * 1024;
    const padded = (size: number) => {
      const text = JSON.stringify(under.value({ messages: [] }));
      return text.padEnd(size, ' ');
    };
    expect((await under.webhook(padded(limit))).status).toBe(200);
    expectProblem(await under.webhook(padded(limit + 1)), 413, 'body_too_large');
  });

  it('B076: that never ends is not waited for without limit, and nothing of it is kept', async () => {
    // The caller gives up first here; the server's own limit is tried beside its other limits.
    const answers = await sendRaw(
      under.carillon.api,
      `POST /webhooks/whatsapp-cloud/${under.connectionId} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n`,
      { limitMs: 1_000 },
    );
    expect(answers).toEqual([]);
    const { json } = await under.call('GET', '/v1/webhooks?limit=200');
    expect(json.data.filter(({ size_bytes }: { size_bytes: number }) => size_bytes === 5)).toEqual([]);
  });
});

describe('B077: a signed request for the deletion of data', () => {
  const payload = (changes: Record<string, unknown> = {}) =>
    Buffer.from(
      JSON.stringify({ algorithm: 'HMAC-SHA256', issued_at: Number(seconds()), user_id: '218471', ...changes }),
    ).toString('base64url');
  const sign = (text: string, secret = under.credentials.app_secret) =>
    createHmac('sha256', secret).update(text).digest('base64url');
  const ask = (signedRequest: string, connectionId = under.connectionId) =>
    under.call('POST', `/webhooks/whatsapp-cloud/${connectionId}/data-deletion`, {
      body: `signed_request=${signedRequest}`,
      key: null,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'idempotency-key': undefined },
    });

  it('is answered with a code and a page, is shown to the workspace, and has one code however often it comes', async () => {
    const text = payload();
    const [first, second] = [await ask(`${sign(text)}.${text}`), await ask(`${sign(text)}.${text}`)];
    expect([first.status, second.json]).toEqual([200, first.json]);
    const { url, confirmation_code: code } = first.json;
    const page = await under.call('GET', url, { key: null });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain(code);
    const shown = (await notices('account')).filter(({ field }) => field === 'data_deletion');
    expect(shown).toMatchObject([{ value: { user_id: '218471', confirmation_code: code } }]);
    const { json } = await under.call('GET', `/v1/webhooks/${shown[0]?.raw_webhook_id}`);
    expect(json.body).toContain(text);
  });

  it.each([
    ['with a wrong signature', () => `${sign(payload(), 'wrong')}.${payload()}`],
    ['of the algorithm none', () => `${sign(payload({ algorithm: 'none' }))}.${payload({ algorithm: 'none' })}`],
    ['without a dot', () => sign(payload()) + payload()],
    ['without anything', () => ''],
  ])('%s is refused', async (_name, make) => expectProblem(await ask(make()), 401, 'invalid_signature'));

  it('to no connection of ours, or with a code that nobody was given, finds nothing', async () => {
    const text = payload();
    expectProblem(await ask(`${sign(text)}.${text}`, randomUUID()), 404);
    const page = `/webhooks/whatsapp-cloud/${under.connectionId}/data-deletion`;
    for (const code of [randomUUID(), 'x', '..%2f']) expectProblem(await under.call('GET', `${page}/${code}`), 404);
  });
});

it('calls carry a proof of the app secret, so an app that asks for one takes them', async () => {
  const setting = (required: boolean) =>
    fetch(`${under.carillon.sandbox}/_sandbox/settings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ require_app_secret_proof: required }),
    });
  await setting(true);
  try {
    const { json } = await under.call('POST', `/v1/connections/${under.connectionId}/check`);
    expect(json.checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    const { json: message } = await under.call('POST', '/v1/messages', { body: aMessage({ to: '+15552990001' }) });
    under.accepted.push(message.id);
    await vi.waitFor(
      async () => {
        const { json: shown } = await under.call('GET', `/v1/messages/${message.id}`);
        expect(['sent', 'delivered', 'read']).toContain(shown.status);
      },
      { timeout: 20_000, interval: 50 },
    );
  } finally {
    await setting(false);
  }
});
