import { expect, it } from 'vitest';
import { LinkedNumber } from '#testing/linked-number.ts';
import { SandboxUser } from '#testing/sandbox-user.ts';

it('a message that was taken is answered with a word, not a boolean, and a small growing number', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const answers = [];
  for (const body of ['one', 'two']) {
    answers.push(await number.post('messages/chat', { to: '+15550001111', body, referenceId: `job:${body}` }));
  }
  expect(answers.map(({ status, text }) => [status, text])).toEqual([
    [200, '{"sent":"true","message":"ok","id":1}'],
    [200, '{"sent":"true","message":"ok","id":2}'],
  ]);
  expect(await user.ledger()).toMatchObject([
    {
      provider: 'ultramsg',
      sender: number.id,
      to: '+15550001111',
      type: 'chat',
      body: { to: '+15550001111', body: 'one', referenceId: 'job:one' },
      callback_data: 'job:one',
      provider_message_id: '1',
      outcome: 'accepted',
    },
    { callback_data: 'job:two', provider_message_id: '2' },
  ]);
  expect(JSON.stringify(await user.ledger())).not.toContain(number.token);
});

it('takes the token in query, form or JSON, and the id with and without its word', async () => {
  await using user = await SandboxUser.start();
  const { id, token } = await LinkedNumber.of(user);
  const said = { to: '15550001111', body: 'Hello', priority: 5 };
  const path = (instance: string) => `/ultramsg/${instance}/messages/chat`;
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const answers = [
    await user.request('POST', `${path(id)}?token=${token}`, said),
    await user.request('POST', path(id), { ...said, token }),
    await user.request('POST', path(id.replace('instance', '')), { ...said, token }),
    await user.request('POST', path(id), `token=${token}&to=15550001111@c.us&body=Hello`, form),
    await user.request('POST', `${path(id)}?token=${token}&to=%2B15550001111&body=Hello`),
  ];
  expect(answers.map(({ text }) => text)).toEqual(
    [1, 2, 3, 4, 5].map((count) => `{"sent":"true","message":"ok","id":${count}}`),
  );
  expect((await user.ledger()).map(({ sender }) => sender)).toEqual(Array<string>(5).fill(id));
});

it('says what is missing as a list of objects with one key, with the status 200', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const answer = await number.post('messages/chat');
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({ error: [{ to: 'is required' }, { body: 'is required' }] });
  const location = await number.post('messages/location', { to: '1555', lat: 'north', lng: '200', priority: 'high' });
  expect(location.json).toEqual({
    error: [
      { address: 'is required' },
      { priority: 'must be an integer' },
      { lat: 'is invalid' },
      { lng: 'is invalid' },
    ],
  });
  await user.request('POST', '/_sandbox/settings', { ultramsg_error_status: 400 });
  expect((await number.post('messages/chat')).status).toBe(400);
  expect((await user.ledger()).map(({ outcome }) => outcome)).toEqual(Array<string>(3).fill('rejected:validation'));
});

