import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccountAccess } from '#channels/provider-account.ts';
import { checkCredentials, subscribe } from './credentials.ts';
import { startFakeInstance } from './fake-instance.fixture.ts';
import { findSent } from './find-sent.ts';
import { changeSettings, checkContact, clearMessages, logOut, readQr, readQueue, restart } from './instance-calls.ts';
import { listFailed } from './list-failed.ts';
import { fetchMedia } from './media.ts';
import { readReadiness } from './readiness.ts';

let fake: Awaited<ReturnType<typeof startFakeInstance>>;

beforeAll(async () => {
  fake = await startFakeInstance();
});
beforeEach(() => fake.reset());
afterAll(() => fake?.close());

const unpaid = { error: 'Your instance has been Stopped due to non-payment. you can activate this instance by …' };
const callback = 'https://chat.example.com/webhooks/ultramsg/1/secret-key';
const withToken = (accessToken: string): AccountAccess => ({
  ...fake.access,
  secrets: { ...fake.access.secrets, accessToken },
});

describe('the credentials', () => {
  it('that work tell whose phone it is', async () => {
    fake.settings = { webhook_url: callback };
    expect(await checkCredentials(fake.calls, fake.access, callback)).toEqual({
      checks: [
        { name: 'token', ok: true, message: 'The token belongs to the instance.' },
        { name: 'phone', ok: true, message: 'The phone is linked.' },
        { name: 'webhooks', ok: true, message: 'Webhooks come here.' },
      ],
      phone: '+15550001111',
      displayName: 'Fake Shop',
    });
  });

  it('with a wrong token say so, and do not repeat it', async () => {
    fake.answer('*', { error: 'Wrong token nobody-knows. Please provide token as a GET parameter.' });
    const report = await checkCredentials(fake.calls, withToken('nobody-knows'), null);
    expect(report.checks).toEqual([
      { name: 'token', ok: false, message: expect.stringMatching(/Wrong token.*Copy the token/) },
    ]);
    expect(JSON.stringify(report)).not.toContain('nobody-knows');
  });

  it('of an instance that is not there, or not paid for, say so', async () => {
    const elsewhere = { ...fake.access, senderExternalId: 'instance9' };
    expect((await checkCredentials(fake.calls, elsewhere, null)).checks).toMatchObject([
      { name: 'instance_id', ok: false, message: expect.stringMatching(/Instance not found/) },
    ]);
    fake.answer('*', '<html>', 404);
    expect((await checkCredentials(fake.calls, fake.access, null)).checks).toMatchObject([
      { name: 'instance_id', ok: false, message: expect.stringMatching(/does not know instance1150/) },
    ]);
    fake.answer('*', unpaid);
    expect((await checkCredentials(fake.calls, fake.access, null)).checks).toMatchObject([
      { name: 'instance_id', ok: false, message: expect.stringMatching(/non-payment.*Extend the subscription/) },
    ]);
  });

  it('behind which nobody answers say so', async () => {
    fake.answer('*', '<html>', 502);
    expect((await checkCredentials(fake.calls, fake.access, null)).checks).toMatchObject([
      { name: 'reach', ok: false, message: expect.stringMatching(/not UltraMsg \(HTTP 502\)/) },
    ]);
  });

  it.each<[unknown, RegExp]>([
    [{ status: { accountStatus: { status: 'qr', substatus: 'normal' } } }, /scan the QR code/],
    [{ status: 'qr', substatus: 'normal' }, /scan the QR code/],
    [{ accountStatus: { status: 'standby', substatus: 'normal' } }, /stands by/],
    [{ status: { accountStatus: { status: 'something new' } } }, /not linked \(status something new\)/],
    [{}, /status unknown/],
  ])('of a phone that is not linked (%o) are right, and the phone is said not to be', async (answer, words) => {
    fake.answer('GET instance/status', answer as object);
    const { checks } = await checkCredentials(fake.calls, fake.access, null);
    expect(checks.slice(0, 2)).toEqual([
      { name: 'token', ok: true, message: 'The token belongs to the instance.' },
      { name: 'phone', ok: false, message: expect.stringMatching(words) },
    ]);
  });

  it.each<[object, RegExp]>([
    [{ webhook_url: '' }, /No address/],
    [{ webhook_url: 'https://other.example/hook?token=hidden' }, /another address, on other\.example/],
    [{ webhook_url: callback, webhook_message_ack: 'off' }, /switched off: webhook_message_ack/],
  ])('with the settings %o tell what is wrong with webhooks', async (settings, words) => {
    fake.settings = settings as Record<string, unknown>;
    const { checks } = await checkCredentials(fake.calls, fake.access, callback);
    expect(checks[2]).toEqual({ name: 'webhooks', ok: false, message: expect.stringMatching(words) });
    expect(checks[2]?.message).not.toContain('hidden');
  });
});

