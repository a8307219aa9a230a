import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { png, type Target } from './real-clients/client-under-test.ts';
import { greatDetail } from './real-clients/great-detail.ts';
import { kapso } from './real-clients/kapso.ts';
import { MetaReceiver } from './real-clients/meta-receiver.ts';
import { whatsappApiJs } from './real-clients/whatsapp-api-js.ts';
import { whatsappBusiness } from './real-clients/whatsapp-business.ts';
import { UnderTest } from './under-test.ts';

// The same clients as before the sandbox, pointed at Carillon itself, with its webhooks forwarded to their own receivers.

const appSecret = randomBytes(16).toString('hex');
const verifyToken = 'a-word-of-ours';
let receiver: MetaReceiver;
let under: UnderTest;

beforeAll(async () => {
  receiver = await MetaReceiver.listen(verifyToken);
  under = await UnderTest.start({ CARILLON_ALLOWED_TARGETS: `127.0.0.1:${receiver.port}` });
  // One update a webhook: well-known clients read only the first.
  await control('settings', { delay_factor: 0, limits: 'off', webhook_batch: 1 });
  const body = { url: receiver.url, verify_token: verifyToken, app_secret: appSecret };
  const set = await under.call('PUT', '/v1/forwarding', { body });
  expect(set.status, set.text).toBe(200);
});

afterAll(async () => {
  await under?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

async function control(path: string, body: unknown): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return (await answer.json()) as Record<string, unknown>;
}

// In India, since addresses can be asked for there only.
describe.each([
  [kapso, '919876503001'],
  [whatsappApiJs, '919876503002'],
  [greatDetail, '919876503003'],
  [whatsappBusiness, '919876503004'],
] as const)('$name', (client, person) => {
  let target: Target;

  beforeAll(async () => {
    const said = await control(`people/+${person}/messages`, { type: 'text', text: { body: 'Hello?' } });
    const question = (said['messages'] as { id: string }[])[0]?.id ?? '';
    const { phone_number_id: phoneNumberId, waba_id: businessAccountId } = under.credentials;
    const { api, apiKey: token } = under.carillon;
    target = { baseUrl: `${api}/graph`, token, phoneNumberId, businessAccountId, person, question };
    // Its window is open, and it can be marked as read, once the webhook has come.
    await vi.waitFor(
      async () => {
        const { data } = (await under.call('GET', `/v1/messages?direction=inbound&contact=%2B${person}`)).json;
        expect(data).toHaveLength(1);
      },
      { timeout: 20_000, interval: 100 },
    );
  });

  it('sends every kind of message that it can make, by the id of which it hears of each', async () => {
    const refused: Record<string, unknown> = {};
    const ids = new Map<string, string>();
    for (const [kind, send] of Object.entries(client.sends(target))) {
      const id = await send().catch((error: unknown) => {
        refused[kind] = error;
      });
      if (id) ids.set(id, kind);
    }
    expect(refused).toEqual({});
    expect(ids.size).toBeGreaterThan(10);
    await vi.waitFor(
      async () => {
        const heard = await Promise.all(receiver.webhooks.map((webhook) => client.receive(webhook, appSecret)));
        const told = heard
          .flatMap(({ statuses }) => statuses)
          .filter(({ id, status }) => ids.has(id) && status !== 'delivered');
        const outcomes = told.map(({ id, status }) => `${ids.get(id) ?? ''} ${status}`);
        expect(outcomes.toSorted()).toEqual([...ids.values()].map((kind) => `${kind} sent`).toSorted());
        expect(heard.flatMap(({ messages }) => messages)).toContainEqual({ id: target.question, type: 'text' });
      },
      { timeout: 60_000, interval: 200 },
    );
    const { data } = (await under.call('GET', `/v1/messages?direction=outbound&contact=%2B${person}&limit=200`)).json;
    expect(data).toHaveLength(ids.size);
    expect(new Set(data.map(({ purpose }: { purpose: string }) => purpose))).toEqual(
      new Set(['service', 'transactional']),
    );
  });

  it('marks as read with a typing indicator', async () => {
    expect(await client.read(target)).toBe(true);
  });

  it('uploads a file, and gets the same bytes back', async () => {
    expect((await client.media(target, png)).bytes).toEqual(png);
  });

  it.runIf(client.templates)('lists the templates', async () => {
    expect(await client.templates?.(target)).toContain('hello_world');
  });

  it('understands a refusal', async () => {
    // Nobody has written from this number, so its window is closed.
    expect(await client.refusal(target, '+15550003999')).toBe(131047);
  });
});
