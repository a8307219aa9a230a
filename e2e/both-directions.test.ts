import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, SandboxUser, errorOf, idOf } from '#sandbox/testing/sandbox-user.ts';
import type { ConnectionSettings, DirectSend, MessageContent, Recipient } from '#server/channels/provider.ts';
import {
  anyContent,
  contentArbitraries,
} from '#server/channels/providers/cloud-api/content/arbitrary-content.fixture.ts';
import { checkContent } from '#server/channels/providers/cloud-api/content/content.ts';
import { outsideLimits } from '#server/channels/providers/cloud-api/content/outside-limits.fixture.ts';
import { templateDefinitions } from '#server/channels/providers/cloud-api/content/template/template-definitions.fixture.ts';
import { cloudApi } from '#server/channels/providers/cloud-api/cloud-api.ts';
import { buildSend } from '#server/channels/providers/cloud-api/sending/requests.ts';
import { longestTtlSeconds, readDirectSend } from '#server/messages/accept/direct-send.ts';
import { directSendCategories } from '#server/messages/message.ts';

// What the adapter writes, word for word, is posted to a sandbox: the two know each other over HTTP only.

const phone: Recipient = { kind: 'phone', value: '+15550001111' };
const FILES = {
  image: 'image/png',
  audio: 'audio/ogg',
  video: 'video/mp4',
  document: 'application/pdf',
  sticker: 'image/webp',
} as const;
const media: Record<string, string[]> = {};
const messages: string[] = [];
let user: SandboxUser;

beforeAll(async () => {
  user = await SandboxUser.start({ service_window: 'off', marketing_sync_seconds: 0 });
  for (const [kind, type] of Object.entries(FILES)) media[kind] = [await upload(type)];
  messages.push(idOf(await user.write(phone.value, { type: 'text', text: { body: 'Hi' } })));
  for (const definition of templateDefinitions) {
    const answer = await user.graph('POST', `/v24.0/${user.account.waba_id}/message_templates`, definition);
    expect(answer.status, `${definition.name} ${answer.text}`).toBe(200);
    // By hand: the review refuses templates that say the same as another, and these differ in their form only.
    const { id } = answer.read<{ id: string }>();
    const approved = await user.request('PATCH', `/_sandbox/templates/${id}`, { status: 'APPROVED' });
    expect(approved.status, approved.text).toBe(200);
  }
});
afterAll(() => user?.[Symbol.asyncDispose]());

async function upload(type: string): Promise<string> {
  const form = new FormData();
  form.append('messaging_product', 'whatsapp');
  form.append('type', type);
  form.append('file', new Blob([Buffer.from('89504e470d0a1a0a', 'hex')], { type }), 'file');
  const response = await fetch(`${user.address}/v24.0/${user.account.phone_number_id}/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${user.account.access_token}` },
    body: form,
  });
  const { id } = (await response.json()) as { id: string };
  return id;
}

/** Posts what the adapter writes for a content. */
function post(content: MessageContent, directSend?: DirectSend, more?: Partial<ConnectionSettings>): Promise<Answer> {
  const { account, address } = user;
  const settings = {
    baseUrl: address,
    apiVersion: 'v24.0',
    businessAccountId: account.waba_id,
    options: {},
    webhookUrl: null,
    ...more,
  };
  const secrets = { accessToken: account.access_token, appSecrets: [], verifyToken: account.verify_token };
  const message = {
    recipient: phone,
    content,
    callbackData: 'a1:x',
    lane: 'service',
    expiresAt: null,
    ...(directSend ? { directSend } : {}),
  } as const;
  const request = buildSend(message, { externalId: account.phone_number_id }, settings, secrets);
  return user.request('POST', request.path, request.body, request.headers);
}

const occasion = () => ({ sendAt: Temporal.Now.instant(), lane: 'service' }) as const;

