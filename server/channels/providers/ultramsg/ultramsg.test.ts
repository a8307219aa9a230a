import { expect, it } from 'vitest';
import type { ProviderResponse } from '#channels/provider.ts';
import { itConforms } from '#channels/providers/conformance.ts';
import { contentSamples } from './content/samples.fixture.ts';
import { ultramsg } from './ultramsg.ts';

const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const answer = (httpStatus: number, body: unknown): ProviderResponse => ({
  httpStatus,
  headers: {},
  body: bytes(body),
  truncated: false,
});
const data = {
  id: 'false_15550002222@c.us_3EB0',
  from: '15550002222@c.us',
  to: '15550001111@c.us',
  type: 'chat',
  body: 'Hi',
  ack: '',
  fromMe: false,
  time: 1_680_509_737,
};

itConforms(ultramsg, {
  settings: {
    baseUrl: 'https://api.ultramsg.com',
    apiVersion: '',
    businessAccountId: 'instance1150',
    options: {},
    webhookUrl: null,
  },
  secrets: { accessToken: 'secret-token', appSecrets: [], verifyToken: 'key' },
  tokenStandsInBody: true,
  senderExternalId: 'instance1150',
  recipients: [
    { kind: 'phone', value: '+15550002222' },
    { kind: 'provider_user', value: '133346537541875@lid' },
    { kind: 'group', value: '120363096187630544@g.us' },
  ],
  contents: contentSamples,
  badContents: [
    { type: 'text', text: {} },
    { type: 'image', image: { id: '1' } },
    { type: 'contacts', contacts: [] },
    { type: 'template', template: { name: 'hello', language: { code: 'en_US' } } },
    { type: 'interactive', interactive: { type: 'button' } },
  ],
  answers: {
    accepted: answer(200, { sent: 'true', message: 'ok', id: 44_897 }),
    rejected: answer(200, { error: [{ to: 'is required' }] }),
    throttled: answer(200, { sent: 'false', message: 'WhatsApp not connected' }),
    unknown: [
      answer(200, ''),
      answer(200, '<html>'),
      answer(200, { sent: 'queued', id: 1 }),
      answer(502, 'Bad Gateway'),
      answer(403, '<html>'),
      answer(500, { error: 'is required' }),
    ],
  },
  webhook: bytes({ event_type: 'message_received', instanceId: '1150', data }),
  moreWebhooks: [
    bytes({
      event_type: 'message_ack',
      instanceId: '1150',
      id: 44_897,
      referenceId: 'a1:x',
      data: { ...data, id: 'true_15550002222@c.us_3EB1', fromMe: true, ack: 'server' },
    }),
  ],
  sign: undefined,
});

it('is said to be what it is: unofficial, without templates, able to cost the number', () => {
  const { official, templates, webhooks, queueLimit, serviceWindowHours, warning } = ultramsg.capabilities;
  expect({ official, templates, webhooks, queueLimit, serviceWindowHours }).toEqual({
    official: false,
    templates: false,
    webhooks: 'unsigned',
    queueLimit: 9,
    serviceWindowHours: null,
  });
  expect(warning).toMatch(/Unofficial.*no templates.*ban/);
});
