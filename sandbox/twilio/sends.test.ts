import { expect, it } from 'vitest';
import { TwilioReceiver, TwilioUser, refusalOf, sidOf } from '#testing/twilio-user.ts';

it('an SMS is queued, answered as Twilio does, delivered, and told but for its first state', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  const callback = `${receiver.address}/status?m=a1:x`;
  const answer = await user.send({ Body: 'Grüße', StatusCallback: callback });
  const sid = sidOf(answer);
  const accountSid = user.account.account_sid;
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${sid}`;
  expect(sid).toMatch(/^SM[0-9a-f]{32}$/);
  expect(answer.headers['twilio-request-id']).toMatch(/^RQ/);
  expect(answer.read()).toEqual({
    sid,
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: 'Grüße',
    date_created: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
    date_sent: null,
    date_updated: expect.any(String),
    direction: 'outbound-api',
    error_code: null,
    error_message: null,
    from: user.number,
    to: '+15550001111',
    messaging_service_sid: null,
    num_media: '0',
    num_segments: '1',
    price: null,
    price_unit: 'USD',
    status: 'queued',
    subresource_uris: { media: `${uri}/Media.json` },
    uri: `${uri}.json`,
  });
  const delivered = await user.until(sid, 'delivered');
  expect(delivered).toMatchObject({ date_sent: expect.any(String), price: '-0.00790', error_code: null });
  const last = await receiver.heard({ MessageSid: sid, MessageStatus: 'delivered' });
  expect(receiver.statesOf(sid)).toEqual(['sent', 'delivered']);
  expect(last.url).toBe(callback);
  expect(last.parameters).toMatchObject({
    SmsSid: sid,
    SmsStatus: 'delivered',
    To: '+15550001111',
    From: user.number,
    AccountSid: accountSid,
    ApiVersion: '2010-04-01',
  });
  expect(last.parameters['ErrorCode']).toBeUndefined();
  const [entry] = await user.sandbox.ledger();
  expect(entry).toMatchObject({
    provider: 'twilio',
    sender: user.number,
    to: '+15550001111',
    type: 'text',
    callback_data: 'a1:x',
    provider_message_id: sid,
    outcome: 'accepted',
    body: { Body: 'Grüße', StatusCallback: callback },
  });
});

it('a message of a service is accepted first, and has a sender and segments once it is queued', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  const [service] = user.account.messaging_services;
  const answer = await user.call('POST', '/Messages.json', {
    To: '+15550001111',
    MessagingServiceSid: service?.sid ?? '',
    Body: 'It’s “smart”',
    StatusCallback: receiver.address,
  });
  const sid = sidOf(answer);
  expect(answer.read()).toMatchObject({ status: 'accepted', from: null, num_segments: '0' });
  const message = await user.until(sid, 'delivered');
  // The service has smart encoding on.
  expect(message).toMatchObject({ from: user.number, num_segments: '1', body: 'It\'s "smart"' });
  await receiver.heard({ MessageStatus: 'delivered' });
  expect(receiver.statesOf(sid)).toEqual(['queued', 'sent', 'delivered']);
  expect(receiver.webhooks[0]?.parameters['MessagingServiceSid']).toBe(service?.sid);
});

it.each([
  ['no recipient', { To: '' }, '400 21604'],
  ['no sender', { From: '' }, '400 21603'],
  ['nothing to say', { Body: '' }, '400 21602'],
  ['1,601 characters', { Body: 'a'.repeat(1601) }, '400 21617'],
  ['a recipient that is no number', { To: '+1555' }, '400 21211'],
  ['a sender that is no number', { From: 'abc' }, '400 21212'],
  ['a sender of somebody else', { From: '+15550009999' }, '400 21606'],
  ['two channels', { To: 'whatsapp:+15550001111' }, '400 21910'],
  ['an unknown service', { MessagingServiceSid: 'MG00000000000000000000000000000000' }, '400 21705'],
  ['a sender without WhatsApp', { To: 'whatsapp:+15550001111', From: 'whatsapp:+15550784002' }, '400 63007'],
  ['eleven files', { MediaUrl: Array.from({ length: 11 }, () => 'https://example.com/a.jpg') }, '400 21623'],
  ['a file without an address', { MediaUrl: 'a.jpg' }, '400 21620'],
  ['a callback that is no address', { StatusCallback: 'nowhere' }, '400 21609'],
  ['a callback with an underscore in the host', { StatusCallback: 'https://my_host.example.com/' }, '400 21609'],
  ['a validity of 0', { ValidityPeriod: '0' }, '400 90007'],
  ['a validity of more than ten hours', { ValidityPeriod: '36001' }, '400 90007'],
  ['a time without a service', { ScheduleType: 'fixed', SendAt: '2030-01-01T00:00:00Z' }, '400 35118'],
  ['an unknown template', { ContentSid: 'HX00000000000000000000000000000000' }, '400 21655'],
  ['values without a template', { ContentVariables: '{"1":"a"}' }, '400 21654'],
  ['an unknown intent', { MessageIntent: 'chatter' }, '400 20001'],
  ['short addresses without a service', { ShortenUrls: 'true' }, '400 20001'],
])('refuses %s, and keeps the refusal in the ledger', async (_name, fields, refusal) => {
  await using user = await TwilioUser.start();
  expect(refusalOf(await user.send(fields))).toBe(refusal);
  const [entry] = await user.sandbox.ledger();
  expect(entry?.outcome).toBe(`rejected:${refusal.split(' ')[1]}`);
  expect(await user.sandbox.ledger()).toHaveLength(1);
});

it('refuses values of a template that are no object of texts', async () => {
  await using user = await TwilioUser.start();
  const ContentSid = user.account.contents[0]?.sid ?? '';
  for (const ContentVariables of ['nonsense', '[]', '{"1":2}']) {
    expect(refusalOf(await user.sendWhatsApp({ Body: '', ContentSid, ContentVariables }))).toBe('400 21656');
  }
});

it('knows the account by its token and by the API key, and nobody else', async () => {
  await using user = await TwilioUser.start();
  const { account_sid: sid, auth_token: token, api_key_sid: key, api_key_secret: secret } = user.account;
  for (const wrong of [`${sid}:wrong`, `${key}:${token}`, `AC0:${token}`, '']) {
    const answer = await user.call(
      'POST',
      '/Messages.json',
      { To: '+15550001111', From: user.number, Body: 'x' },
      wrong,
    );
    expect(refusalOf(answer)).toBe('401 20003');
    expect(answer.headers['www-authenticate']).toContain('Basic');
  }
  const byKey = await user.call('GET', '/Messages.json', undefined, `${key}:${secret}`);
  expect(byKey.status).toBe(200);
  const path = `/twilio/2010-04-01/Accounts/AC${'0'.repeat(32)}/Messages.json`;
  expect(refusalOf(await user.at('GET', path))).toBe('404 20404');
  expect(refusalOf(await user.call('GET', '/Nonsense.json'))).toBe('404 20404');
});

// What Twilio says in the answer, with the status where that is not 400, and what it tells of an accepted message.
const REFUSALS = `20003:401 20404:404 20429:429 20500:500 20503:503 21211 21212 21214 21217 21408 21602 21603 21606 21608 21610 21611
  21612 21614 21617 21620 21623 21654 21655 21656 21703 21704 21705 63007`;
const FAILURES = `30001 30002 30003 30005 30006 30007 30008 30017 30022 30023 30032 30034 30036 63003 63009 63010 63012 63013 63014
  63015 63016 63017 63018 63019 63021 63024 63027 63028 63033 63041 63049 63112`;

it('the last five digits of a recipient that are a code of Twilio make the message end with it', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  for (const written of REFUSALS.split(/\s+/)) {
    const [code, status = '400'] = written.split(':');
    expect(refusalOf(await user.send({ To: `+15550${code}` }))).toBe(`${status} ${code}`);
  }
  expect(refusalOf(await user.send({ To: '+15005550009' }))).toBe('400 21614');
  for (const code of FAILURES.split(/\s+/)) {
    const sid = sidOf(await user.send({ To: `+15550${code}`, StatusCallback: receiver.address }));
    const message = await user.until(sid, 'failed', 'undelivered');
    expect(message).toMatchObject({ error_code: Number(code), error_message: expect.any(String) });
    await receiver.heard({ MessageSid: sid, ErrorCode: code });
    expect(receiver.statesOf(sid)).toEqual([[message['status'], code].join(' ')]);
  }
});

it('without magic numbers the last digits mean nothing', async () => {
  await using user = await TwilioUser.start({ magic_numbers: false });
  await user.until(sidOf(await user.send({ To: '+15550330003' })), 'delivered');
});

it('counts the segments of what goes by SMS, and no others', async () => {
  await using user = await TwilioUser.start();
  const segments = async (answer: ReturnType<TwilioUser['send']>) =>
    (await answer).read<Record<string, string>>()['num_segments'];
  expect(await segments(user.send({ Body: 'a'.repeat(161) }))).toBe('2');
  expect(await segments(user.send({ Body: `${'a'.repeat(70)}ж` }))).toBe('2');
  expect(await segments(user.send({ Body: `${'a'.repeat(100)}“`, SmartEncoded: 'true' }))).toBe('1');
  expect(await segments(user.sendWhatsApp({ Body: 'ж'.repeat(500) }))).toBe('1');
  const media = await user.send({
    Body: 'a'.repeat(500),
    MediaUrl: ['https://example.com/a.jpg', 'https://example.com/b.png'],
  });
  expect(media.read()).toMatchObject({ num_segments: '1', num_media: '2', sid: expect.stringMatching(/^MM/) });
});