describe('within the limits', () => {
  it.each(Object.keys(contentArbitraries()))('%s: what the adapter sends the sandbox takes', async (kind) => {
    const arbitrary = contentArbitraries({ media, messages })[kind];
    if (!arbitrary) throw new Error(`There is no arbitrary for ${kind}`);
    await fc.assert(
      fc.asyncProperty(arbitrary, async (content) => {
        expect(checkContent(content, phone, occasion())).toMatchObject({ ok: true });
        const answer = await post(content);
        expect(answer.status, answer.text).toBe(200);
      }),
      { numRuns: 40 },
    );
  });

  it('a field that no message has is refused on both sides, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(anyContent({ media, messages }), fc.nat(), async (content, choice) => {
        const copy = structuredClone(content);
        const objects = objectsIn(copy[copy.type]);
        const chosen = objects[choice % objects.length];
        if (!chosen) throw new Error('A content is made of objects');
        chosen['misspelt_field'] = 'x';
        expect(checkContent(copy, phone, occasion()).ok).toBe(false);
        const answer = await post(copy);
        expect(answer.status, `the sandbox took ${JSON.stringify(copy)}`).toBe(400);
      }),
      { numRuns: 300 },
    );
  });
});

// What belongs to the business or to a gateway may have any field, and dates had more of them once.
const FREE = ['data', 'flow_action_data', 'razorpay', 'payu', 'billdesk', 'zaakpay', 'date_time'];

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  const object = value as Record<string, unknown>;
  const inner = Object.entries(object).filter(([key]) => !FREE.includes(key));
  return [object, ...inner.flatMap(([, each]) => objectsIn(each))];
}

describe('around the content', () => {
  const direct: fc.Arbitrary<DirectSend> = fc.record(
    {
      category: fc.constantFrom(...directSendCategories),
      ttl_seconds: fc.integer({ min: 1, max: longestTtlSeconds }),
      template_name: fc.stringMatching(/^[a-z0-9_]{1,512}$/),
    },
    { requiredKeys: ['category'] },
  );

  it('what is billed as a category is taken, or refused, by both sides alike', async () => {
    const free = anyContent({ media, messages }).filter(({ type }) => type !== 'template');
    const long = fc
      .integer({ min: 1000, max: 1100 })
      .map((length) => ({ type: 'text', text: { body: 'x'.repeat(length) } }));
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(free, long), direct, async (content, directSend) => {
        const verdict = checkContent(content, phone, { ...occasion(), directSend: directSend.category });
        const answer = await post(content, directSend);
        if (!verdict.ok) refused += 1;
        expect(answer.status, answer.text).toBe(verdict.ok ? 200 : 400);
      }),
      { numRuns: 200, examples: [[{ type: 'text', text: { body: 'x'.repeat(1025) } }, { category: 'utility' }]] },
    );
    expect(refused).toBeGreaterThan(0);
  });

  it('one step outside what Direct Send takes is refused by both sides', async () => {
    const text = { type: 'text', text: { body: 'Hi' } };
    const { account, address } = user;
    const settings = {
      baseUrl: address,
      apiVersion: 'v24.0',
      businessAccountId: account.waba_id,
      options: {},
      webhookUrl: null,
      directSend: true,
    };
    const wrong = [
      { category: 'marketing' },
      { category: 'utility', ttl_seconds: 0 },
      { category: 'utility', ttl_seconds: longestTtlSeconds + 1 },
      { category: 'utility', template_name: 'x'.repeat(513) },
    ] as DirectSend[];
    for (const directSend of wrong) {
      const request = { purpose: 'transactional', content: text, direct_send: directSend } as const;
      expect(() => readDirectSend(request, { provider: cloudApi, settings })).toThrow(/must be/);
      expect((await post(text, directSend)).status, JSON.stringify(directSend)).toBe(400);
    }
  });

  it('the messaging account of the connection is taken where one is wanted, and another is refused', async () => {
    const text = { type: 'text', text: { body: 'Hi' } };
    const set = (messaging_accounts: string) => user.request('POST', '/_sandbox/settings', { messaging_accounts });
    await set('several');
    const none = await post(text);
    const own = await post(text, undefined, { messagingAccountId: user.account.waba_id });
    const other = await post(text, undefined, { messagingAccountId: '1' });
    await set('one');
    expect(errorOf(none).code).toBe(131008);
    expect(own.status, own.text).toBe(200);
    expect(errorOf(other).code).toBe(100);
    expect((await post(text)).status).toBe(200);
  });
});

describe('one step outside a limit', () => {
  it.each(outsideLimits.map((step) => [step.name, step] as const))(
    '%s: the adapter refuses it, and the sandbox with the documented code',
    async (_name, { content, code }) => {
      expect(checkContent(content, phone, occasion()).ok).toBe(false);
      const answer = await post(content);
      expect(answer.status, 'the sandbox took it').not.toBe(200);
      expect(errorOf(answer)).toMatchObject({ code });
    },
  );
});
