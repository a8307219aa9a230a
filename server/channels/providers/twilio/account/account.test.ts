import { describe, expect, it } from 'vitest';
import type { MessageContent } from '#channels/provider.ts';
import type { ProviderCalls } from '#channels/provider-account.ts';
import { smsName, whatsappName } from '#channels/providers/twilio/names.ts';
import { twilioSmsAccount, twilioWhatsappAccount } from '#channels/providers/twilio/twilio.ts';
import { OutgoingFailed } from '#platform/outgoing.ts';
import { accountSid, answering, callbackUrl, number, refusal, sid, twilioWith } from './fake-twilio.fixture.ts';
import { findSent } from './find-sent.ts';

const settings = {
  baseUrl: 'https://api.twilio.com',
  apiVersion: '2010-04-01',
  businessAccountId: accountSid,
  options: {},
  webhookUrl: null,
};
const secrets = { accessToken: 'auth token', appSecrets: ['auth token'], verifyToken: '' };
const access = { settings, secrets, senderExternalId: '+15557122661' };

const failed = async (change: Parameters<typeof twilioWith>[0], sender = access.senderExternalId) => {
  const { calls } = twilioWith(change);
  const report = await twilioSmsAccount.checkCredentials(calls, { ...access, senderExternalId: sender }, callbackUrl);
  for (const { message } of report.checks) expect(message).toMatch(/\.$/);
  return report.checks.filter(({ ok }) => !ok).map(({ name }) => name);
};

describe('the credentials', () => {
  it('are right when account, number and address are', async () => {
    const { calls, asked } = twilioWith({});
    expect(await twilioSmsAccount.checkCredentials(calls, access, callbackUrl)).toMatchObject({
      checks: ['account_sid', 'auth_token', 'sender', 'webhooks'].map((name) => ({ name, ok: true })),
      displayName: 'My shop',
      phone: '+15557122661',
    });
    const authorization = `Basic ${Buffer.from(`${accountSid}:auth token`).toString('base64')}`;
    expect(asked.map((one) => one.authorization)).toEqual([authorization, authorization]);
  });

  it('name what is wrong, each in its place', async () => {
    expect(await failed({ account: refusal(401, 20003) })).toEqual(['auth_token']);
    expect(await failed({ account: refusal(404, 20404) })).toEqual(['account_sid']);
    expect(await failed({ account: { status: 200, body: '<html>' } })).toEqual(['reach']);
    expect(await failed({ account: { status: 'suspended' } })).toEqual(['account_sid']);
    expect(await failed({ number: null })).toEqual(['sender']);
    expect(await failed({ number: { capabilities: { sms: false } } })).toEqual(['sender']);
    expect(await failed({ number: { sms_url: '' } })).toEqual(['webhooks']);
    expect(await failed({ number: { sms_url: 'https://other.example/x?secret=1' } })).toEqual(['webhooks']);
    expect(await failed({ number: { sms_method: 'GET' } })).toEqual(['webhooks']);
    expect(await failed({}, sid('MG', 1))).toEqual(['sender']);
    expect(await failed({ service: { body: { friendly_name: 'All numbers' } } }, sid('MG', 1))).toEqual([]);
  });

  it('do not throw when Twilio is away', async () => {
    const { calls } = answering(() => new OutgoingFailed('timeout', 'api.twilio.com did not answer.'));
    expect(await twilioWhatsappAccount.checkCredentials(calls, access, null)).toEqual({
      checks: [{ name: 'reach', ok: false, message: 'api.twilio.com did not answer.' }],
    });
  });
});

describe('subscribing', () => {
  it('tells Twilio where messages to the number go', async () => {
    const { calls, asked } = twilioWith({});
    await twilioSmsAccount.subscribe?.(calls, access, callbackUrl);
    expect(asked.at(-1)).toMatchObject({
      method: 'POST',
      url: `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers/${number.sid}.json`,
      body: new URLSearchParams({ SmsUrl: callbackUrl, SmsMethod: 'POST' }).toString(),
    });
  });

  it('says what a person has to do where it cannot', async () => {
    const { calls, asked } = twilioWith({ number: null });
    await expect(twilioSmsAccount.subscribe?.(calls, access, callbackUrl)).rejects.toMatchObject({
      code: 'upstream_failed',
    });
    const before = asked.length;
    await expect(twilioWhatsappAccount.subscribe?.(calls, access, callbackUrl)).rejects.toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining(callbackUrl),
    });
    const ofService = { ...access, senderExternalId: sid('MG', 1) };
    await expect(twilioSmsAccount.subscribe?.(calls, ofService, callbackUrl)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(asked.length).toBe(before);
  });
});

