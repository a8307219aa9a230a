import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { expectNoInside, expectProblem, UnderTest } from './under-test.ts';

// What becomes of a file that somebody sends when the provider does not give it out at once.

interface File {
  id: string;
  message_id: string;
  state: 'pending' | 'stored' | 'failed';
  attempts: number;
  error: string | null;
  size_bytes: number | null;
}

const patience = { timeout: 60_000, interval: 100 };
let under: UnderTest;
let people = 0;

beforeAll(async () => {
  under = await UnderTest.start();
});
afterEach(() => toSandbox('DELETE', '/_sandbox/faults'));
afterAll(() => under?.[Symbol.asyncDispose]());

async function toSandbox(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const isFile = Buffer.isBuffer(body);
  const response = await fetch(under.carillon.sandbox + path, {
    method,
    ...(body === undefined
      ? {}
      : {
          headers: { 'content-type': isFile ? 'image/png' : 'application/json' },
          body: isFile ? body : JSON.stringify(body),
        }),
  });
  expect(response.ok, await response.clone().text()).toBe(true);
  return (await response.json()) as Record<string, unknown>;
}

const fail = (action: Record<string, unknown>) => toSandbox('POST', '/_sandbox/faults', { rules: [{ action }] });

/** Somebody new sends a picture; gives the message's id as soon as it is here. */
async function receivePicture(bytes: Buffer): Promise<string> {
  people += 1;
  const phone = `+1555700${String(people).padStart(4, '0')}`;
  await toSandbox('POST', '/_sandbox/people', { phone });
  const person = `/_sandbox/people/${encodeURIComponent(phone)}`;
  const { id } = await toSandbox('POST', `${person}/media?filename=a.png`, bytes);
  await toSandbox('POST', `${person}/messages`, { type: 'image', image: { id, caption: 'Look' } });
  return vi.waitFor(async () => {
    const { json } = await under.call('GET', `/v1/messages?direction=inbound&contact=${encodeURIComponent(phone)}`);
    expect(json.data).toHaveLength(1);
    return json.data[0].id as string;
  }, patience);
}

/** Waits until the file of the message fits. */
const fileOf = (messageId: string, wanted: Partial<Record<keyof File, unknown>>): Promise<File> =>
  vi.waitFor(async () => {
    const { json } = await under.call('GET', '/v1/media?limit=200');
    const file = json.data.find(({ message_id }: File) => message_id === messageId);
    expect(file).toMatchObject(wanted);
    return file as File;
  }, patience);

async function expectStored(messageId: string, bytes: Buffer): Promise<void> {
  const file = await fileOf(messageId, { state: 'stored', error: null, size_bytes: bytes.length });
  expect(file.attempts).toBeGreaterThan(1);
  const response = await fetch(`${under.carillon.api}/v1/media/${file.id}/content`, {
    headers: { authorization: `Bearer ${under.carillon.apiKey}` },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
  const { media } = (await under.call('GET', `/v1/messages/${messageId}/trace`)).json;
  expect(media).toMatchObject([{ id: file.id, state: 'stored', error: null }]);
}

it.each([
  ['is refused for a moment', { kind: 'media_http', http_status: 503 }, 'The file could not be downloaded (HTTP 503).'],
  ['breaks off', { kind: 'media_cut' }, /^The connection .*\.$/],
  ['brings other bytes', { kind: 'media_altered' }, 'The file differs from the one that was announced.'],
])('a file whose download %s is shown as pending with the reason, and comes by itself', async (_, fault, words) => {
  await fail(fault);
  const bytes = randomBytes(100_000);
  const messageId = await receivePicture(bytes);
  const reason = words instanceof RegExp ? expect.stringMatching(words) : words;
  const file = await fileOf(messageId, { state: 'pending', error: reason });
  expect(file.attempts).toBeGreaterThan(0);
  const early = await under.call('GET', `/v1/media/${file.id}/content`);
  expectProblem(early, 409, 'conflict');
  expect(early.json).toMatchObject({ state: 'pending', detail: 'The file is still being fetched.' });
  // It is on its way already.
  expectProblem(await under.call('POST', `/v1/media/${file.id}/retry`), 409, 'conflict');

  await toSandbox('DELETE', '/_sandbox/faults');
  await expectStored(messageId, bytes);
});

it('a file that the provider does not know is failed, in words, until somebody has it fetched again', async () => {
  await fail({ kind: 'media_unknown' });
  const bytes = randomBytes(100_000);
  const messageId = await receivePicture(bytes);
  const reason = /^Meta answered: .+ \(code 100, subcode 33\)\.$/;
  const file = await fileOf(messageId, { state: 'failed', error: expect.stringMatching(reason), attempts: 1 });
  expectNoInside(file.error ?? '');
  expect(file.error).not.toMatch(/access_token|Bearer|EAA/);
  expect((await under.call('GET', '/v1/media?state=failed')).json.data).toMatchObject([{ id: file.id }]);
  expect((await under.call('GET', `/v1/media/${file.id}`)).json).toEqual(file);
  const { media, message } = (await under.call('GET', `/v1/messages/${messageId}/trace`)).json;
  expect(media).toMatchObject([{ id: file.id, state: 'failed', error: file.error }]);
  // The words that came with it are not held up.
  expect(message).toMatchObject({ status: 'received', content: { image: { caption: 'Look' } } });
  const content = await under.call('GET', `/v1/media/${file.id}/content`);
  expectProblem(content, 409, 'conflict');
  expect(content.json).toMatchObject({ state: 'failed', detail: `The file could not be fetched: ${file.error}` });

  const retry = () => under.call('POST', `/v1/media/${file.id}/retry`);
  expect((await retry()).status).toBe(202);
  await fileOf(messageId, { state: 'failed', error: file.error, attempts: 2 });

  await toSandbox('DELETE', '/_sandbox/faults');
  const again = await retry();
  expect(again.status).toBe(202);
  expect(again.json).toEqual({ id: file.id, state: 'pending' });
  await expectStored(messageId, bytes);
  expect((await under.call('GET', '/v1/media?state=failed')).json.data).toEqual([]);
  expectProblem(await retry(), 409, 'conflict');
});