describe('subscribing', () => {
  it('switches every event on, keeps what else is set, and reads it back', async () => {
    fake.settings = { sendDelay: '5', sendDelayMax: 20, webhook_message_ack: 'off', webhook_message_reaction: false };
    await subscribe(fake.calls, fake.access, callback);
    expect(fake.settings).toEqual({
      sendDelay: '5',
      sendDelayMax: '20',
      webhook_url: callback,
      webhook_message_received: 'true',
      webhook_message_create: 'true',
      webhook_message_ack: 'true',
      webhook_message_download_media: 'true',
      webhook_message_reaction: 'true',
    });
    expect(fake.asked.map(({ call }) => call)).toEqual([
      'GET instance/settings',
      'POST instance/settings',
      'GET instance/settings',
    ]);
  });

  it('that did not take is an error, and so is a refusal', async () => {
    fake.answer('GET instance/settings', { webhook_url: 'https://other.example' });
    await expect(subscribe(fake.calls, fake.access, callback)).rejects.toMatchObject({ code: 'upstream_failed' });
    fake.answer('GET instance/settings', unpaid);
    await expect(subscribe(fake.calls, fake.access, callback)).rejects.toMatchObject({ code: 'provider_refused' });
  });
});

describe('readiness', () => {
  it('is that the phone is linked, with how many messages wait', async () => {
    expect(await readReadiness(fake.calls, fake.access)).toEqual({
      ready: true,
      reason: 'The phone is linked.',
      waiting: 3,
    });
  });

  it('is not there while the phone is away, or UltraMsg refuses', async () => {
    fake.answer('GET instance/status', { status: { accountStatus: { status: 'qr' } } });
    expect(await readReadiness(fake.calls, fake.access)).toMatchObject({ ready: false, waiting: 3 });
    fake.answer('*', unpaid);
    expect(await readReadiness(fake.calls, fake.access)).toEqual({
      ready: false,
      reason: expect.stringMatching(/non-payment/),
      waiting: null,
    });
  });

  it('is not known when nobody answers', async () => {
    fake.answer('*', 'broken', 500);
    await expect(readReadiness(fake.calls, fake.access)).rejects.toMatchObject({ code: 'upstream_failed' });
  });
});

