import { createHmac } from 'node:crypto';
import { describe } from 'vitest';
import type { ProviderResponse } from '#channels/provider.ts';
import { type ConformanceSamples, itConforms } from '#channels/providers/conformance.ts';
import { refused, refusedOnWhatsapp, smsSamples, textsOf, whatsappSamples } from './content/samples.fixture.ts';
import { twilioSms, twilioWhatsapp } from './twilio.ts';

const accountSid = 'AC00112233445566778899aabbccddeeff';
const sid = (letters: string, n: number) => letters + String(n).padStart(32, '0');
const bytes = (value: string) => new TextEncoder().encode(value);
const form = (fields: Record<string, string>) => bytes(new URLSearchParams(fields).toString());
const answer = (httpStatus: number, body: unknown): ProviderResponse => ({
  httpStatus,
  headers: {},
  body: bytes(typeof body === 'string' ? body : JSON.stringify(body)),
  truncated: false,
});
const refusal = (status: number, code: number, message: string) =>
  answer(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });

const query = 'm=a1:x';
/** As the conformance suite calls it: the body and the whole address are signed. */
function sign(body: Uint8Array, secret: string): Record<string, string> {
  const fields = [...new URLSearchParams(new TextDecoder().decode(body))].sort(([a], [b]) => (a < b ? -1 : 1));
  const signed = `https://shop.example/callback?${query}${fields.map(([name, value]) => name + value).join('')}`;
  return { 'x-twilio-signature': createHmac('sha1', secret).update(signed).digest('base64') };
}

function samples(prefix: '' | 'whatsapp:'): ConformanceSamples {
  const [us, person] = [`${prefix}+15557122661`, `${prefix}+15005550006`];
  const common = { AccountSid: accountSid, ApiVersion: '2010-04-01' };
  return {
    settings: {
      baseUrl: 'https://api.twilio.com',
      apiVersion: '2010-04-01',
      businessAccountId: accountSid,
      options: {},
      webhookUrl: 'https://shop.example/callback',
    },
    secrets: { accessToken: 'auth token', appSecrets: ['auth token', 'older token'], verifyToken: 'unused' },
    senderExternalId: '+15557122661',
    recipients: [
      { kind: 'phone', value: '+15005550006' },
      ...(prefix === '' ? [] : [{ kind: 'provider_user', value: 'US.13491208655302741918' } as const]),
    ],
    contents: prefix === '' ? smsSamples : whatsappSamples,
    badContents: [...refused, ...(prefix === '' ? [] : refusedOnWhatsapp)].map(([content]) => content),
    textsOf,
    answers: {
      accepted: answer(201, { sid: sid('SM', 1), status: 'queued', error_code: null, num_segments: '1' }),
      rejected: refusal(400, 21211, "The 'To' number +1 is not a valid phone number."),
      throttled: refusal(429, 20429, 'Too Many Requests'),
      unknown: [
        answer(201, ''),
        answer(200, '<html>'),
        answer(201, {}),
        answer(201, { sid: 'x' }),
        answer(502, 'Bad Gateway'),
        answer(403, '<html>'),
        refusal(500, 20500, 'Internal Server Error'),
        refusal(503, 99999, 'Service Unavailable'),
      ],
    },
    webhook: form({ ...common, MessageSid: sid('SM', 2), MessageStatus: 'delivered', From: us, To: person }),
    query,
    moreWebhooks: [
      form({ ...common, MessageSid: sid('SM', 3), SmsStatus: 'received', From: person, To: us, Body: 'Hi' }),
    ],
    sign,
  };
}

describe('SMS', () => itConforms(twilioSms, samples('')));
describe('WhatsApp', () => itConforms(twilioWhatsapp, samples('whatsapp:')));
