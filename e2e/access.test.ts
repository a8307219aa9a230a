import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Belongings, TwoWorkspaces } from './two-workspaces.ts';
import { type Answer, aMessage, expectProblem, type UnderTest } from './under-test.ts';

type Operation = {
  name: string;
  method: string;
  path: string;
  scope: string | undefined;
  isPublic: boolean;
  isStream: boolean;
  takesKey: boolean;
};

let two: TwoWorkspaces;
let under: UnderTest;
let own: Belongings;
let operations: Operation[];

beforeAll(async () => {
  two = await TwoWorkspaces.start();
  ({ under, own } = two);
  operations = await readOperations();
});
afterAll(() => two?.[Symbol.asyncDispose]());

async function readOperations(): Promise<Operation[]> {
  const { paths } = (await under.call('GET', '/openapi.json')).json as {
    paths: Record<
      string,
      Record<string, { operationId: string; 'x-scope'?: string; security: unknown[]; parameters?: { name: string }[] }>
    >;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: operation.operationId,
      method: method.toUpperCase(),
      path,
      scope: operation['x-scope'],
      isPublic: operation.security.length === 0,
      isStream: path.endsWith('/live'),
      takesKey: operation.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false,
    })),
  );
}

/** The address with an identifier in it; one of nobody when none is given. */
function filled(path: string, id: string = randomUUID()): string {
  return path
    .replace('{lane}', 'service')
    .replace('{kind}', 'block')
    .replaceAll(/\{\w+\}/g, id);
}

describe('every address of the API', () => {
  it('asks for a credential', async () => {
    const closed = operations.filter(({ isPublic }) => !isPublic);
    expect(closed.length).toBeGreaterThan(20);
    for (const { method, path } of closed) {
      for (const key of [null, 'ck_live_unknown_key_of_nobody']) {
        expect([method, path, (await under.call(method, filled(path), { key })).status]).toEqual([method, path, 401]);
      }
    }
  });

  it('that changes something takes an Idempotency-Key', () => {
    const writes = operations.filter(({ method }) => method !== 'GET');
    expect(writes.length).toBeGreaterThan(20);
    const without = writes.filter(({ takesKey }) => !takesKey).map(({ method, path }) => `${method} ${path}`);
    // Explaining changes nothing, nobody is signed in or out twice, and the same file is the same upload.
    const allowed = [
      'DELETE /v1/session',
      'POST /v1/messages/explain',
      'POST /v1/routing/preview',
      'POST /v1/session',
      'POST /v1/uploads',
    ];
    expect(without.sort()).toEqual(allowed);
  });

  it('that is open to all is one of the few that were meant to be', () => {
    const open = operations.filter(({ isPublic }) => isPublic).map(({ method, path }) => `${method} ${path}`);
    expect(open.toSorted()).toEqual(['GET /health', 'GET /health/live', 'GET /health/ready', 'POST /v1/session']);
  });

  it('asks for its scope', async () => {
    const scopes = [...new Set(operations.flatMap(({ scope }) => scope ?? []))];
    expect(scopes.length).toBeGreaterThan(5);
    const keys = new Map<string, string>();
    for (const lacking of scopes) {
      const others = scopes.filter((scope) => scope !== lacking);
      const body = { name: `all but ${lacking}`, scopes: others };
      keys.set(lacking, (await under.call('POST', '/v1/api-keys', { body })).json.key);
    }
    for (const { method, path, scope } of operations) {
      if (scope === undefined) continue;
      const { status } = await under.call(method, filled(path), { key: keys.get(scope) ?? null });
      expect([method, path, status]).toEqual([method, path, 403]);
    }
  });
});

/** For every address with an identifier in it: which of the first workspace's things it is tried with, what its owner is
 *  answered, and the body. The owner is answered in the order of the methods: what is read first, what is removed last. */