describe('a message without an outcome', () => {
  const now = Temporal.Now.instant();
  const sought = {
    callbackData: 'a1:x',
    recipient: { kind: 'phone', value: '+15550002222' },
    content: { type: 'text', text: { body: 'Hi' } },
    writtenAt: now.subtract({ minutes: 5 }),
  } as const;
  const find = (change: object = {}) => findSent(fake.calls, fake.access, { ...sought, ...change });
  const list = (...messages: object[]) => fake.answer('GET messages', { total: messages.length, messages });

  it('is looked up by its reference', async () => {
    list({ id: 7, referenceId: 'a1:x', status: 'queue', ack: '' });
    expect(await find()).toEqual({ found: 'sent', providerMessageId: 'instance1150:7', status: 'accepted' });
    expect(fake.asked[0]).toMatchObject({ call: 'GET messages', parameters: { referenceId: 'a1:x', status: 'all' } });
  });

  it.each<[string, string, string]>([
    ['sent', 'pending', 'sent'],
    ['sent', 'server', 'sent'],
    ['sent', 'device', 'delivered'],
    ['sent', 'read', 'read'],
    ['sent', 'played', 'read'],
    ['something new', '', 'accepted'],
    ['unsent', '', 'failed'],
    ['invalid', '', 'failed'],
    ['expired', '', 'failed'],
  ])('that is %s with "%s" is %s', async (status, ack, expected) => {
    list({ id: 7, referenceId: 'a1:x', status, ack });
    expect(await find()).toMatchObject({
      found: 'sent',
      status: expected,
      ...(expected === 'failed' ? { error: { code: status } } : {}),
    });
  });

  it('that is there twice is what got furthest', async () => {
    list({ id: 7, referenceId: 'a1:x', status: 'unsent' }, { id: 8, referenceId: 'a1:x', status: 'sent', ack: 'read' });
    expect(await find()).toMatchObject({ providerMessageId: 'instance1150:8', status: 'read' });
  });

  it('was surely not taken only when a search by its reference finds nothing, some time later', async () => {
    list();
    expect(await find()).toEqual({ found: 'no' });
    expect(await find({ writtenAt: now })).toMatchObject({ found: 'unclear' });
    list({ id: 7, referenceId: 'a1:other', status: 'sent' });
    expect(await find()).toMatchObject({ found: 'unclear', reason: expect.stringMatching(/did not search/) });
    list({ referenceId: 'a1:x', status: 'sent' });
    expect(await find()).toMatchObject({ found: 'unclear' });
  });

  it.each<[unknown, number]>([
    ['broken', 500],
    [{ total: 0 }, 200],
    [unpaid, 200],
    [[], 200],
  ])('stays without one when the list is answered with %o', async (answer, status) => {
    fake.answer('GET messages', answer as object, status);
    expect(await find()).toMatchObject({ found: 'unclear', reason: expect.stringMatching(/\.$/) });
  });
});

describe('messages that UltraMsg could not send', () => {
  it('are read from its lists, with what that means, where it counts some', async () => {
    fake.answer('GET messages/statistics', { messages_statistics: { unsent: 0, invalid: 2, expired: 0, sent: 9 } });
    fake.answer('GET messages', {
      messages: [
        { id: 7, referenceId: 'a1:x', status: 'invalid' },
        { id: 8, referenceId: null, status: 'invalid' },
        { id: 9, referenceId: 'a1:y', status: 'sent' },
      ],
    });
    expect(await listFailed(fake.calls, fake.access)).toMatchObject([
      {
        providerMessageId: 'instance1150:7',
        callbackData: 'a1:x',
        error: { code: 'invalid' },
        row: { reaction: 'fail', reroute: 'channel' },
      },
    ]);
    expect(fake.asked.map(({ parameters }) => parameters['status'])).toEqual([undefined, 'invalid']);
  });

  it('are asked for when the counts are not told, and are an error when nobody answers', async () => {
    fake.answer('GET messages/statistics', {});
    expect(await listFailed(fake.calls, fake.access)).toEqual([]);
    expect(fake.asked).toHaveLength(4);
    fake.answer('*', '', 500);
    await expect(listFailed(fake.calls, fake.access)).rejects.toMatchObject({ code: 'upstream_failed' });
  });
});