describe('a file that came', () => {
  const mediaId = `${accountSid}/${sid('MM', 1)}/${sid('ME', 1)}`;
  const read = async (calls: ProviderCalls, id = mediaId) => {
    const file = await twilioSmsAccount.fetchMedia(calls, access, id, 1000);
    return { mimeType: file.mimeType, text: (await Array.fromAsync(file.body)).join('') };
  };

  it('is read from where Twilio keeps it, without the token of the account', async () => {
    const store = 'https://media.example/file?key=1';
    const { calls, asked } = answering(({ host }) =>
      host === 'media.example'
        ? { headers: { 'content-type': 'image/png' }, body: 'bytes' }
        : { status: 307, headers: { location: store }, body: '' },
    );
    expect(await read(calls)).toEqual({ mimeType: 'image/png', text: 'bytes' });
    expect(asked.map(({ url, authorization }) => [url, authorization === undefined])).toEqual([
      [
        `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${sid('MM', 1)}/Media/${sid('ME', 1)}`,
        false,
      ],
      [store, true],
    ]);
  });

  it('is asked for once more later unless it is gone, and never from another place', async () => {
    for (const [status, isFinal] of [
      [404, true],
      [410, true],
      [500, false],
      [429, false],
    ] as const)
      await expect(read(answering(() => ({ status, body: '' })).calls)).rejects.toMatchObject({ isFinal });
    const { calls, asked } = answering(() => ({ body: 'x' }));
    for (const id of ['', 'x', '../../Accounts', `${mediaId}/x`, 'https://evil.example/a'])
      await expect(read(calls, id)).rejects.toMatchObject({ isFinal: true });
    expect(asked).toEqual([]);
  });
});

describe('the search for a message without an answer', () => {
  const writtenAt = Temporal.Instant.from('2026-11-22T12:00:00Z');
  const now = writtenAt.add({ minutes: 5 });
  const text: MessageContent = { type: 'text', text: { body: 'Hi' } };
  const listed = (change: object) => ({
    sid: sid('SM', 1),
    from: '+15557122661',
    to: '+15005550006',
    body: 'Hi',
    num_media: '0',
    direction: 'outbound-api',
    status: 'delivered',
    error_code: null,
    date_created: 'Sun, 22 Nov 2026 12:00:01 +0000',
    ...change,
  });
  const search = async (
    pages: object[][],
    content = text,
    change: { at?: Temporal.Instant; provider?: typeof whatsappName } = {},
  ) => {
    const { calls, asked } = answering((url) => {
      const page = Number(url.searchParams.get('Page') ?? 0);
      const next = page + 1 < pages.length ? `/2010-04-01/Accounts/x/Messages.json?To=y&Page=${page + 1}` : null;
      return { body: { messages: pages[page], next_page_uri: next } };
    });
    const sought = {
      callbackData: 'a1:x',
      recipient: { kind: 'phone', value: '+15005550006' } as const,
      content,
      writtenAt,
    };
    const result = await findSent(change.provider ?? smsName, calls, access, sought, change.at ?? now);
    return { ...result, calls: asked.length, to: new URL(asked[0]?.url ?? '').searchParams.get('To') };
  };

  it('finds the one that has its time, its sender and its words', async () => {
    const before = listed({ sid: sid('SM', 2), date_created: 'Sun, 22 Nov 2026 11:00:00 +0000' });
    const others = [
      listed({ sid: sid('SM', 3), from: '+15550009999' }),
      listed({ sid: sid('SM', 4), direction: 'inbound' }),
    ];
    expect(await search([[...others, listed({}), before]])).toMatchObject({
      found: 'sent',
      providerMessageId: sid('SM', 1),
      status: 'delivered',
      to: '+15005550006',
    });
    const prefixed = listed({ from: 'whatsapp:+15557122661', status: 'queued' });
    expect(await search([[prefixed]], text, { provider: whatsappName })).toMatchObject({
      found: 'sent',
      status: 'accepted',
      to: 'whatsapp:+15005550006',
    });
  });

  it('tells that it failed', async () => {
    expect(await search([[listed({ status: 'undelivered', error_code: 30_005 })]])).toMatchObject({
      found: 'sent',
      status: 'failed',
      error: { code: '30005', title: expect.stringMatching(/./) },
    });
  });

  it('is a no only when there is none of that time in the whole list, and long enough after', async () => {
    const long = listed({ date_created: 'Sun, 22 Nov 2026 10:00:00 +0000' });
    expect(await search([[]])).toMatchObject({ found: 'no' });
    expect(await search([[long]])).toMatchObject({ found: 'no' });
    // The newest are first, so what follows is older still.
    expect(await search([[long], [listed({})]])).toMatchObject({ found: 'no', calls: 1 });
    expect(await search([[]], text, { at: writtenAt.add({ seconds: 30 }) })).toMatchObject({ found: 'unclear' });
    const newer = listed({ date_created: 'Sun, 22 Nov 2026 12:04:00 +0000' });
    expect(await search(Array.from({ length: 30 }, () => [newer]))).toMatchObject({ found: 'unclear', calls: 10 });
  });

  it('is unclear when several fit, when the words differ, and for a template, whose words are not ours', async () => {
    expect(await search([[listed({}), listed({ sid: sid('SM', 2) })]])).toMatchObject({ found: 'unclear' });
    expect(await search([[listed({ body: 'Hi ' })]])).toMatchObject({ found: 'unclear' });
    expect(await search([[listed({ num_media: '1' })]])).toMatchObject({ found: 'unclear' });
    const template = { type: 'template', template: { name: `HX${'0a'.repeat(16)}` } };
    expect(await search([[listed({})]], template)).toMatchObject({ found: 'unclear' });
    expect(await search([[]], template)).toMatchObject({ found: 'no' });
  });

  it('throws a fault when Twilio does not list', async () => {
    const { calls } = answering(() => refusal(500, 20500));
    const sought = {
      callbackData: 'a1:x',
      recipient: { kind: 'phone', value: '+1' } as const,
      content: text,
      writtenAt,
    };
    await expect(findSent(smsName, calls, access, sought, now)).rejects.toMatchObject({ code: 'upstream_failed' });
  });
});
