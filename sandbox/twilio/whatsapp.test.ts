import { expect, it } from 'vitest';
import { eventually } from '#testing/sandbox-user.ts';
import { TwilioReceiver, TwilioUser, refusalOf, sidOf } from '#testing/twilio-user.ts';

const ada = '+15550001111';

async function endOf(user: TwilioUser, fields: Parameters<TwilioUser['sendWhatsApp']>[0]): Promise<string> {
  const sid = sidOf(await user.sendWhatsApp(fields));
  const { status, error_code: code } = await user.until(sid, 'delivered', 'undelivered', 'failed');
  return [status, code].filter(Boolean).join(' ');
}

it('words outside the 24 hours fail with 63016, and arrive within them', async () => {
  await using user = await TwilioUser.start();
  expect(await endOf(user, {})).toBe('undelivered 63016');
  await user.write(ada, { type: 'text', text: { body: 'Hello' } }, 'whatsapp');
  expect(await endOf(user, {})).toBe('delivered');
  await user.sandbox.request('POST', '/_sandbox/clock', { advance_seconds: 86_400 });
  expect(await endOf(user, {})).toBe('undelivered 63016');
  // An SMS opens nothing.
  await user.write(ada, { type: 'text', text: { body: 'Hello' } });
  expect(await endOf(user, {})).toBe('undelivered 63016');
});

it('a template that WhatsApp has approved is delivered at any time, with its values put in', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  const ContentSid = user.account.contents[0]?.sid ?? '';
  const answer = await user.sendWhatsApp({
    Body: '',
    ContentSid,
    ContentVariables: '{"1":"Bo","2":"77"}',
    StatusCallback: receiver.address,
  });
  const sid = sidOf(answer);
  expect(answer.read()).toMatchObject({ body: 'Hello Bo, your order 77 is on its way.' });
  const { parameters } = await receiver.heard({ MessageSid: sid, MessageStatus: 'delivered' });
  expect(parameters).toMatchObject({
    ChannelPrefix: 'whatsapp',
    ChannelToAddress: ada,
    ChannelInstallSid: expect.stringMatching(/^XE/),
    EventType: 'DELIVERED',
    To: `whatsapp:${ada}`,
  });
  const phone = `/_sandbox/people/${encodeURIComponent(ada)}/chats/${encodeURIComponent(`whatsapp:${user.number}`)}`;
  const { data } = (await user.sandbox.request('GET', `${phone}/messages`)).read<{ data: object[] }>();
  expect(data).toMatchObject([
    {
      id: sid,
      type: 'template',
      rendered: { body: expect.stringContaining('order 77'), buttons: [{ text: 'Thanks' }, {}] },
    },
  ]);
  await user.sandbox.request('POST', `${phone}/read`, {});
  const read = await receiver.heard({ MessageSid: sid, MessageStatus: 'read' });
  expect(read.parameters['EventType']).toBe('READ');
});

it('what WhatsApp says to a template decides outside the window', async () => {
  await using user = await TwilioUser.start();
  const ContentSid = user.account.contents[0]?.sid ?? '';
  const fields = { Body: '', ContentSid };
  const say = (change: object) => user.sandbox.request('PATCH', `/_sandbox/twilio/contents/${ContentSid}`, change);
  // Values that are not given are those of the template.
  expect(await endOf(user, fields)).toBe('delivered');
  await say({ status: 'paused' });
  expect(await endOf(user, fields)).toBe('undelivered 63041');
  await say({ status: 'rejected' });
  expect(await endOf(user, fields)).toBe('undelivered 63027');
  await say({ status: 'unsubmitted' });
  expect(await endOf(user, fields)).toBe('undelivered 63016');
  await user.write(ada, { type: 'text', text: { body: 'Hello' } }, 'whatsapp');
  expect(await endOf(user, fields)).toBe('delivered');
});

it('a new template is reviewed, and one without a value for each place fails with 63028', async () => {
  await using user = await TwilioUser.start();
  const { account_sid: sid, auth_token: token } = user.account;
  const authorization = `Basic ${Buffer.from(`${sid}:${token}`).toString('base64')}`;
  const post = (path: string, body: object) =>
    user.sandbox.request('POST', `/twilio/v1/Content${path}`, body, { authorization });
  const made = await post('', {
    friendly_name: 'offer',
    language: 'en',
    types: { 'twilio/text': { body: 'Only today, {{1}}' } },
  });
  const ContentSid = sidOf(made);
  expect(refusalOf(await post('', { language: 'en', types: { 'twilio/nonsense': {} } }))).toBe('400 20001');
  const asked = await post(`/${ContentSid}/ApprovalRequests/whatsapp`, { name: 'offer', category: 'MARKETING' });
  expect(asked.read()).toMatchObject({ name: 'offer', category: 'MARKETING' });
  await eventually(async () => {
    const approval = await user.at('GET', `/twilio/v1/Content/${ContentSid}/ApprovalRequests`);
    return approval.read<{ whatsapp: { status: string } }>().whatsapp.status === 'approved' ? true : undefined;
  });
  expect(await endOf(user, { Body: '', ContentSid })).toBe('undelivered 63028');
  const whole = { Body: '', ContentSid, ContentVariables: '{"1":"Bo"}' };
  expect(await endOf(user, whole)).toBe('delivered');
  await user.sandbox.request('PATCH', `/_sandbox/people/${encodeURIComponent(ada)}`, { marketing_opted_out: true });
  expect(await endOf(user, whole)).toBe('undelivered 63049');
});