describe('calls about the instance', () => {
  it('restart it, unlink its phone and empty a list', async () => {
    await restart(fake.calls, fake.access);
    await logOut(fake.calls, fake.access);
    await clearMessages(fake.calls, fake.access, 'queue');
    expect(fake.asked).toEqual([
      { call: 'POST instance/restart', parameters: {}, token: fake.token },
      { call: 'POST instance/logout', parameters: {}, token: fake.token },
      { call: 'POST messages/clear', parameters: { status: 'queue' }, token: fake.token },
    ]);
  });

  it('change one setting and keep the others', async () => {
    fake.settings = { sendDelay: 1, webhook_url: callback, webhook_message_ack: 'on' };
    const changed = await changeSettings(fake.calls, fake.access, (current) => ({ ...current, sendDelay: 5 }));
    expect(changed).toEqual({ sendDelay: 5, webhook_url: callback, webhook_message_ack: true });
  });

  it('count what UltraMsg has, as numbers or texts', async () => {
    fake.answer('GET messages/statistics', { messages_statistics: { queue: '2', sent: 5, all: 7, unsent: null } });
    expect(await readQueue(fake.calls, fake.access)).toEqual({ queue: 2, sent: 5 });
  });

  it('show the QR code while there is one', async () => {
    await expect(readQr(fake.calls, fake.access)).rejects.toMatchObject({ code: 'conflict' });
    fake.answer('GET instance/status', { status: { accountStatus: { status: 'qr' } } });
    expect((await readQr(fake.calls, fake.access)).subarray(1, 4).toString()).toBe('PNG');
    fake.answer('GET instance/qr', { error: 'Instance not found' });
    await expect(readQr(fake.calls, fake.access)).rejects.toMatchObject({ code: 'provider_refused' });
    fake.answer('GET instance/qr', 'text');
    await expect(readQr(fake.calls, fake.access)).rejects.toMatchObject({ code: 'upstream_failed' });
  });

  it('look whether a number is on WhatsApp', async () => {
    expect(await checkContact(fake.calls, fake.access, '+15550002222', true)).toBe(true);
    expect(fake.asked[0]?.parameters).toEqual({ chatId: '15550002222@c.us', nocache: 'true' });
    fake.answer('GET contacts/check', { status: 'invalid' });
    expect(await checkContact(fake.calls, fake.access, '+15550002222', false)).toBe(false);
    fake.answer('GET contacts/check', {});
    await expect(checkContact(fake.calls, fake.access, '+15550002222', false)).rejects.toMatchObject({
      code: 'upstream_failed',
    });
  });

  it('that fail never tell the token, and say when it is not known what was done', async () => {
    fake.answer('*', { error: `no ${fake.token} here` });
    await expect(restart(fake.calls, fake.access)).rejects.toThrow(
      expect.objectContaining({ detail: expect.not.stringContaining(fake.token) }),
    );
    fake.answer('*', '', 500);
    await expect(restart(fake.calls, fake.access)).rejects.toMatchObject({
      code: 'upstream_failed',
      detail: expect.stringMatching(/not known/),
    });
    const nowhere = { ...fake.access, settings: { ...fake.access.settings, baseUrl: 'http://10.0.0.1' } };
    await expect(restart(fake.calls, nowhere)).rejects.toThrow(
      expect.objectContaining({ code: 'upstream_failed', detail: expect.not.stringContaining(fake.token) }),
    );
  });
});

describe('a file', () => {
  const fetch = (id: string, max = 1000) => fetchMedia(fake.calls, fake.access, id, max);

  it('is fetched from where it is, without the token', async () => {
    const file = await fetch(`${fake.url}/instance1150/instance/qr`).catch((error: unknown) => error);
    expect(file).toMatchObject({ mimeType: expect.any(String), sha256: null });
    expect(fake.asked[0]).toMatchObject({ token: undefined });
  });

  it.each(['http://example.com/a.jpg', 'file:///etc/passwd', 'no address', 'https://user:pass@example.com/a'])(
    'is not fetched from %s',
    async (address) => {
      await expect(fetch(address)).rejects.toMatchObject({ name: 'MediaUnavailable', isFinal: true });
      expect(fake.asked).toEqual([]);
    },
  );

  it('that is gone is not tried again, one that is too large neither', async () => {
    fake.answer('*', 'gone', 404);
    await expect(fetch(`${fake.url}/a/b`)).rejects.toMatchObject({ isFinal: true });
    fake.answer('*', 'later', 503);
    await expect(fetch(`${fake.url}/a/b`)).rejects.toMatchObject({ isFinal: false });
    fake.answer('*', 'x'.repeat(2000));
    const large = await fetch(`${fake.url}/a/b`);
    await expect(Array.fromAsync(large.body)).rejects.toMatchObject({ name: 'MediaUnavailable', isFinal: true });
  });
});
