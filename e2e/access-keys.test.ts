import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { expectProblem, UnderTest } from './under-test.ts';

let under: UnderTest;
/** Every operation that needs a credential. */
let operations: { method: string; path: string }[];

beforeAll(async () => {
  under = await UnderTest.start();
  const { paths } = (await under.call('GET', '/openapi.json')).json as {
    paths: Record<string, Record<string, { security: unknown[] }>>;
  };
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security }]) => security.length > 0)
      .map(([method]) => ({ method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, randomUUID()) })),
  );
});
afterAll(() => under?.[Symbol.asyncDispose]());

async function makeKey(changes: Record<string, unknown> = {}): Promise<{ id: string; key: string }> {
  const answer = await under.call('POST', '/v1/api-keys', { body: { name: 'Short-lived', scopes: ['*'], ...changes } });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
}

const isGood = async (key: string) => (await under.call('GET', '/v1/messages', { key })).status === 200;

async function expectRefusedEverywhere(key: string): Promise<void> {
  expect(operations.length).toBeGreaterThan(20);
  for (const { method, path } of operations)
    expectProblem(await under.call(method, path, { key }), 401, 'unauthorized');
}

it('B208: a revoked key is refused at every address, from the moment of its revocation', async () => {
  const { id, key } = await makeKey();
  expect(await isGood(key)).toBe(true);
  expect((await under.call('DELETE', `/v1/api-keys/${id}`)).status).toBe(200);
  await expectRefusedEverywhere(key);
});

it('B208: an expired key is refused at every address, although it was good a moment ago', async () => {
  const { key } = await makeKey({ expires_at: Temporal.Now.instant().add({ seconds: 2 }).toString() });
  expect(await isGood(key)).toBe(true);
  await vi.waitFor(async () => expect(await isGood(key)).toBe(false), { timeout: 10_000, interval: 100 });
  await expectRefusedEverywhere(key);
});

it.each([
  ['its beginning alone', (key: string) => key.slice(0, 20)],
  ['other capitals', (key: string) => key.toUpperCase()],
  ['a further letter', (key: string) => `${key}x`],
  ['a megabyte of it', (key: string) => key.repeat(150)],
])('B208: a key of which one sends %s is refused', async (_, change) => {
  expectProblem(await under.call('GET', '/v1/messages', { key: change(under.carillon.apiKey) }), 401, 'unauthorized');
});

it('B208: a key in the address is not read', async () => {
  const query = `api_key=${under.carillon.apiKey}`;
  expectProblem(await under.call('GET', `/v1/messages?${query}`, { key: null }), 401, 'unauthorized');
});

it('nobody gives away more than they have', async () => {
  const { key } = await makeKey({ scopes: ['api_keys:write', 'messages:read'] });
  const wanted = { name: 'More', scopes: ['messages:send'] };
  expectProblem(await under.call('POST', '/v1/api-keys', { key, body: wanted }), 403, 'forbidden');
  expect(
    (await under.call('POST', '/v1/api-keys', { key, body: { ...wanted, scopes: ['messages:read'] } })).status,
  ).toBe(201);
});
