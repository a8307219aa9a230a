import { afterAll, beforeAll, expect, it } from 'vitest';
import { CursorCodec } from '#platform/cursor.ts';
import type { Database } from '#platform/database.ts';
import { createHttpServer, type HttpServer } from '#platform/http.ts';
import { type AcceptAnswer, Acceptor } from './accept/accept.ts';
import { messagesRoutes } from './messages-routes.ts';
import type { Purpose } from './message.ts';

/** Answers 409 to whatever comes as far as to be accepted. */
class Reached extends Acceptor {
  override accept(): Promise<AcceptAnswer> {
    return Promise.resolve({ status: 409, body: { code: 'conflict' }, replayed: false });
  }
}

const content = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
const nowhere = {} as Database;
let server: HttpServer;

beforeAll(async () => {
  const caller = { workspaceId: 'w', keyId: 'k', scopes: new Set(['*']) };
  server = await createHttpServer({ authenticate: () => caller, pressure: { maxInFlight: 100, maxDelayMs: 1e9 } });
  messagesRoutes(server, {
    db: nowhere,
    worker: nowhere,
    acceptor: new Reached({ db: nowhere, offer: () => undefined, missed: () => undefined }),
    account: () => undefined,
    cursors: new CursorCodec(Buffer.alloc(32)),
    route: () => Promise.resolve([]),
    foresee: () => Promise.reject(new Error('unreachable')),
    placeUploads: (messages) => Promise.resolve(messages),
    markAsRead: () => Promise.resolve(),
  });
  await server.ready();
});
afterAll(() => server.close());

/** The status of the answer while so many of a hundred requests are under way. */
async function statusOf(inFlight: number, purposes: Purpose[]): Promise<number> {
  for (let n = 0; n < inFlight; n += 1) server.pressure.enter();
  const messages = purposes.map((purpose) => ({ to: '+15550001111', purpose, content }));
  const isOne = messages.length === 1;
  const answer = await server.inject({
    method: 'POST',
    url: isOne ? '/v1/messages' : '/v1/messages/batch',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    payload: JSON.stringify(isOne ? messages[0] : { messages }),
  });
  for (let n = 0; n < inFlight; n += 1) server.pressure.leave();
  if (answer.statusCode === 503) expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  return answer.statusCode;
}

it('marketing is refused first, then what is not a one-time code, and one-time codes last', async () => {
  const at = async (inFlight: number) => ({
    marketing: await statusOf(inFlight, ['marketing']),
    transactional: await statusOf(inFlight, ['transactional']),
    code: await statusOf(inFlight, ['authentication']),
  });
  expect(await at(10)).toEqual({ marketing: 409, transactional: 409, code: 409 });
  expect(await at(65)).toEqual({ marketing: 503, transactional: 409, code: 409 });
  expect(await at(85)).toEqual({ marketing: 503, transactional: 503, code: 409 });
  expect(await at(95)).toEqual({ marketing: 503, transactional: 503, code: 503 });
});

it('a batch is refused with what gives way first in it', async () => {
  expect(await statusOf(65, ['transactional', 'service'])).toBe(409);
  expect(await statusOf(65, ['authentication', 'marketing'])).toBe(503);
  expect(await statusOf(85, ['authentication', 'authentication'])).toBe(409);
  expect(await statusOf(85, ['authentication', 'transactional'])).toBe(503);
});
