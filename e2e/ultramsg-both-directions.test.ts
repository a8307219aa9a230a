import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LinkedNumber } from '#sandbox/testing/linked-number.ts';
import { SandboxUser } from '#sandbox/testing/sandbox-user.ts';
import type { MessageContent, Recipient, SendOutcome } from '#server/channels/provider.ts';
import { contentArbitraries } from '#server/channels/providers/ultramsg/content/arbitrary-content.fixture.ts';
import { outsideLimits } from '#server/channels/providers/ultramsg/content/outside-limits.fixture.ts';
import { ultramsg } from '#server/channels/providers/ultramsg/ultramsg.ts';

// What the adapter writes, word for word, is posted to the simulated UltraMsg, and its answers and webhooks are read by the
// adapter: the two know each other over HTTP only.

const phone: Recipient = { kind: 'phone', value: '+15550001111' };
const messageIds: string[] = [];
let user: SandboxUser;
let number: LinkedNumber;

beforeAll(async () => {
  user = await SandboxUser.start({ delay_factor: 0 });
  number = await LinkedNumber.of(user);
  await number.listen();
  await number.write(phone.value, { type: 'text', text: { body: 'Hi' } });
  await vi.waitFor(() => expect(number.events('message_received')).toHaveLength(1));
  messageIds.push(String(number.events('message_received')[0]?.data['id']));
});
afterAll(async () => {
  await number?.[Symbol.asyncDispose]();
  await user?.[Symbol.asyncDispose]();
});

const occasion = () => ({ sendAt: Temporal.Now.instant(), lane: 'service' }) as const;

/** Posts what the adapter writes for a content, and reads the answer as the adapter does. */
async function post(content: MessageContent, callbackData = 'a1:x'): Promise<SendOutcome> {
  const sender = { externalId: number.id };
  const settings = {
    baseUrl: `${user.address}/ultramsg`,
    apiVersion: '',
    businessAccountId: number.id,
    options: {},
    webhookUrl: null,
  };
  const secrets = { accessToken: number.token, appSecrets: [], verifyToken: 'key' };
  const message = { recipient: phone, content, callbackData, lane: 'service', expiresAt: null } as const;
  const request = ultramsg.buildSend(message, sender, settings, secrets);
  const answer = await user.request('POST', `/ultramsg${request.path}`, request.body, request.headers);
  const response = { httpStatus: answer.status, headers: {}, body: Buffer.from(answer.text), truncated: false };
  return ultramsg.readSendAnswer(response, Temporal.Now.instant(), sender);
}

describe('within the limits', () => {
  it.each(Object.keys(contentArbitraries()))('%s: what the adapter sends the sandbox takes', async (kind) => {
    const arbitrary = contentArbitraries(messageIds)[kind];
    if (!arbitrary) throw new Error(`There is no arbitrary for ${kind}`);
    await fc.assert(
      fc.asyncProperty(arbitrary, async (content) => {
        expect(ultramsg.checkContent(content, phone, occasion())).toMatchObject({ ok: true });
        expect(await post(content)).toMatchObject({
          outcome: 'accepted',
          providerMessageIds: [expect.stringMatching(/^instance\d+:\d+$/)],
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('one step outside a limit', () => {
  it.each(outsideLimits.map((step) => [step.name, step.content] as const))(
    '%s is refused by both sides',
    async (_name, content) => {
      expect(ultramsg.checkContent(content, phone, occasion()).ok).toBe(false);
      const outcome = await post(content);
      expect(outcome).toMatchObject({ outcome: 'rejected', row: { reaction: 'fail' } });
    },
  );
});

it('every webhook of the sandbox is read by the adapter, and each send is told of under its reference', async () => {
  for (const year of [2023, 2025]) {
    await user.request('POST', '/_sandbox/settings', { ultramsg_payloads: year });
    for (const [kind, arbitrary] of Object.entries(contentArbitraries(messageIds))) {
      const reference = `a1:${year}-${kind}`;
      const [content] = fc.sample(arbitrary, 1);
      if (!content || kind === 'reaction') continue;
      expect(await post(content, reference)).toMatchObject({ outcome: 'accepted' });
      await expect
        .poll(() => number.posts.some(({ json }) => json.referenceId === reference), { timeout: 10_000 })
        .toBe(true);
    }
  }
  expect(number.posts.length).toBeGreaterThan(20);
  for (const { body, json } of number.posts) {
    const [event, ...others] = ultramsg.decodeWebhook(Buffer.from(body), '');
    expect(others).toEqual([]);
    expect(event, body.slice(0, 500)).toMatchObject({
      senderExternalId: number.id,
      providerMessageId: json.data['id'],
    });
    expect(event?.kind).toBe(json.data['fromMe'] === true ? 'status' : 'message');
    if (json.referenceId) expect(event).toMatchObject({ callbackData: json.referenceId });
  }
});
