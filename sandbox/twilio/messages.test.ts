import { expect, it } from 'vitest';
import { TwilioReceiver, TwilioUser, refusalOf, sidOf } from '#testing/twilio-user.ts';

interface Page {
  messages: { sid: string; to: string }[];
  next_page_uri: string | null;
  previous_page_uri: string | null;
  page: number;
  page_size: number;
}

it('a list is newest first, filtered by address and day, and its pages miss nothing and repeat nothing', async () => {
  await using user = await TwilioUser.start();
  const sids: string[] = [];
  for (let count = 0; count < 7; count++) sids.unshift(sidOf(await user.send({ Body: `${count}` })));
  sidOf(await user.send({ To: '+15550002222' }));
  await user.until(sids[0] ?? '', 'delivered');
  const listed: string[] = [];
  const day = new Date().toISOString().slice(0, 10);
  let path: string | null = `/Messages.json?To=%2B15550001111&DateSent=${day}&PageSize=3`;
  for (let pages = 0; path !== null; pages++) {
    const page: Page = (await user.call('GET', path)).read<Page>();
    expect(page.page_size).toBe(3);
    expect(page.page).toBe(pages);
    listed.push(...page.messages.map(({ sid }) => sid));
    // What comes meanwhile moves no page.
    if (pages === 0) sidOf(await user.send());
    path = page.next_page_uri?.replace(/^.*?(?=\/Messages)/, '') ?? null;
  }
  expect(listed).toEqual(sids);
  const none = (await user.call('GET', '/Messages.json?DateSent%3C=2020-01-01')).read<Page>();
  expect(none.messages).toEqual([]);
  const since = (await user.call('GET', `/Messages.json?DateSent%3E=${day}&From=%2B15550784002`)).read<Page>();
  expect(since.messages).toEqual([]);
  expect(refusalOf(await user.call('GET', '/Messages.json?DateSent=yesterday'))).toBe('400 20001');
});

it('a list by date may leave out what was not sent yet', async () => {
  await using user = await TwilioUser.start({ twilio_segments_per_second: 0 });
  const sid = sidOf(await user.send());
  const day = new Date().toISOString().slice(0, 10);
  const list = async () => (await user.call('GET', `/Messages.json?DateSent=${day}`)).read<Page>().messages.length;
  expect(await list()).toBe(1);
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_list_unsent: 'hidden' });
  expect(await list()).toBe(0);
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_segments_per_second: 10 });
  await user.until(sid, 'delivered');
  expect(await list()).toBe(1);
});

it('what waits in the queue for longer than its validity fails, on the clock of the sandbox', async () => {
  await using user = await TwilioUser.start({ twilio_segments_per_second: 0, twilio_queue_limit: 2 });
  await using receiver = await TwilioReceiver.listen();
  const short = sidOf(await user.send({ ValidityPeriod: '60', StatusCallback: receiver.address }));
  const long = sidOf(await user.send());
  expect(refusalOf(await user.send())).toBe('400 21611');
  await user.sandbox.request('POST', '/_sandbox/clock', { advance_seconds: 61 });
  expect(await user.until(short, 'failed')).toMatchObject({ error_code: 30036, date_sent: null, price: null });
  await receiver.heard({ MessageSid: short, MessageStatus: 'failed', ErrorCode: '30036' });
  expect((await user.call('GET', `/Messages/${long}.json`)).read()).toMatchObject({ status: 'queued' });
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_segments_per_second: 10 });
  await user.until(long, 'delivered');
});

it('a scheduled message waits for its time, and can be canceled until then', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  const MessagingServiceSid = user.account.messaging_services[0]?.sid ?? '';
  const schedule = (SendAt: string) =>
    user.send({ From: '', MessagingServiceSid, ScheduleType: 'fixed', SendAt, StatusCallback: receiver.address });
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  expect(refusalOf(await schedule(''))).toBe('400 35111');
  expect(refusalOf(await schedule(inMinutes(4)))).toBe('400 35115');
  expect(refusalOf(await schedule(inMinutes(36 * 24 * 60)))).toBe('400 35115');
  const [first, second] = [sidOf(await schedule(inMinutes(20))), sidOf(await schedule(inMinutes(20)))];
  expect((await user.call('GET', `/Messages/${first}.json`)).read()).toMatchObject({ status: 'scheduled' });
  expect((await user.call('POST', `/Messages/${first}.json`, { Status: 'canceled' })).read()).toMatchObject({
    status: 'canceled',
  });
  await user.sandbox.request('POST', '/_sandbox/clock', { advance_seconds: 1300 });
  await user.until(second, 'delivered');
  await receiver.heard({ MessageSid: second, MessageStatus: 'delivered' });
  expect(receiver.statesOf(first)).toEqual(['canceled']);
  expect(receiver.statesOf(second).toSorted()).toEqual(['delivered', 'queued', 'sent']);
  expect(refusalOf(await user.call('POST', `/Messages/${second}.json`, { Status: 'canceled' }))).toBe('409 30409');
});