it.each([
  [{ on_whatsapp: false }, 'undelivered 63024'],
  [{ blocked: true }, 'undelivered 63014'],
])('a person with %j does not get it by WhatsApp, and gets it by SMS', async (switches, end) => {
  await using user = await TwilioUser.start({ service_window: 'off' });
  await user.sandbox.request('PATCH', `/_sandbox/people/${encodeURIComponent(ada)}`, switches);
  expect(await endOf(user, {})).toBe(end);
  await user.until(sidOf(await user.send()), 'delivered');
});

it('a phone without a connection gets its messages when it is back, if that is not too late', async () => {
  await using user = await TwilioUser.start({ service_window: 'off' });
  const turn = (online: boolean) =>
    user.sandbox.request('PATCH', `/_sandbox/people/${encodeURIComponent(ada)}`, { online });
  await turn(false);
  const late = sidOf(await user.send());
  await user.until(late, 'sent');
  await user.sandbox.request('POST', '/_sandbox/clock', { advance_seconds: 73 * 3600 });
  const fresh = [sidOf(await user.send()), sidOf(await user.sendWhatsApp())];
  for (const sid of fresh) await user.until(sid, 'sent');
  await turn(true);
  for (const sid of fresh) await user.until(sid, 'delivered');
  expect(await user.until(late, 'undelivered')).toMatchObject({ error_code: 30003 });
});

it('an SMS that was read stays delivered, and its chat says that it is one', async () => {
  await using user = await TwilioUser.start();
  const sid = sidOf(
    await user.send({ Body: 'Pictures', MediaUrl: ['https://example.com/a.jpg', 'https://example.com/b.mp3'] }),
  );
  await user.until(sid, 'delivered');
  const person = `/_sandbox/people/${encodeURIComponent(ada)}/chats`;
  const chat = async () => {
    const { data } = (await user.sandbox.request('GET', person)).read<{
      data: { phone_number_id: string; unread: number }[];
    }>();
    return data.find(({ phone_number_id: id }) => id === `sms:${user.number}`);
  };
  expect(await chat()).toMatchObject({
    channel: 'sms',
    unread: 1,
    display_phone_number: user.number,
    window_closes_at: null,
  });
  const path = `${person}/${encodeURIComponent(`sms:${user.number}`)}`;
  const { data } = (await user.sandbox.request('GET', `${path}/messages`)).read<{ data: { content: object }[] }>();
  expect(data.map(({ content }) => content)).toEqual([
    { type: 'image', image: { link: 'https://example.com/a.jpg', caption: 'Pictures' } },
    { type: 'audio', audio: { link: 'https://example.com/b.mp3' } },
  ]);
  expect((await user.sandbox.request('POST', `${path}/read`, {})).json).toEqual({ read: 1 });
  expect(await chat()).toMatchObject({ unread: 0 });
  expect((await user.call('GET', `/Messages/${sid}.json`)).read()).toMatchObject({ status: 'delivered' });
});

it('a place is drawn as one, and is for WhatsApp alone', async () => {
  await using user = await TwilioUser.start({ service_window: 'off' });
  const PersistentAction = 'geo:37.7,-122.3|Twilio';
  const sid = sidOf(await user.sendWhatsApp({ Body: 'Here', PersistentAction }));
  await user.until(sid, 'delivered');
  const path = `/_sandbox/people/${encodeURIComponent(ada)}/chats/${encodeURIComponent(`whatsapp:${user.number}`)}/messages`;
  const { data } = (await user.sandbox.request('GET', path)).read<{ data: { content: object }[] }>();
  expect(data.map(({ content }) => content)).toEqual([
    { type: 'location', location: { latitude: 37.7, longitude: -122.3, name: 'Twilio' } },
    { type: 'text', text: { body: 'Here' } },
  ]);
  expect(refusalOf(await user.send({ PersistentAction }))).toBe('400 20001');
  expect(refusalOf(await user.sendWhatsApp({ PersistentAction: 'geo:97,0' }))).toBe('400 20001');
});
