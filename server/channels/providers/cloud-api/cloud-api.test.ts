import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { OutboundMessage, ProviderResponse } from '#channels/provider.ts';
import { itConforms } from '#channels/providers/conformance.ts';
import { cloudApi } from './cloud-api.ts';
import { contentSamples } from './content/samples.fixture.ts';

const settings = {
  baseUrl: 'https://graph.facebook.com',
  apiVersion: 'v26.0',
  businessAccountId: '102290129340398',
  options: {},
  webhookUrl: null,
};
const secrets = { accessToken: 'EAAtoken', appSecrets: ['new secret', 'old secret'], verifyToken: 'verify me' };

const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const answer = (httpStatus: number, body: unknown): ProviderResponse => ({
  httpStatus,
  headers: {},
  body: bytes(body),
  truncated: false,
});

itConforms(cloudApi, {
  settings,
  secrets,
  senderExternalId: '106540352242922',
  recipients: [
    { kind: 'phone', value: '+16505551234' },
    { kind: 'provider_user', value: 'US.13491208655302741918' },
    { kind: 'group', value: 'Y2FwaV9ncm91cDoxNTU1MDc4Mzg4MToxMjAzNjM0MDUwMjM1NTQ4NDQZD' },
  ],
  contents: contentSamples,
  badContents: [
    { type: 'text', text: {} },
    { type: 'contacts', contacts: [] },
    { type: 'pin', pin: { type: 'pin', message_id: 'wamid.A' } },
    { type: 'image', image: { id: '1', link: 'https://a.example' } },
  ],
  answers: {
    accepted: answer(200, {
      messaging_product: 'whatsapp',
      contacts: [{ input: '+1', wa_id: '1' }],
      messages: [{ id: 'wamid.A' }],
    }),
    rejected: answer(400, {
      error: { message: '(#131047) Re-engagement message', type: 'OAuthException', code: 131047 },
    }),
    throttled: answer(400, { error: { message: '(#130429) Rate limit hit', type: 'OAuthException', code: 130429 } }),
    unknown: [
      answer(200, ''),
      answer(200, '<html>'),
      answer(200, {}),
      answer(502, 'Bad Gateway'),
      answer(403, '<html>'),
      answer(500, { error: { code: 131000 } }),
    ],
  },
  webhook: bytes({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
              contacts: [{ profile: { name: 'Sheena' }, wa_id: '16505551234' }],
              messages: [
                { from: '16505551234', id: 'wamid.IN', timestamp: '1749416383', type: 'text', text: { body: 'Hi' } },
              ],
              statuses: [{ id: 'wamid.OUT', status: 'sent', timestamp: '1750030073', recipient_id: '16505551234' }],
            },
          },
        ],
      },
    ],
  }),
  sign: (body, secret) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }),
});

describe('the request of a send', () => {
  const message: OutboundMessage = {
    recipient: { kind: 'phone', value: '+16505551234' },
    content: { type: 'text', text: { body: 'Hi' } },
    callbackData: 'a1:x',
    lane: 'service',
    expiresAt: null,
  };
  const build = (change: Partial<OutboundMessage> = {}) => {
    const request = cloudApi.buildSend({ ...message, ...change }, { externalId: '106' }, settings, secrets);
    return { ...request, body: JSON.parse(request.body) as unknown };
  };

  it('has the envelope of the Cloud API', () => {
    expect(build()).toEqual({
      method: 'POST',
      path: `/v26.0/106/messages?appsecret_proof=${createHmac('sha256', 'new secret').update('EAAtoken').digest('hex')}`,
      headers: { authorization: 'Bearer EAAtoken', 'content-type': 'application/json' },
      body: {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: '+16505551234',
        type: 'text',
        text: { body: 'Hi' },
        biz_opaque_callback_data: 'a1:x',
      },
    });
  });

  it('proves that it knows the app secret, the newer one of two, and does without when there is none', () => {
    const pathWith = (appSecrets: string[]) =>
      cloudApi.buildSend(message, { externalId: '106' }, settings, { ...secrets, appSecrets }).path;
    expect(pathWith(['a'])).not.toBe(pathWith(['b']));
    expect(pathWith(['a', 'b'])).toBe(pathWith(['a']));
    for (const none of [[], ['']]) expect(pathWith(none)).toBe('/v26.0/106/messages');
  });

  it('names a person without a phone by the business-scoped id', () => {
    const { body } = build({ recipient: { kind: 'provider_user', value: 'US.1349' } });
    expect(body).toMatchObject({ recipient: 'US.1349' });
    expect(body).not.toHaveProperty('to');
  });

  it('names the category that free content is billed as, its time to live and its name, when they are given', () => {
    expect(build({ directSend: { category: 'service' } }).body).toMatchObject({ category: 'service' });
    const directSend = { category: 'utility', ttl_seconds: 60, template_name: 'order_update' } as const;
    const { body, path } = build({ directSend });
    expect(body).toMatchObject({ category: 'utility', ttl_seconds: 60, direct_send_template_name: 'order_update' });
    expect(path).toMatch(/^\/v26\.0\/106\/messages\?/);
    for (const field of ['category', 'ttl_seconds', 'direct_send_template_name'])
      expect(build().body).not.toHaveProperty(field);
  });

  it('names the messaging account that the connection has, and none otherwise', () => {
    const own = { ...settings, messagingAccountId: '102' };
    for (const marketingMessages of [undefined, {}]) {
      const sent = { ...message, ...(marketingMessages ? { marketingMessages } : {}) };
      const { body } = cloudApi.buildSend(sent, { externalId: '106' }, own, secrets);
      expect(JSON.parse(body)).toMatchObject({ messaging_account_id: '102' });
    }
    expect(build().body).not.toHaveProperty('messaging_account_id');
  });

  it('quotes what it answers, except in a reaction', () => {
    expect(build({ replyToProviderId: 'wamid.IN' }).body).toMatchObject({ context: { message_id: 'wamid.IN' } });
    const reaction = build({
      replyToProviderId: 'wamid.IN',
      content: { type: 'reaction', reaction: { message_id: 'wamid.IN', emoji: '👍' } },
    });
    expect(reaction.body).not.toHaveProperty('context');
  });

  it('is bound to the key of the phone when a hash of it is given', () => {
    expect(build({ identityKeyHash: 'DF2lS5v2W6x=' }).body).toMatchObject({
      recipient_identity_key_hash: 'DF2lS5v2W6x=',
    });
    expect(build().body).not.toHaveProperty('recipient_identity_key_hash');
  });

  it('of marketing goes to the end point for it, with its options', () => {
    const marketingMessages = { product_policy: 'STRICT', message_activity_sharing: true } as const;
    const request = build({ marketingMessages });
    expect(request.path).toMatch(/^\/v26\.0\/106\/marketing_messages\?/);
    expect(request.body).toMatchObject({ messaging_product: 'whatsapp', to: '+16505551234', ...marketingMessages });
  });

  it('of a read mark can show typing', () => {
    const read = (typing: boolean) =>
      JSON.parse(
        cloudApi.buildMarkAsRead('wamid.IN', typing, { externalId: '106' }, settings, secrets).body,
      ) as unknown;
    expect(read(false)).toEqual({ messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.IN' });
    expect(read(true)).toMatchObject({ typing_indicator: { type: 'text' } });
  });
});
