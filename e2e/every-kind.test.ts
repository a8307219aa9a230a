import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { contentSamples } from '#server/channels/providers/cloud-api/content/samples.fixture.ts';
import { aMessage, aTemplate, UnderTest } from './under-test.ts';

let under: UnderTest;

beforeAll(async () => {
  under = await UnderTest.start();
});
afterAll(() => under?.[Symbol.asyncDispose]());

interface Request {
  to: string;
  body: Record<string, unknown>;
}

/** What the provider was sent for one person, whatever it thought of it. */
async function handedOver(phone: string): Promise<Request[]> {
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/ledger?limit=10000`);
  const { data } = (await answer.json()) as { data: Request[] };
  return data.filter(({ to }) => to === phone || to === phone.slice(1));
}

async function write(phone: string): Promise<void> {
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/people/${phone}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'text', text: { body: 'Hi' } }),
  });
  expect(answer.status).toBe(200);
  await vi.waitFor(
    async () => {
      const { json } = await under.call('GET', `/v1/messages?direction=inbound&contact=${encodeURIComponent(phone)}`);
      expect(json.data).toHaveLength(1);
    },
    { timeout: 20_000, interval: 50 },
  );
}

// A template with a GIF goes by the Marketing Messages API only.
const wayOf = (content: object) =>
  JSON.stringify(content).includes('"gif"') ? { purpose: 'marketing', marketing_messages: {} } : {};

it('every kind of content is accepted and reaches the provider as it was given, each once', async () => {
  const [free, templates] = [
    contentSamples.filter(({ type }) => type !== 'template'),
    contentSamples.filter(({ type }) => type === 'template'),
  ];
  const people = [
    { phone: '+15557000001', contents: free },
    { phone: '+15557000002', contents: templates },
  ];
  await write('+15557000001');
  for (const { phone, contents } of people) {
    const { status, json, text } = await under.call('POST', '/v1/messages/batch', {
      body: { messages: contents.map((content) => aMessage({ to: phone, content, ...wayOf(content) })) },
    });
    expect(status, text).toBe(200);
    expect(json.results.filter(({ status: result }: { status: string }) => result !== 'queued')).toEqual([]);
  }
  for (const { phone, contents } of people) {
    const sent = await vi.waitFor(
      async () => {
        const requests = await handedOver(phone);
        expect(requests).toHaveLength(contents.length);
        return requests;
      },
      { timeout: 60_000, interval: 200 },
    );
    const received = sent.map(({ body }) => ({
      type: body['type'],
      [String(body['type'])]: body[String(body['type'])],
    }));
    for (const content of contents) expect(received).toContainEqual(content);
  }
});

it('a refusal names the field and the limit', async () => {
  const content = { type: 'interactive', interactive: { type: 'voice_call', body: { text: 'x'.repeat(1025) } } };
  const answer = await under.call('POST', '/v1/messages', { body: aMessage({ content }) });
  expect(answer.status).toBe(422);
  expect(answer.json).toMatchObject({
    code: 'invalid_request',
    errors: [
      { pointer: '/content/interactive/body/text', message: 'It has 1025 characters; at most 1024 are allowed.' },
      { pointer: '/content/interactive/action', message: 'This object is required.' },
    ],
  });
});

it('what belongs to groups is refused as not sent', async () => {
  const content = { type: 'pin', pin: { type: 'pin', message_id: 'wamid.A' } };
  const answer = await under.call('POST', '/v1/messages', { body: aMessage({ content }) });
  expect(answer.json).toMatchObject({ status: 422, code: 'content_unsupported' });
  expect(answer.json.detail).toContain('groups');
});

it('marketing goes by the API for it when asked to, and nothing else can', async () => {
  const phone = '+15557000004';
  const options = { product_policy: 'STRICT', message_activity_sharing: true };
  const asked = aMessage({ to: phone, purpose: 'marketing', marketing_messages: options });
  const { status, json, text } = await under.call('POST', '/v1/messages', { body: asked });
  expect(status, text).toBe(202);
  await vi.waitFor(
    async () => {
      const [request] = await handedOver(phone);
      expect(request).toMatchObject({ endpoint: 'marketing_messages', body: options });
    },
    { timeout: 20_000, interval: 100 },
  );
  const shown = await under.call('GET', `/v1/messages/${json.id}`);
  expect(shown.json.marketing_messages).toEqual(options);

  const wrong = [
    { ...asked, purpose: 'transactional' },
    { ...asked, content: { type: 'text', text: { body: 'Sale' } } },
    { ...asked, marketing_messages: { product_policy: 'LAX' } },
    { ...asked, marketing_messages: { message_activity_sharing: 'yes' } },
    { ...asked, marketing_messages: { budget: 1 } },
    { ...asked, marketing_messages: null },
  ];
  const batch = await under.call('POST', '/v1/messages/batch', { body: { messages: wrong } });
  for (const [index, result] of batch.json.results.entries()) {
    expect(result, JSON.stringify(wrong[index])).toMatchObject({
      status: 'refused',
      problem: { code: 'invalid_request' },
    });
    expect(result.problem.errors[0].pointer).toMatch(/^\/marketing_messages/);
    const single = await under.call('POST', '/v1/messages', { body: wrong[index] });
    expect(single.status).toBe(422);
  }
  expect(await handedOver(phone)).toHaveLength(1);
});

it('the hash of a phone’s key goes along, and is shown with the message', async () => {
  const phone = '+15557000003';
  const hash = 'DF2lS5v2W6x=';
  const asked = aMessage({ to: phone, content: aTemplate, recipient_identity_key_hash: hash });
  const { status, json } = await under.call('POST', '/v1/messages', { body: asked });
  expect(status).toBe(202);
  await vi.waitFor(
    async () => {
      const [request] = await handedOver(phone);
      expect(request?.body['recipient_identity_key_hash']).toBe(hash);
    },
    { timeout: 20_000, interval: 100 },
  );
  const shown = await under.call('GET', `/v1/messages/${json.id}`);
  expect(shown.json.recipient_identity_key_hash).toBe(hash);
  const refused = await under.call('POST', '/v1/messages', { body: { ...asked, recipient_identity_key_hash: 'a b' } });
  expect(refused.json).toMatchObject({ status: 422, errors: [{ pointer: '/recipient_identity_key_hash' }] });
});