it('a message can be redacted and deleted once its way has ended', async () => {
  await using user = await TwilioUser.start({ twilio_segments_per_second: 0 });
  const sid = sidOf(await user.send());
  const path = `/Messages/${sid}.json`;
  expect(refusalOf(await user.call('POST', path, { Body: '' }))).toBe('409 20009');
  expect(refusalOf(await user.call('DELETE', path))).toBe('409 20009');
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_segments_per_second: 10 });
  await user.until(sid, 'delivered');
  expect(refusalOf(await user.call('POST', path, { Body: 'Other words' }))).toBe('400 20001');
  expect((await user.call('POST', path, { Body: '' })).read()).toMatchObject({ sid, body: '' });
  expect((await user.call('DELETE', path)).status).toBe(204);
  expect(refusalOf(await user.call('GET', path))).toBe('404 20404');
});

it('what is not to be kept is gone when it was sent, and feedback is kept for what asks for it', async () => {
  await using user = await TwilioUser.start();
  const fields = { ContentRetention: 'discard', AddressRetention: 'obfuscate', ProvideFeedback: 'true' };
  const sid = sidOf(await user.send(fields));
  expect(await user.until(sid, 'delivered')).toMatchObject({ body: '', to: '+1555000XXXX' });
  const feedback = await user.call('POST', `/Messages/${sid}/Feedback.json`, { Outcome: 'confirmed' });
  expect(feedback.read()).toMatchObject({ message_sid: sid, outcome: 'confirmed' });
  const other = sidOf(await user.send());
  expect(refusalOf(await user.call('POST', `/Messages/${other}/Feedback.json`, {}))).toBe('400 20001');
});

it('more calls in a second than the account may make are not processed', async () => {
  await using user = await TwilioUser.start({ limits: 'on', twilio_requests_per_second: 1 });
  await user.sandbox.request('POST', '/_sandbox/clock', { speed: 0 });
  sidOf(await user.send());
  expect(refusalOf(await user.send())).toBe('429 20429');
  const outcomes = (await user.sandbox.ledger()).map(({ outcome }) => outcome);
  expect(outcomes).toEqual(['accepted', 'rejected:20429']);
});

it('an account is told with its numbers and services, and a closed one with nothing', async () => {
  await using user = await TwilioUser.start();
  const { account_sid: sid, api_key_sid: key, api_key_secret: secret } = user.account;
  const path = `/twilio/2010-04-01/Accounts/${sid}.json`;
  expect((await user.at('GET', path)).read()).toMatchObject({ sid, status: 'active', type: 'Full' });
  const numbers = (await user.call('GET', '/IncomingPhoneNumbers.json')).read<{ incoming_phone_numbers: unknown[] }>();
  expect(numbers.incoming_phone_numbers).toHaveLength(2);
  expect(numbers.incoming_phone_numbers[0]).toMatchObject({ phone_number: user.number, capabilities: { sms: true } });
  const services = (await user.at('GET', '/twilio/v1/Services')).read<{ services: object[]; meta: object }>();
  expect(services).toMatchObject({ meta: { key: 'services' }, services: [{ account_sid: sid }] });
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_api_key: 'standard' });
  expect(refusalOf(await user.at('GET', path, undefined, `${key}:${secret}`))).toBe('401 20003');
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_account: 'suspended' });
  expect((await user.at('GET', path)).read()).toMatchObject({ status: 'suspended' });
  expect(await user.until(sidOf(await user.send()), 'failed')).toMatchObject({ error_code: 30002 });
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_account: 'closed' });
  expect(refusalOf(await user.at('GET', path))).toBe('401 20003');
});

it('a second token works beside the first, and signs when it has taken its place', async () => {
  await using user = await TwilioUser.start();
  const { account_sid: sid, auth_token: first } = user.account;
  const added = await user.sandbox.request('POST', '/_sandbox/twilio/auth_token', { action: 'add' });
  const { secondary_auth_token: second } = added.read<{ secondary_auth_token: string }>();
  const statusWith = async (token: string) =>
    (await user.call('GET', '/Messages.json', undefined, `${sid}:${token}`)).status;
  expect([await statusWith(first), await statusWith(second)]).toEqual([200, 200]);
  await user.sandbox.request('POST', '/_sandbox/twilio/auth_token', { action: 'promote' });
  expect([await statusWith(first), await statusWith(second)]).toEqual([401, 200]);
  const again = await user.sandbox.request('POST', '/_sandbox/twilio/auth_token', { action: 'promote' });
  expect(again.status).toBe(409);
});

it('a trial account writes to verified numbers alone, and by WhatsApp nothing of its own', async () => {
  await using user = await TwilioUser.start({
    twilio_verified_numbers: ['+15550001111'],
    twilio_closed_regions: ['DE'],
  });
  sidOf(await user.send());
  expect(refusalOf(await user.send({ To: '+15550002222' }))).toBe('400 21608');
  expect(refusalOf(await user.sendWhatsApp())).toBe('400 21654');
  expect(refusalOf(await user.at('GET', '/twilio/v1/Content'))).toBe('401 20003');
  expect(refusalOf(await user.send({ To: '+4915112345678' }))).toBe('400 21408');
});
