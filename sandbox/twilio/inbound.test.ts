import twilio from 'twilio';
import { expect, it } from 'vitest';
import { eventually } from '#testing/sandbox-user.ts';
import { TwilioReceiver, TwilioUser, refusalOf, sidOf } from '#testing/twilio-user.ts';

const ada = '+15550001111';

it('an SMS of a person is told as a signed form, and gets its second tick', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  await user.listen(`${receiver.address}/in?a=1`);
  const written = await user.write(ada, { type: 'text', text: { body: 'Grüße & Küsse' } });
  const [{ id }] = written.read<{ messages: [{ id: string }] }>().messages;
  const webhook = await receiver.heard({ MessageSid: id });
  expect(webhook).toMatchObject({ method: 'POST', url: `${receiver.address}/in?a=1` });
  expect(webhook.headers['content-type']).toContain('application/x-www-form-urlencoded');
  expect(webhook.headers['i-twilio-idempotency-token']).toMatch(/^[\w-]{36}$/);
  expect(webhook.parameters).toEqual({
    MessageSid: id,
    SmsSid: id,
    SmsMessageSid: id,
    AccountSid: user.account.account_sid,
    MessagingServiceSid: user.account.messaging_services[0]?.sid,
    From: ada,
    To: user.number,
    Body: 'Grüße & Küsse',
    NumMedia: '0',
    NumSegments: '1',
    SmsStatus: 'received',
    ApiVersion: '2010-04-01',
    FromCountry: 'US',
    FromState: '',
    FromCity: '',
    FromZip: '',
    ToCountry: 'US',
    ToState: '',
    ToCity: '',
    ToZip: '',
  });
  const { url, headers, parameters } = webhook;
  const signature = String(headers['x-twilio-signature']);
  expect(twilio.validateRequest(user.account.auth_token, signature, url, parameters)).toBe(true);
  expect(twilio.validateRequest('other', signature, url, parameters)).toBe(false);
  await eventually(async () => {
    const path = `/_sandbox/people/${encodeURIComponent(ada)}/chats/${encodeURIComponent(`sms:${user.number}`)}/messages`;
    const { data } = (await user.sandbox.request('GET', path)).read<{ data: { id: string; status: string }[] }>();
    return data.find((message) => message.id === id && message.status === 'delivered');
  });
  expect((await user.call('GET', `/Messages/${id}.json`)).read()).toMatchObject({
    direction: 'inbound',
    status: 'received',
  });
});

it('a webhook by GET has everything in its query, which is what is signed', async () => {
  await using user = await TwilioUser.start({ twilio_callback_method: 'GET' });
  await using receiver = await TwilioReceiver.listen();
  const sid = sidOf(await user.send({ StatusCallback: `${receiver.address}/cb?m=1` }));
  const webhook = await receiver.heard({ MessageSid: sid, MessageStatus: 'delivered' });
  expect(webhook).toMatchObject({ method: 'GET', body: '', parameters: { m: '1' } });
  const signature = String(webhook.headers['x-twilio-signature']);
  expect(twilio.validateRequest(user.account.auth_token, signature, webhook.url, {})).toBe(true);
});

it('after STOP nothing is taken for that person by any number of the service, until START', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  await user.listen(receiver.address);
  await user.write(ada, { type: 'text', text: { body: ' stop ' } });
  await receiver.heard({ Body: ' stop ', OptOutType: 'STOP' });
  expect(refusalOf(await user.send())).toBe('400 21610');
  expect(refusalOf(await user.send({ From: '+15550784002' }))).toBe('400 21610');
  const MessagingServiceSid = user.account.messaging_services[0]?.sid ?? '';
  expect(refusalOf(await user.send({ From: '', MessagingServiceSid }))).toBe('400 21610');
  sidOf(await user.send({ To: '+15550002222' }));
  await user.write(ada, { type: 'text', text: { body: 'HELP' } });
  await receiver.heard({ OptOutType: 'HELP' });
  await user.write(ada, { type: 'text', text: { body: 'Start' } });
  await receiver.heard({ OptOutType: 'START' });
  sidOf(await user.send());
  // Twilio itself has answered each of the three.
  const { messages } = (await user.call('GET', `/Messages.json?To=${encodeURIComponent(ada)}`)).read<{
    messages: { direction: string }[];
  }>();
  expect(messages.filter(({ direction }) => direction === 'outbound-reply')).toHaveLength(3);
});