const trials: Record<string, { of: keyof Belongings; status: number; body?: object }> = {
  getMessage: { of: 'message', status: 200 },
  traceMessage: { of: 'message', status: 200 },
  cancelMessage: { of: 'waiting', status: 200 },
  markMessageAsRead: { of: 'inbound', status: 200, body: {} },
  getContact: { of: 'contact', status: 200 },
  changeContact: { of: 'contact', status: 200, body: { preferred_channel: 'sms' } },
  suppressContact: { of: 'contact', status: 200, body: { reason: 'Asked to' } },
  liftSuppression: { of: 'contact', status: 200 },
  getConversation: { of: 'conversation', status: 200 },
  getWebhook: { of: 'webhook', status: 200 },
  replayWebhook: { of: 'webhook', status: 202 },
  redeliverForwarding: { of: 'delivery', status: 202 },
  getMedia: { of: 'file', status: 200 },
  downloadMedia: { of: 'file', status: 200 },
  retryMedia: { of: 'lostFile', status: 202 },
  getUpload: { of: 'upload', status: 200 },
  deleteUpload: { of: 'upload', status: 200 },
  redriveDeadLetter: { of: 'deadLetter', status: 200, body: { content: aMessage().content } },
  discardDeadLetter: { of: 'otherDeadLetter', status: 200 },
  getRoutingRule: { of: 'rule', status: 200 },
  // The rule is there, and the senders that the caller names are not.
  replaceRoutingRule: {
    of: 'rule',
    status: 422,
    body: { name: 'Another', when: {}, senders: [{ sender_id: randomUUID() }] },
  },
  removeRoutingRule: { of: 'rule', status: 200 },
  getSender: { of: 'sender', status: 200 },
  pauseSender: { of: 'sender', status: 200, body: { reason: 'A test' } },
  resumeSender: { of: 'sender', status: 200 },
  stopLane: { of: 'sender', status: 200, body: { reason: 'A test' } },
  resumeLane: { of: 'sender', status: 200 },
  getConnection: { of: 'spareConnection', status: 200 },
  listKnownTemplates: { of: 'spareConnection', status: 200 },
  addSender: { of: 'spareConnection', status: 201, body: { phone_number_id: '107', force: true } },
  checkConnection: { of: 'spareConnection', status: 200 },
  // The provider is asked, and knows no such account.
  subscribeConnection: { of: 'spareConnection', status: 502 },
  rotateSecrets: { of: 'spareConnection', status: 200, body: { verify_token: 'another', force: true } },
  changeConnection: { of: 'spareConnection', status: 200, body: { direct_send: false } },
  // The connection is one of another provider, which its owner alone is told.
  getUltramsgStatus: { of: 'spareConnection', status: 409 },
  getUltramsgQr: { of: 'spareConnection', status: 409 },
  getUltramsgSettings: { of: 'spareConnection', status: 409 },
  changeUltramsgSettings: { of: 'spareConnection', status: 409, body: { webhook_retries: 1 } },
  checkUltramsgContact: { of: 'spareConnection', status: 409, body: { phone: '+15550001111' } },
  clearUltramsg: { of: 'spareConnection', status: 409, body: { status: 'queue' } },
  restartUltramsg: { of: 'spareConnection', status: 409 },
  logOutUltramsg: { of: 'spareConnection', status: 409 },
  setBreaker: { of: 'spareConnection', status: 200, body: { state: 'forced_closed', reason: 'A test' } },
  pauseConnection: { of: 'spareConnection', status: 200, body: { reason: 'A test' } },
  resumeConnection: { of: 'spareConnection', status: 200 },
  removeConnection: { of: 'spareConnection', status: 204 },
  revokeApiKey: { of: 'spareApiKey', status: 200 },
};

const methodOrder = ['GET', 'PUT', 'PATCH', 'POST', 'DELETE'];

/** What an answer says, without what is another one each time. */
const saidBy = ({ status, text }: Answer) => ({
  status,
  text: text.replaceAll(/"(request_id|id|created_at|decided_at)":"[^"]*"/g, ''),
});
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

