import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '#sandbox/testing/sandbox-user.ts';
import { refusalOf, sidOf, TwilioReceiver, TwilioUser } from '#sandbox/testing/twilio-user.ts';
import type { DecodedEvent } from '#server/channels/events.ts';
import type { ConnectionSettings, MessageContent, OutboundMessage } from '#server/channels/provider.ts';
import type { Provider } from '#server/channels/provider-port.ts';
import { findSent } from '#server/channels/providers/twilio/account/find-sent.ts';
import { smsSamples, whatsappSamples } from '#server/channels/providers/twilio/content/samples.fixture.ts';
import { smsName } from '#server/channels/providers/twilio/names.ts';
import { measureSms } from '#server/channels/providers/twilio/sms-segments.ts';
import { twilioSms, twilioSmsAccount, twilioWhatsapp } from '#server/channels/providers/twilio/twilio.ts';
import { OutgoingClient } from '#server/platform/outgoing.ts';

// What the adapter writes is posted to the simulated Twilio, and what that calls is given to the adapter: the two know each
// other over HTTP only.

const ada = '+15550001111';
const patience = { timeout: 20_000, interval: 20 };
const occasion = { sendAt: Temporal.Now.instant(), lane: 'service' } as const;
let user: TwilioUser;
let receiver: TwilioReceiver;
let calls: OutgoingClient;

beforeAll(async () => {
  user = await TwilioUser.start();
  receiver = await TwilioReceiver.listen();
  calls = new OutgoingClient({ allowed: [{ host: '127.0.0.1', port: Number(new URL(user.sandbox.address).port) }] });
  await user.listen(`${receiver.address}/in`);
  // Opens the window of WhatsApp.
  await user.write(ada, { type: 'text', text: { body: 'Hi' } }, 'whatsapp');
});
afterAll(async () => {
  await calls?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
  await user?.[Symbol.asyncDispose]();
});

const settingsOf = (change: Partial<ConnectionSettings> = {}): ConnectionSettings => ({
  baseUrl: user.account.base_url,
  apiVersion: '2010-04-01',
  businessAccountId: user.account.account_sid,
  options: {},
  webhookUrl: `${receiver.address}/cb`,
  ...change,
});
const secretsOf = () => ({
  accessToken: user.account.auth_token,
  appSecrets: [user.account.auth_token],
  verifyToken: '',
});
const accessOf = () => ({ settings: settingsOf(), secrets: secretsOf(), senderExternalId: user.number });

function post(
  provider: Provider,
  content: MessageContent,
  change: Partial<OutboundMessage> = {},
  settings: Partial<ConnectionSettings> = {},
): Promise<Answer> {
  const now = Temporal.Now.instant();
  const message: OutboundMessage = {
    recipient: { kind: 'phone', value: ada },
    content,
    callbackData: 'a1:x',
    lane: 'service',
    writtenAt: now,
    expiresAt: now.add({ hours: 1 }),
    ...change,
  };
  const request = provider.buildSend(message, { externalId: user.number }, settingsOf(settings), secretsOf());
  return user.sandbox.request('POST', `/twilio${request.path}`, request.body, request.headers);
}

/** What the adapter reads in each webhook that came so far and is about this message. */
function decoded(provider: Provider, sid: string): DecodedEvent[] {
  return receiver.webhooks
    .filter(({ parameters }) => parameters['MessageSid'] === sid)
    .flatMap(({ body, url, headers }) => {
      const request = { body: Buffer.from(body), headers, url };
      expect(provider.verifyWebhook(request, secretsOf(), settingsOf())).toBe(true);
      const forged = { ...request, url: url.replace('m=a1', 'm=a2').replace('/in', '/out') };
      expect(provider.verifyWebhook(forged, secretsOf(), settingsOf())).toBe(false);
      return provider.decodeWebhook(request.body, url.split('?')[1] ?? '');
    });
}

const link = fc.webUrl({ validSchemes: ['https'] }).filter((url) => url.length < 500);
const words = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
  .filter((text) => text.trim() !== '' && text.isWellFormed());