it('STOP while a message waits keeps it from leaving', async () => {
  await using user = await TwilioUser.start({ twilio_segments_per_second: 0 });
  const sid = sidOf(await user.send());
  await user.write(ada, { type: 'text', text: { body: 'STOP' } });
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_segments_per_second: 10 });
  expect(await user.until(sid, 'failed')).toMatchObject({ error_code: 21610 });
});

it('without Advanced Opt-Out the webhook does not say what Twilio understood, and without any it does not care', async () => {
  await using user = await TwilioUser.start({ twilio_opt_out: 'default' });
  await using receiver = await TwilioReceiver.listen();
  await user.listen(receiver.address);
  await user.write(ada, { type: 'text', text: { body: 'STOP' } });
  expect((await receiver.heard({ Body: 'STOP' })).parameters['OptOutType']).toBeUndefined();
  expect(refusalOf(await user.send())).toBe('400 21610');
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_opt_out: 'off' });
  sidOf(await user.send());
});

it('a file of a person is told by an address where its bytes are', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  await user.listen(receiver.address);
  const upload = `/_sandbox/people/${encodeURIComponent(ada)}/media?filename=a.png`;
  const file = await user.sandbox.request('POST', upload, Buffer.from('picture'), { 'content-type': 'image/png' });
  const { id } = file.read<{ id: string }>();
  await user.write(ada, { type: 'image', image: { id, caption: 'Look' } }, 'whatsapp');
  const { parameters } = await receiver.heard({ NumMedia: '1' });
  expect(parameters).toMatchObject({ Body: 'Look', MediaContentType0: 'image/png', MessageType: 'image' });
  const path = (parameters['MediaUrl0'] ?? '').slice(user.sandbox.address.length);
  expect(path).toMatch(/^\/twilio\/2010-04-01\/Accounts\/AC\w+\/Messages\/MM\w+\/Media\/ME\w+$/);
  const bytes = await user.sandbox.request('GET', path);
  expect([bytes.text, bytes.headers['content-type']]).toEqual(['picture', 'image/png']);
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_media_access: 'authorized' });
  expect((await user.sandbox.request('GET', path)).status).toBe(401);
  expect((await user.at('GET', path)).text).toBe('picture');
  expect((await user.at('GET', `${path}.json`)).read()).toMatchObject({ content_type: 'image/png' });
});

it('contacts come as files with a card of each', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  await user.listen(receiver.address);
  const contacts = ['Bo', 'Cy'].map((name) => ({
    name: { formatted_name: name },
    phones: [{ phone: '+15550009999' }],
  }));
  await user.write(ada, { type: 'contacts', contacts }, 'whatsapp');
  const { parameters } = await receiver.heard({ NumMedia: '2' });
  expect(parameters).toMatchObject({ Body: '', MediaContentType0: 'text/vcard', MediaContentType1: 'text/vcard' });
  const card = await user.sandbox.request('GET', (parameters['MediaUrl1'] ?? '').slice(user.sandbox.address.length));
  expect(card.headers['content-type']).toContain('text/vcard');
  expect(card.text).toContain('FN:Cy');
});