describe('a stranger with a key of another workspace', () => {
  const closedLists = () =>
    operations.filter(
      ({ method, path, isPublic, isStream }) => method === 'GET' && !path.includes('{') && !isPublic && !isStream,
    );
  // The scope of a stop is a word that each workspace has for itself, and no identifier.
  const byId = () =>
    operations
      .filter(({ path, isPublic }) => path.replace('{scope}', '').includes('{') && !isPublic)
      .sort((a, b) => methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method));

  /** Everything that the owner sees, but the times at which keys and connections were last used. */
  async function everythingOwned(): Promise<Map<string, string>> {
    const seen = new Map<string, string>();
    for (const { path } of closedLists()) {
      const { status, text } = await under.call('GET', path);
      expect(status, path).toBe(200);
      seen.set(path, text.replaceAll(/"(last_(?:used|webhook)_at)":"[^"]*"/g, '"$1":null'));
    }
    return seen;
  }

  it('has a sender and a message of its own', async () => {
    const key = two.strangerKey;
    expect((await under.call('GET', `/v1/messages/${two.strangerMessage}`, { key })).status).toBe(200);
    expectProblem(await under.call('GET', `/v1/messages/${two.strangerMessage}`), 404, 'not_found');
  });

  it('B037: sees nothing of another workspace in any list', async () => {
    const owned = await everythingOwned();
    expect(owned.size).toBeGreaterThan(10);
    for (const [path, text] of owned) {
      // Each list has something that could be seen.
      const { data } = JSON.parse(text) as { data?: unknown[] };
      expect(data === undefined || data.length > 0, path).toBe(true);
    }
    const ids = new Set([...owned.values()].flatMap((text) => text.match(uuid) ?? []));
    for (const id of Object.values(own)) expect(ids).toContain(id);
    for (const path of owned.keys()) {
      const { status, text } = await under.call('GET', path, { key: two.strangerKey });
      expect(status, path).toBe(200);
      expect(text.match(uuid)?.filter((id) => ids.has(id)) ?? [], path).toEqual([]);
    }
    // Causes have no identifier of ours.
    expect((await under.call('GET', '/v1/dead-letters/groups', { key: two.strangerKey })).json.data).toEqual([]);
  });

  it('B037: finds nothing of another workspace by its identifiers, and changes nothing', async () => {
    // A new address needs a trial of its own.
    expect(
      byId()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(trials).sort());
    const ledger = `${under.carillon.sandbox}/_sandbox/ledger?limit=10000`;
    const sentBefore = await (await fetch(ledger)).text();
    const before = await everythingOwned();
    for (const { name, method, path } of byId()) {
      const { of, body } = trials[name] ?? { of: 'message' };
      const options = { key: two.strangerKey, body };
      const answer = await under.call(method, filled(path, own[of]), options);
      expectProblem(answer, 404, 'not_found');
      // Whether somebody else has it or nobody cannot be told.
      expect(saidBy(answer), name).toEqual(saidBy(await under.call(method, filled(path), options)));
    }
    expect(await everythingOwned()).toEqual(before);
    expect(await (await fetch(ledger)).text()).toBe(sentBefore);
  });

  it('B029, B037: cannot go on with the cursor of another workspace', async () => {
    for (const list of ['/v1/messages', '/v1/contacts', '/v1/webhooks', '/v1/media', '/v1/dead-letters']) {
      const after = (await under.call('GET', `${list}?limit=1`)).json.next_cursor as string;
      expect(after, list).not.toBeNull();
      const address = `${list}?limit=1&after=${encodeURIComponent(after)}`;
      expect((await under.call('GET', address)).json.data).toHaveLength(1);
      expectProblem(await under.call('GET', address, { key: two.strangerKey }), 400, 'cursor_invalid');
    }
  });

  it.each([
    ['contact', () => own.contact],
    ['sender_id', () => own.sender],
  ])('B037: has an empty list when it asks for the messages of a foreign %s', async (filter, id) => {
    const address = `/v1/messages?${filter}=${id()}`;
    expect((await under.call('GET', address)).json.data.length).toBeGreaterThan(0);
    expect((await under.call('GET', address, { key: two.strangerKey })).json.data).toEqual([]);
  });

  const named: [string, string, string, (id: string) => object, () => string][] = [
    ['sender_id', 'sender_not_found', '/sender_id', (sender_id) => ({ sender_id }), () => own.sender],
    [
      'contact_id',
      'invalid_request',
      '/contact_id',
      (contact_id) => ({ to: undefined, contact_id }),
      () => own.contact,
    ],
    ['reply_to', 'invalid_request', '/reply_to', (reply_to) => ({ reply_to }), () => own.message],
    [
      'message in a reaction',
      'invalid_request',
      '/content/reaction/message_id',
      (message_id) => ({ content: { type: 'reaction', reaction: { message_id, emoji: '👍' } } }),
      () => own.inbound,
    ],
  ];

  it.each(named)(
    'B037: is told of a foreign %s what it is told of one that there is not',
    async (_, code, pointer, changes, id) => {
      const to = '+15550001111';
      // Its owner has two senders and must say which.
      const owned = aMessage({ to, sender_id: own.sender, ...changes(id()) });
      expect((await under.call('POST', '/v1/messages', { body: owned })).status).toBe(202);

      const ask = async (path: string, foreign: string) => {
        const message = aMessage({ to, ...changes(foreign) });
        const body = path.endsWith('batch') ? { messages: [message] } : message;
        return under.call('POST', path, { key: two.strangerKey, body });
      };
      const answer = await ask('/v1/messages', id());
      expectProblem(answer, 422, code);
      expect(answer.json.errors[0].pointer).toBe(pointer);
      for (const path of ['/v1/messages', '/v1/messages/batch', '/v1/messages/explain'])
        expect(saidBy(await ask(path, id())), path).toEqual(saidBy(await ask(path, randomUUID())));
      const [result] = (await ask('/v1/messages/batch', id())).json.results;
      expect(result.status).not.toBe('queued');
      expect(JSON.stringify(result)).toContain(code);
    },
  );

  it('B037: puts no dead letter of another workspace back into the queue', async () => {
    const redrive = (id: string, more: object = { key: two.strangerKey }, changes: object = {}) =>
      under.call('POST', '/v1/dead-letters/redrive', { ...more, body: { message_ids: [id], ...changes } });
    expect((await redrive(own.deadLetter, {}, { dry_run: true })).json).toEqual({ matching: 1, redriven: 0 });
    const answer = await redrive(own.deadLetter);
    expect(answer.json).toEqual({ matching: 0, redriven: 0 });
    expect(saidBy(answer)).toEqual(saidBy(await redrive(randomUUID())));
    const open = (await under.call('GET', '/v1/dead-letters?state=open')).json.data as { message_id: string }[];
    expect(open.map(({ message_id }) => message_id)).toContain(own.deadLetter);
  });

  it('B037: hears nothing of another workspace in the live stream', async () => {
    const listen = async (key: string) => {
      const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' };
      const { body } = await fetch(`${under.carillon.api}/v1/messages/live`, { headers });
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
      let heard = '';
      const hears = async (words: string): Promise<string> => {
        while (!heard.includes(words)) {
          const { done, value } = (await reader?.read()) ?? { done: true };
          if (done) throw new Error(`The stream ended without ${words}: ${heard}`);
          heard += value;
        }
        return heard;
      };
      await hears('event: ready');
      return { hears, [Symbol.asyncDispose]: async () => reader?.cancel() };
    };
    await using ear = await listen(under.carillon.apiKey);
    await using strangeEar = await listen(two.strangerKey);
    const sent = await under.call('POST', '/v1/messages', { body: aMessage({ sender_id: own.sender }) });
    await ear.hears(sent.json.id);
    // The stranger's own message came later, so the other one would have been heard by then.
    const later = await under.call('POST', '/v1/messages', { key: two.strangerKey, body: aMessage() });
    expect(await strangeEar.hears(later.json.id)).not.toContain(sent.json.id);
  });

  it('is refused nothing that the owner is refused: with the same calls the owner gets what is there', async () => {
    for (const { name, method, path } of byId()) {
      const { of, status, body } = trials[name] ?? { of: 'message', status: 0 };
      const missing = await under.call(method, filled(path), { body });
      expectProblem(missing, 404, 'not_found');
      const answer = await under.call(method, filled(path, own[of]), { body });
      expect(answer.status, `${name}: ${answer.text}`).toBe(status);
    }
  });
});