const smsContent: fc.Arbitrary<MessageContent> = fc.oneof(
  words.map((body) => ({ type: 'text', text: { body } })),
  fc.tuple(link, fc.option(words)).map(([url, caption]) => ({
    type: 'image',
    image: { link: url, ...(caption === null ? {} : { caption }) },
  })),
  link.map((url) => ({ type: 'audio', audio: { link: url } })),
);
const whatsappContent: fc.Arbitrary<MessageContent> = fc.oneof(
  smsContent,
  fc
    .tuple(
      fc.integer({ min: -90, max: 90 }),
      fc.double({ min: -180, max: 180, noNaN: true }),
      fc.stringMatching(/^\w{1,40}$/),
    )
    .map(([latitude, longitude, name]) => ({
      type: 'location',
      location: { latitude, longitude: Number(longitude.toFixed(6)), name },
    })),
);

describe('a message to a person', () => {
  it.each([
    ['SMS', twilioSms, smsSamples],
    ['WhatsApp', twilioWhatsapp, whatsappSamples],
  ] as const)('of each kind of %s is taken, and its receipts are ours', async (_name, provider, samples) => {
    for (const [index, sample] of samples.entries()) {
      const content = sample.type === 'template' ? templateOf(sample) : sample;
      const answer = await post(provider, content, { callbackData: `a1:${index}` });
      const sid = sidOf(answer);
      const outcome = provider.readSendAnswer(
        { httpStatus: answer.status, headers: {}, body: Buffer.from(answer.text), truncated: false },
        Temporal.Now.instant(),
        { externalId: user.number },
      );
      expect(outcome).toEqual({ outcome: 'accepted', providerMessageIds: [sid] });
      await expect
        .poll(
          () => decoded(provider, sid).map((event) => (event.kind === 'status' ? event.status : event.kind)),
          patience,
        )
        .toEqual(expect.arrayContaining(['sent']));
      for (const event of decoded(provider, sid)) {
        expect(event).toMatchObject({
          kind: 'status',
          callbackData: `a1:${index}`,
          providerMessageId: sid,
          senderExternalId: user.number,
        });
      }
    }
  });

  it.each([
    ['SMS', twilioSms, smsContent],
    ['WhatsApp', twilioWhatsapp, whatsappContent],
  ] as const)('that the check lets through is taken by %s, whatever it says', async (_name, provider, contents) => {
    await fc.assert(
      fc.asyncProperty(contents, async (content) => {
        const verdict = provider.checkContent(content, { kind: 'phone', value: ada }, occasion);
        fc.pre(verdict.ok);
        sidOf(await post(provider, content));
      }),
      { numRuns: 60 },
    );
  });

  it('that the check refuses for its length is refused by Twilio, too', async () => {
    const text = (length: number): MessageContent => ({ type: 'text', text: { body: 'x'.repeat(length) } });
    sidOf(await post(twilioSms, text(1600)));
    expect(refusalOf(await post(twilioSms, text(1601)))).toBe('400 21617');
  });

  it('has as many segments as were told before', async () => {
    await fc.assert(
      fc.asyncProperty(words, fc.boolean(), async (body, smart) => {
        const content = { type: 'text', text: { body } };
        const options: Record<string, string> = smart ? { smart_encoding: 'true' } : {};
        const message = (await post(twilioSms, content, {}, { options })).read<{ num_segments: string }>();
        expect(Number(message.num_segments)).toBe(measureSms(body, smart).segments);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['+15550021610', 'rejected', { row: { suppress: 'stop' } }],
    ['+15550021211', 'rejected', { row: { reaction: 'fail' } }],
    ['+15550021408', 'rejected', { row: { remedy: 'account' } }],
    ['+15550020429', 'throttled', { scope: 'sender' }],
    ['+15550021611', 'throttled', { scope: 'sender' }],
    ['+15550020500', 'unknown', {}],
  ])('to %s is %s', async (to, outcome, more) => {
    const answer = await post(
      twilioSms,
      { type: 'text', text: { body: 'Hi' } },
      { recipient: { kind: 'phone', value: to } },
    );
    const response = { httpStatus: answer.status, headers: {}, body: Buffer.from(answer.text), truncated: false };
    expect(twilioSms.readSendAnswer(response, Temporal.Now.instant(), { externalId: user.number })).toMatchObject({
      outcome,
      ...more,
    });
  });
});

describe('a message of a person', () => {
  it('is read whole, by SMS and by WhatsApp', async () => {
    for (const [channel, provider] of [
      ['sms', twilioSms],
      ['whatsapp', twilioWhatsapp],
    ] as const) {
      const answer = await user.write(ada, { type: 'text', text: { body: 'Grüße & Küsse' } }, channel);
      const [{ id }] = answer.read<{ messages: [{ id: string }] }>().messages;
      await expect
        .poll(() => decoded(provider, id), patience)
        .toMatchObject([
          {
            kind: 'message',
            senderExternalId: user.number,
            from: { waId: '15550001111' },
            content: { type: 'text', text: { body: 'Grüße & Küsse' } },
            text: 'Grüße & Küsse',
          },
        ]);
    }
  });

  it('by WhatsApp can be a place', async () => {
    const location = { latitude: 52.52, longitude: -13.4, name: 'Shop', address: 'Main street 1' };
    const answer = await user.write(ada, { type: 'location', location }, 'whatsapp');
    const [{ id }] = answer.read<{ messages: [{ id: string }] }>().messages;
    await expect
      .poll(() => decoded(twilioWhatsapp, id), patience)
      .toMatchObject([{ content: { type: 'location', location: { latitude: 52.52, longitude: -13.4 } } }]);
  });
});

describe('the account', () => {
  it('is right, and its number reports where it is told to', async () => {
    const report = await twilioSmsAccount.checkCredentials(calls, accessOf(), null);
    expect(report.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['account_sid', true],
      ['auth_token', true],
      ['sender', true],
      ['webhooks', true],
    ]);
    const callbackUrl = `${receiver.address}/elsewhere`;
    const before = await twilioSmsAccount.checkCredentials(calls, accessOf(), callbackUrl);
    expect(before.checks.find(({ name }) => name === 'webhooks')?.ok).toBe(false);
    await twilioSmsAccount.subscribe?.(calls, accessOf(), callbackUrl);
    const after = await twilioSmsAccount.checkCredentials(calls, accessOf(), callbackUrl);
    expect(after.checks.every(({ ok }) => ok)).toBe(true);
    await user.listen(`${receiver.address}/in`);
  });

  it('has an API key and a messaging service, or not', async () => {
    const [service] = user.account.messaging_services;
    const withKey = (secret: string) => ({
      settings: settingsOf({ options: { api_key_sid: user.account.api_key_sid } }),
      secrets: { ...secretsOf(), accessToken: secret },
      senderExternalId: service?.sid ?? '',
    });
    const failed = async (access: ReturnType<typeof accessOf>) =>
      (await twilioSmsAccount.checkCredentials(calls, access, null)).checks.flatMap(({ name, ok }) =>
        ok ? [] : [name],
      );
    expect(await failed(withKey(user.account.api_key_secret))).toEqual([]);
    expect(await failed({ ...withKey(user.account.api_key_secret), senderExternalId: `MG${'0'.repeat(32)}` })).toEqual([
      'sender',
    ]);
    expect(await failed(withKey('wrong'))).toContain('api_key_sid');
    const wrongToken = { ...secretsOf(), accessToken: 'wrong', appSecrets: ['wrong'] };
    expect(await failed({ ...accessOf(), secrets: wrongToken })).toEqual(['auth_token']);
    expect(await failed({ ...accessOf(), senderExternalId: '+15550009999' })).toEqual(['sender']);
  });

  it('finds the message whose answer was lost, and knows when there is none', async () => {
    const to = '+15550104001';
    const writtenAt = Temporal.Now.instant();
    const content = { type: 'text', text: { body: 'Only once' } };
    const recipient = { kind: 'phone', value: to } as const;
    const search = (said: MessageContent, at = writtenAt) =>
      findSent(smsName, calls, accessOf(), { callbackData: 'a1:x', recipient, content: said, writtenAt: at });
    expect(await search(content, writtenAt.subtract({ minutes: 30 }))).toEqual({ found: 'no' });
    const sid = sidOf(await post(twilioSms, content, { recipient }));
    expect(await search(content)).toMatchObject({ found: 'sent', providerMessageId: sid });
    expect(await search({ type: 'text', text: { body: 'Other' } })).toMatchObject({ found: 'unclear' });
    expect(await search(content, writtenAt.subtract({ minutes: 30 }))).toEqual({ found: 'no' });
    sidOf(await post(twilioSms, content, { recipient }));
    expect(await search(content)).toMatchObject({ found: 'unclear' });
  });
});

/** A sample as the account can send it: its templates have other SIDs. */
function templateOf(content: MessageContent): MessageContent {
  const { template } = content as { template?: object };
  return { ...content, template: { ...template, name: user.account.contents[0]?.sid } };
}
