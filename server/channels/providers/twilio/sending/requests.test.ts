import { describe, expect, it } from 'vitest';
import type { MessageContent, OutboundMessage } from '#channels/provider.ts';
import { contentSid } from '#channels/providers/twilio/content/samples.fixture.ts';
import { twilioSms, twilioWhatsapp } from '#channels/providers/twilio/twilio.ts';

const accountSid = 'AC00112233445566778899aabbccddeeff';
const settings = {
  baseUrl: 'https://api.twilio.com',
  apiVersion: '2010-04-01',
  businessAccountId: accountSid,
  options: {},
  webhookUrl: 'https://shop.example/webhooks/twilio-sms/1',
};
const secrets = { accessToken: 'auth token', appSecrets: ['auth token'], verifyToken: '' };
const now = Temporal.Instant.from('2026-11-22T12:00:00Z');
const message: OutboundMessage = {
  recipient: { kind: 'phone', value: '+15005550006' },
  content: { type: 'text', text: { body: 'Hi & hello' } },
  callbackData: 'a1:AbC_-9:1:x',
  lane: 'service',
  expiresAt: null,
};

interface Change {
  message?: Partial<OutboundMessage>;
  content?: MessageContent;
  sender?: string;
  options?: Record<string, string>;
  webhookUrl?: string | null;
}

function build(provider: typeof twilioSms, change: Change = {}) {
  const { content = message.content, sender: externalId = '+15557122661', options = {} } = change;
  const webhookUrl = change.webhookUrl === undefined ? settings.webhookUrl : change.webhookUrl;
  const request = provider.buildSend(
    { ...message, ...change.message, content },
    { externalId },
    { ...settings, options, webhookUrl },
    secrets,
  );
  return { ...request, form: Object.fromEntries(new URLSearchParams(request.body)) };
}

const template = (...parameters: object[]): MessageContent => ({
  type: 'template',
  template: { name: contentSid, components: [{ type: 'body', parameters }] },
});

describe('the request of a send', () => {
  it('is the form that Twilio documents, with the account and its token', () => {
    const request = build(twilioSms);
    expect(request).toMatchObject({
      method: 'POST',
      path: `/2010-04-01/Accounts/${accountSid}/Messages.json`,
      headers: {
        authorization: `Basic ${Buffer.from(`${accountSid}:auth token`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect(request.form).toEqual({
      To: '+15005550006',
      From: '+15557122661',
      Body: 'Hi & hello',
      StatusCallback: 'https://shop.example/webhooks/twilio-sms/1?m=a1:AbC_-9:1:x',
    });
  });

  it('is made with the secret of an API key where there is one', () => {
    const { headers } = build(twilioSms, { options: { api_key_sid: 'SK1' } });
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('SK1:auth token').toString('base64')}`);
    expect(build(twilioSms).headers['authorization']).not.toBe(headers['authorization']);
  });

  it('names the channel WhatsApp in both addresses, and people without a phone by their id', () => {
    expect(build(twilioWhatsapp).form).toMatchObject({ To: 'whatsapp:+15005550006', From: 'whatsapp:+15557122661' });
    const recipient = { kind: 'provider_user', value: 'US.1349' } as const;
    expect(build(twilioWhatsapp, { message: { recipient } }).form['To']).toBe('whatsapp:US.1349');
  });

  it('lets a messaging service choose the number', () => {
    const sender = `MG${'a1'.repeat(16)}`;
    const { form } = build(twilioSms, { sender });
    expect(form['MessagingServiceSid']).toBe(sender);
    expect(form).not.toHaveProperty('From');
  });

  it('asks for no receipts where nobody knows the address for them', () => {
    expect(build(twilioSms, { webhookUrl: null }).form).not.toHaveProperty('StatusCallback');
  });

  it('lives as long as the message is of use, from one second to what Twilio keeps anyway', () => {
    const validity = (seconds: number) =>
      build(twilioSms, { message: { writtenAt: now, expiresAt: now.add({ seconds }) } }).form['ValidityPeriod'];
    expect([-5, 0, 1, 600, 35_999, 36_000, 90_000].map(validity)).toEqual([
      '1',
      '1',
      '1',
      '600',
      '35999',
      undefined,
      undefined,
    ]);
    expect(build(twilioSms, { message: { expiresAt: now } }).form).not.toHaveProperty('ValidityPeriod');
  });

  it('asks for smart encoding where that is wished, and there is a text', () => {
    const options = { smart_encoding: 'true' };
    expect(build(twilioSms, { options }).form['SmartEncoded']).toBe('true');
    const content = { type: 'image', image: { link: 'https://shop.example/a.png' } };
    expect(build(twilioSms, { options, content }).form).not.toHaveProperty('SmartEncoded');
    expect(build(twilioSms).form).not.toHaveProperty('SmartEncoded');
  });

  it('has a file as its link, and the text beside it as the body', () => {
    const link = 'https://shop.example/a.pdf';
    const content = { type: 'document', document: { link, caption: 'The menu' } };
    expect(build(twilioSms, { content }).form).toMatchObject({ MediaUrl: link, Body: 'The menu' });
    expect(build(twilioSms, { content: { type: 'audio', audio: { link } } }).form).not.toHaveProperty('Body');
  });

  it('has a place as a text with its point', () => {
    const location = { latitude: 52.52, longitude: '-13.4', name: 'Our shop', address: 'Main street 1' };
    expect(build(twilioWhatsapp, { content: { type: 'location', location } }).form).toMatchObject({
      Body: 'Our shop',
      PersistentAction: 'geo:52.52,-13.4|Main street 1',
    });
  });

  it('has a template by its SID, with values by position or by name', () => {
    const variables = (content: MessageContent) =>
      JSON.parse(build(twilioWhatsapp, { content }).form['ContentVariables'] ?? 'null') as unknown;
    const text = (value: string) => ({ type: 'text', text: value });
    expect(variables(template(text('Anna'), text('say "8"')))).toEqual({ '1': 'Anna', '2': 'say "8"' });
    expect(variables(template({ ...text('Anna'), parameter_name: 'who' }))).toEqual({ who: 'Anna' });
    expect(build(twilioWhatsapp, { content: template() }).form).toMatchObject({ ContentSid: contentSid });
    expect(build(twilioWhatsapp, { content: template() }).form).not.toHaveProperty('ContentVariables');
  });
});