it('a multipart form says nothing to a send, and is read by an upload', async () => {
  await using user = await SandboxUser.start();
  const { id, token } = await LinkedNumber.of(user);
  const part = (name: string, value: string, more = '') =>
    `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  const body = `${part('to', '15550001111')}${part('body', 'Hello')}--x--\r\n`;
  const sent = await user.request('POST', `/ultramsg/${id}/messages/chat?token=${token}`, body, headers);
  expect(sent.json).toEqual({ error: [{ to: 'is required' }, { body: 'is required' }] });

  const upload = `${part('token', token)}${part('file', '%PDF-1.4 x', '; filename="a.pdf"')}--x--\r\n`;
  const uploaded = await user.request('POST', `/ultramsg/${id}/media/upload`, upload, headers);
  const { success: address } = uploaded.read<{ success: string }>();
  expect(address).toMatch(/\/ultramsgmedia\/\d{4}\/\d{1,2}\/1150\/[0-9a-f]{32}$/);
  const path = new URL(address).pathname;
  const file = await user.request('GET', path);
  expect([file.status, file.headers['content-type'], file.text]).toEqual([200, 'application/pdf', '%PDF-1.4 x']);
  const removed = await user.request('POST', `/ultramsg/${id}/media/delete`, { token, url: address });
  expect(removed.json).toEqual({ success: 'done' });
  expect((await user.request('GET', path)).status).toBe(404);
});

it('an unknown instance is a 404, a wrong token and an unpaid bill are told in words', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const said = { to: '15550001111', body: 'Hello' };
  const unknown = await user.request('POST', '/ultramsg/instance7/messages/chat', { token: number.token, ...said });
  expect([unknown.status, unknown.json]).toEqual([404, { error: 'Instance not found' }]);
  const wrong = await number.post('messages/chat', { ...said, token: 'wrong' });
  expect([wrong.status, wrong.json]).toEqual([200, { error: 'Wrong token. Please provide token as a GET parameter.' }]);
  await number.change({ paid: false });
  expect((await number.post('messages/chat', said)).text).toContain('Stopped due to non-payment');
  expect((await user.ledger()).map(({ outcome }) => outcome)).toEqual([
    'rejected:instance_not_found',
    'rejected:wrong_token',
    'rejected:non_payment',
  ]);
});

it('refuses what is too long, no number, or a file of another kind', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const to = '15550001111';
  const refused = async (kind: string, parameters: Record<string, string>) =>
    (await number.post(`messages/${kind}`, { to, ...parameters })).json as unknown;
  expect(await refused('chat', { body: 'é'.repeat(4096) })).toMatchObject({ sent: 'true' });
  expect(await refused('chat', { body: 'é'.repeat(4097) })).toEqual({
    error: [{ body: 'must be at most 4096 characters' }],
  });
  expect(await refused('chat', { to: 'nobody', body: 'x' })).toEqual({ sent: 'false', message: 'invalid number' });
  expect(await refused('voice', { audio: 'https://example.com/a.mp3' })).toEqual({
    sent: 'false',
    message: 'file extension not supported',
  });
  expect(await refused('audio', { audio: 'https://example.com/a.mp3' })).toMatchObject({ sent: 'true' });
  expect(await refused('image', { image: 'not base64!' })).toEqual({ sent: 'false', message: 'media not found' });
  expect(await refused('image', { image: '/9j/'.repeat(2_500_001) })).toEqual({
    sent: 'false',
    message: 'file too large',
  });
  expect(await refused('document', { document: 'https://example.com/a' })).toEqual({
    error: [{ filename: 'is required' }],
  });
  expect(await refused('reaction', { msgId: 'true_1@c.us_0', emoji: '👍' })).toEqual({
    sent: 'false',
    message: 'message not found',
  });
});

it('each kind reaches the phone as what it is, a file in base64 with its bytes', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
  const kinds: [string, Record<string, string>, unknown][] = [
    ['chat', { body: 'Hello' }, { type: 'text', text: { body: 'Hello' } }],
    ['image', { image: 'https://example.com/a.png', caption: 'A' }, { type: 'image', image: { caption: 'A' } }],
    ['sticker', { sticker: 'https://example.com/a.webp' }, { type: 'sticker' }],
    [
      'document',
      { document: 'https://example.com/a.pdf', filename: 'a.pdf' },
      { type: 'document', document: { filename: 'a.pdf' } },
    ],
    ['audio', { audio: 'https://example.com/a.mp3' }, { type: 'audio' }],
    ['voice', { audio: 'https://example.com/a.ogg' }, { type: 'audio', audio: { voice: true } }],
    ['video', { video: 'https://example.com/a.mp4' }, { type: 'video' }],
    ['link', { link: 'https://example.com/' }, { type: 'text', text: { body: 'https://example.com/' } }],
    ['contact', { contact: '15550002222@c.us,15550003333@c.us' }, { type: 'contacts', contacts: [{}, {}] }],
    [
      'location',
      { address: 'Here\n1 Way', lat: '25.2', lng: '55.27' },
      { type: 'location', location: { latitude: 25.2, longitude: 55.27, name: 'Here', address: '1 Way' } },
    ],
    [
      'vcard',
      { vcard: 'BEGIN:VCARD\nVERSION:3.0\nFN:Bo\nTEL;TYPE=CELL:+1 555\nEND:VCARD' },
      { type: 'contacts', contacts: [{ name: { formatted_name: 'Bo' }, phones: [{ phone: '+1 555' }] }] },
    ],
    ['image', { image: png.toString('base64') }, { type: 'image', image: {} }],
  ];
  for (const [kind, parameters] of kinds) {
    const answer = await number.post(`messages/${kind}`, { to: '15550001111', ...parameters });
    expect(answer.json, kind).toMatchObject({ sent: 'true' });
  }
  const shown = await user.request('GET', `/_sandbox/people/15550001111/chats/${number.id}/messages`);
  const { data } = shown.read<{ data: { content: unknown; media: { url: string } | null }[] }>();
  expect(data.map(({ content }) => content)).toMatchObject(kinds.map(([, , content]) => content));
  const file = await user.request('GET', data.at(-1)?.media?.url ?? '');
  expect(file.headers['content-type']).toBe('image/png');
  expect(file.text).toBe(png.toString('utf8'));
});

it('a reaction and a deletion change the message that they name', async () => {
  await using user = await SandboxUser.start();
  await using number = await LinkedNumber.of(user);
  await number.listen();
  const asked = await number.write('15550001111', { type: 'text', text: { body: 'Well?' } });
  const [question] = asked.read<{ messages: { id: string }[] }>().messages;
  expect((await number.post('messages/reaction', { msgId: question?.id ?? '', emoji: '👍' })).json).toMatchObject({
    sent: 'true',
  });
  await number.say('Yes', { msgId: question?.id ?? '' });
  const answer = String(number.events('message_create')[0]?.data['id']);
  expect((await number.post('messages/delete', { msgId: answer })).json).toEqual({ success: 'done' });
  const shown = await user.request('GET', `/_sandbox/people/15550001111/chats/${number.id}/messages`);
  expect(shown.json).toMatchObject({
    data: [
      { id: question?.id, reactions: [{ from: 'business', emoji: '👍' }] },
      { id: answer, context: { message_id: question?.id }, deleted_at: expect.any(String) as string },
    ],
  });
});

it('rules for faults hold for its sends, in its own words', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const say = () => number.post('messages/chat', { to: '15550001111', body: 'x', referenceId: 'job:1' });
  const match = { provider: 'ultramsg', times: 1, callback_prefix: 'job:' };
  await user.fail({ kind: 'http', http_status: 503, body: 'html' }, match);
  expect((await say()).status).toBe(503);
  await user.fail({ kind: 'error', code: 1, details: 'Out of order' }, match);
  const refused = await say();
  expect([refused.status, refused.json]).toEqual([200, { error: 'Out of order' }]);
  await user.fail({ kind: 'garbage', variant: 'no_id' }, match);
  expect((await say()).json).toEqual({ sent: 'true', message: 'ok' });
  await user.fail({ kind: 'accept_then_reset' }, match);
  await expect(say()).rejects.toThrow();
  await user.fail({ kind: 'reset_after_bytes', bytes: 10 }, { provider: 'ultramsg', times: 1 });
  await expect(say()).rejects.toThrow();
  await user.fail({ kind: 'duplicate_acceptance' }, match);
  expect((await say()).json).toMatchObject({ sent: 'true' });
  expect((await user.ledger()).map(({ outcome }) => outcome)).toEqual([
    'dropped:http',
    'rejected:1',
    'accepted',
    'accepted',
    'accepted',
  ]);
  // Taken although it was not told; the last one twice.
  expect(await number.list({ referenceId: 'job:1' })).toHaveLength(4);

  await user.fail({ kind: 'error', code: 1, details: 'Not now' }, { method: 'GET', path: '/messages', times: 1 });
  expect((await number.get('messages')).json).toEqual({ error: 'Not now' });
});

it('one reference may be used again unless the settings say otherwise', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const twice = async () => [await number.say('a', { referenceId: 'r' }), await number.say('b', { referenceId: 'r' })];
  expect(await twice()).toEqual([1, 2]);
  await user.request('POST', '/_sandbox/settings', { ultramsg_references: 'unique' });
  expect(await twice()).toEqual([1, 1]);
});