it('by WhatsApp people tap buttons, quote, share places and come from advertisements', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  await user.listen(receiver.address);
  await user.write(ada, { type: 'text', text: { body: 'Hello' } }, 'whatsapp');
  const first = await receiver.heard({ Body: 'Hello' });
  expect(first.parameters).toMatchObject({
    From: `whatsapp:${ada}`,
    To: `whatsapp:${user.number}`,
    ProfileName: 'Ada',
    WaId: '15550001111',
    ExternalUserId: expect.stringMatching(/^whatsapp:US\.\d+$/),
  });
  const asked = sidOf(await user.sendWhatsApp());
  const context = { message_id: asked };
  await user.write(ada, { type: 'button', button: { text: 'Yes', payload: 'y' }, context }, 'whatsapp');
  const tapped = await receiver.heard({ ButtonPayload: 'y' });
  expect(tapped.parameters).toMatchObject({
    Body: 'Yes',
    ButtonText: 'Yes',
    OriginalRepliedMessageSid: asked,
    OriginalRepliedMessageSender: `whatsapp:${user.number}`,
  });
  await user.write(
    ada,
    { type: 'location', location: { latitude: 1.5, longitude: -2, name: 'There', address: 'A' } },
    'whatsapp',
  );
  const place = await receiver.heard({ Latitude: '1.5' });
  expect(place.parameters).toMatchObject({ Longitude: '-2', Label: 'There', Address: 'A' });
  const referral = { source_url: 'https://fb.me/x', source_type: 'ad', source_id: '7', headline: 'H', body: 'B' };
  await user.write(ada, { type: 'text', text: { body: 'Ad' }, referral }, 'whatsapp');
  expect((await receiver.heard({ Body: 'Ad' })).parameters).toMatchObject({
    ReferralSourceId: '7',
    ReferralHeadline: 'H',
  });
});

it('somebody without a phone number is known by a user id, and can be answered there', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  await user.listen(receiver.address);
  const { data } = (await user.sandbox.request('GET', '/_sandbox/people')).read<{
    data: { name: string; user_id: string; id: string }[];
  }>();
  const grace = data.find(({ name }) => name === 'Grace');
  const message = { type: 'text', text: { body: 'Hello' } };
  await user.write(grace?.id ?? '', message, 'whatsapp');
  const { parameters } = await receiver.heard({ ProfileName: 'Grace' });
  expect(parameters['From']).toBe(`whatsapp:${grace?.user_id}`);
  expect(parameters['ExternalUserId']).toBe(parameters['From']);
  expect(parameters['WaId']).toBeUndefined();
  const sid = sidOf(await user.sendWhatsApp({ To: parameters['From'] ?? '' }));
  await user.until(sid, 'delivered');
  expect((await user.write(grace?.id ?? '', message)).status).toBe(400);
  await user.sandbox.request('POST', '/_sandbox/settings', { twilio_bsuid: 'off' });
  expect((await user.write(grace?.id ?? '', message, 'whatsapp')).status).toBe(400);
  expect(refusalOf(await user.sendWhatsApp({ To: parameters['From'] ?? '' }))).toBe('400 21211');
});

it('the webhook may have numbers without their prefix, and long texts in base64', async () => {
  await using user = await TwilioUser.start({ twilio_whatsapp_from: 'bare', twilio_long_bodies: 'base64' });
  await using receiver = await TwilioReceiver.listen();
  await user.listen(receiver.address);
  await user.write(ada, { type: 'text', text: { body: 'Hello' } }, 'whatsapp');
  expect((await receiver.heard({ Body: 'Hello' })).parameters).toMatchObject({
    From: ada,
    To: user.number,
    WaId: '15550001111',
  });
  const long = 'Ж'.repeat(80);
  await user.write(ada, { type: 'text', text: { body: long } });
  await receiver.heard({ NumSegments: '2', Body: Buffer.from(long).toString('base64') });
});

it('an answer in TwiML or in plain text is sent to who has written, an empty one is not', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  await user.listen(receiver.address);
  const sent = async () =>
    (await user.call('GET', `/Messages.json?To=${encodeURIComponent(ada)}`))
      .read<{ messages: { body: string; direction: string }[] }>()
      .messages.map(({ body, direction }) => `${direction} ${body}`);
  const write = async (text: string) => {
    await user.write(ada, { type: 'text', text: { body: text } });
    await receiver.heard({ Body: text });
    await eventually(
      async () =>
        (await user.sandbox.request('GET', '/_sandbox/pending')).read<{ updates: number }>().updates === 0 || undefined,
    );
  };
  await write('one');
  expect(await sent()).toEqual([]);
  const document = new twilio.twiml.MessagingResponse();
  document.message('A & B');
  receiver.answer = { status: 200, contentType: 'text/xml', body: document.toString() };
  await write('two');
  expect(await sent()).toEqual(['outbound-reply A & B']);
  receiver.answer = { status: 200, contentType: 'text/plain', body: 'OK' };
  await write('three');
  expect(await sent()).toEqual(['outbound-reply OK', 'outbound-reply A & B']);
  receiver.answer = { status: 200, contentType: 'application/json', body: '{}' };
  await write('four');
  expect(await sent()).toHaveLength(2);
});