describe('bad input', () => {
  const identifiers = ['x', '%00', "'", '..%2f..', '%zz', 'a'.repeat(600), '%F0%9F%98%80', randomUUID()];
  const queries = [
    '?limit=-1',
    '?limit=0',
    '?limit=1e9',
    '?limit=1&limit=2',
    '?after=zzz',
    '?x=1',
    '?status=%00',
    '?contact=%27',
    '?direction=%ff',
  ];
  const bodies = [
    '',
    'null',
    '[]',
    '"x"',
    '42',
    '{}',
    '{"a":1}',
    '{"__proto__":{}}',
    '{"a":1,"a":2}',
    '{"to":"\\u0000"}',
    '{"to":"\\ud800"}',
    '{"to":1e400}',
    '[[[[',
    '{"messages":[]}',
    '{"messages":[null,1,{}]}',
    '{"reason":"\\u0007"}',
    JSON.stringify({
      to: 'x'.repeat(100_000),
      purpose: 'transactional',
      content: { type: 'text', text: { body: 'x' } },
    }),
  ];

  it('B001-B045: is answered by a problem with a code, and never by a 500, wherever it is sent', async () => {
    let sent = 0;
    const before = under.carillon.logs.length;
    for (const { method, path, isStream } of operations) {
      if (isStream) continue;
      const addresses = path.includes('{') ? identifiers.map((id) => filled(path, id)) : [path];
      const attempts =
        method === 'GET'
          ? [...addresses, ...queries.map((query) => filled(path) + query)].map((url) => [url, undefined] as const)
          : addresses.flatMap((url) => bodies.map((body) => [url, body] as const));
      for (const [url, body] of attempts) {
        const { status, headers, text, json } = await under.call(method, url, {
          body: method === 'DELETE' ? undefined : body,
        });
        sent++;
        expect(status, `${method} ${url} ${body?.slice(0, 60)}: ${text.slice(0, 300)}`).toBeLessThan(500);
        if (status < 400) continue;
        expect(headers.get('content-type')).toBe('application/problem+json');
        expect(json).toMatchObject({
          code: expect.any(String),
          status,
          request_id: expect.any(String),
        });
      }
    }
    expect(sent).toBeGreaterThan(500);
    const said = under.carillon.logs.slice(before);
    expect(said.filter((line) => line.includes('a request failed on our side'))).toEqual([]);
  });
});