it.each([
  ['a reaction', { type: 'reaction', reaction: { message_id: 'SM1', emoji: '👍' } }, 'whatsapp'],
  ['a place by SMS', { type: 'location', location: { latitude: 1, longitude: 2 } }, 'sms'],
  ['a file that is not there', { type: 'image', image: { id: '1' } }, 'sms'],
  ['a field that nobody knows', { type: 'text', text: { body: 'x' }, color: 'red' }, 'sms'],
] as const)('refuses %s in words', async (_name, message, channel) => {
  await using user = await TwilioUser.start();
  const answer = await user.write(ada, message, channel);
  expect(answer.status).toBe(400);
  expect(answer.read<{ error: { message: string } }>().error.message).not.toBe('');
});

it('a sender on WhatsApp may have an address of its own, and an SMS still goes to that of the number', async () => {
  await using user = await TwilioUser.start({ service_window: 'off' });
  await using sms = await TwilioReceiver.listen();
  await using whatsapp = await TwilioReceiver.listen();
  await user.listen(sms.address);
  const listed = await user.at('GET', '/twilio/v2/Channels/Senders?Channel=whatsapp');
  const [sender, ...more] = listed.read<{ senders: { sid: string; sender_id: string }[] }>().senders;
  expect([sender?.sender_id, more]).toEqual([`whatsapp:${user.number}`, []]);
  const { account_sid: sid, auth_token: token } = user.account;
  const authorization = `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;
  const change = (webhook: unknown) =>
    user.sandbox.request('POST', `/twilio/v2/Channels/Senders/${sender?.sid}`, { webhook }, { authorization });
  expect(refusalOf(await change({ callback_url: 'nowhere' }))).toBe('400 20001');
  const webhook = { callback_url: `${whatsapp.address}/wa`, status_callback_url: `${whatsapp.address}/status` };
  expect((await change(webhook)).read()).toMatchObject({ webhook });
  await user.write(ada, { type: 'text', text: { body: 'By WhatsApp' } }, 'whatsapp');
  await user.write(ada, { type: 'text', text: { body: 'By SMS' } });
  expect((await whatsapp.heard({ Body: 'By WhatsApp' })).url).toBe(webhook.callback_url);
  await sms.heard({ Body: 'By SMS' });
  const sent = sidOf(await user.sendWhatsApp());
  const told = await whatsapp.heard({ MessageSid: sent, MessageStatus: 'delivered' });
  expect(told.parameters['ChannelInstallSid']).toBe(sender?.sid);
  expect(sms.webhooks).toHaveLength(1);
});

it('a number that WhatsApp knows by fewer digits answers an SMS as it was dialled, and can stop it', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  await user.listen(receiver.address);
  const To = '+5531987654321';
  await user.until(sidOf(await user.send({ To })), 'delivered');
  await user.write(To, { type: 'text', text: { body: 'Stop' } });
  expect((await receiver.heard({ OptOutType: 'STOP' })).parameters['From']).toBe(To);
  expect(refusalOf(await user.send({ To }))).toBe('400 21610');
});

it('a parameter that no document knows is signed with the others, both of its values', async () => {
  await using user = await TwilioUser.start({ twilio_new_parameters: 'on' });
  await using receiver = await TwilioReceiver.listen();
  const sid = sidOf(await user.send({ StatusCallback: receiver.address }));
  const { headers, url, body } = await receiver.heard({ MessageSid: sid, MessageStatus: 'delivered' });
  const form = new URLSearchParams(body);
  expect(form.getAll('FutureParameter')).toEqual(['b', 'a']);
  const parameters = Object.fromEntries([...form.keys()].map((name) => [name, form.getAll(name)]));
  const signature = String(headers['x-twilio-signature']);
  expect(twilio.validateRequest(user.account.auth_token, signature, url, parameters)).toBe(true);
});
