import { verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { expect, it } from 'vitest';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver, isSignedBy } from '#testing/webhook-receiver.ts';
import { escapeJson } from './update.ts';

it('signs the exact bytes, with everything beyond ASCII and every slash escaped', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.write('+15550001111', { type: 'text', text: { body: 'Zoë 👋 a/b' } });
  const post = await eventually(() => receiver.posts[0]);
  expect(post.body.toString('latin1')).toContain(String.raw`Zo\u00eb \ud83d\udc4b a\/b`);
  expect(post.body.every((byte) => byte < 128)).toBe(true);
  expect(isSignedBy(post, user.account.app_secret)).toBe(true);
  const check = {
    appSecret: user.account.app_secret,
    rawBody: post.body,
    signatureHeader: post.signature ?? '',
  };
  expect(verifySignature(check)).toBe(true);
  expect(verifySignature({ ...check, rawBody: JSON.stringify(post.json) })).toBe(false);
  expect(receiver.elements('messages')[0]).toMatchObject({
    type: 'text',
    text: { body: 'Zoë 👋 a/b' },
    from: '15550001111',
  });
});

it('escapes so that the meaning stays', () => {
  const value = { text: 'a/b \u2028 é 👋 "q" \\ \n \u007f' };
  expect(JSON.parse(escapeJson(JSON.stringify(value)))).toEqual(value);
});

it('walks sent, delivered and read, with the callback data and the price', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const wamid = idOf(await user.sendHello({ biz_opaque_callback_data: 'a1:42' }));
  await eventually(() => receiver.statusesOf(wamid).includes('delivered') || undefined);
  await user.request('POST', `/_sandbox/people/15550001111/chats/${user.account.phone_number_id}/read`, {});
  await eventually(() => receiver.statusesOf(wamid).includes('read') || undefined);
  expect(receiver.statusesOf(wamid).toSorted()).toEqual(['delivered', 'read', 'sent']);
  const sent = receiver.elements('statuses').find((element) => element['status'] === 'sent');
  expect(sent).toMatchObject({
    recipient_id: '15550001111',
    biz_opaque_callback_data: 'a1:42',
    pricing: { billable: true, pricing_model: 'PMP', category: 'utility', type: 'regular' },
  });
  expect(sent).not.toHaveProperty('conversation');
  expect(await user.statusesOf(wamid)).toEqual(['sent', 'delivered', 'read']);
});

it('repeats a webhook until it is answered 200, with the same bytes', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  receiver.answers.push(500, 401, 204);
  await user.write('+15550001111', { type: 'text', text: { body: 'again' } });
  await eventually(() => (receiver.posts.length === 4 ? true : undefined));
  const [delivery] = await eventually(async () => {
    const { data } = (await user.request('GET', '/_sandbox/webhooks')).read<{
      data: { attempts: number; body: string; status: number }[];
    }>();
    return data.length > 0 ? data : undefined;
  });
  expect(delivery).toMatchObject({ attempts: 4, status: 200, delivered: true });
  expect(new Set(receiver.posts.map((post) => post.body.toString()))).toEqual(new Set([delivery?.body]));
});

it('a person known by username only is told of by user id, and can be answered by it', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const people = (await user.request('GET', '/_sandbox/people')).read<{
    data: { user_id: string; phone: string | null }[];
  }>();
  const grace = people.data.find((person) => person.phone === null);
  const userId = grace?.user_id ?? '';
  await user.write(userId, { type: 'text', text: { body: 'Hello' } });
  const inbound = await eventually(() => receiver.elements('messages')[0]);
  expect(inbound).toMatchObject({ from_user_id: userId });
  expect(inbound).not.toHaveProperty('from');
  const answer = await user.send({ to: undefined, recipient: userId, type: 'text', text: { body: 'Hi' } });
  expect(answer.json).toMatchObject({ contacts: [{ input: userId, user_id: userId }] });
  await eventually(() => receiver.statusesOf(idOf(answer)).includes('delivered') || undefined);
  const status = receiver.elements('statuses').find((element) => element['id'] === idOf(answer));
  expect(status).toMatchObject({ recipient_user_id: userId });
  expect(status).not.toHaveProperty('recipient_id');
});

it('refuses a callback that does not answer with the challenge', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const wrong = await user.request('POST', '/_sandbox/webhook', { url: receiver.address, verify_token: 'wrong' });
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('answered 403');
  const app = `${user.account.app_id}|${user.account.app_secret}`;
  const subscribe = (verifyToken: string) =>
    user.graph(
      'POST',
      `/v24.0/${user.account.app_id}/subscriptions`,
      {
        object: 'whatsapp_business_account',
        callback_url: receiver.address,
        verify_token: verifyToken,
        fields: 'messages',
      },
      app,
    );
  expect((await subscribe('wrong')).json).toMatchObject({ error: { code: 2200 } });
  expect((await subscribe(user.account.verify_token)).json).toEqual({ success: true });
});

it('tells after a restart what it had not told before', async () => {
  const first = await SandboxUser.start({ webhook_retry_seconds: [600] });
  const receiver = await WebhookReceiver.listen(first);
  receiver.answers.push(503);
  await first.write('+15550001111', { type: 'text', text: { body: 'remember' } });
  await eventually(() => (receiver.posts.length === 1 ? true : undefined));
  await first.stop();
  await using second = await SandboxUser.start({}, first.folder);
  expect(second.account).toMatchObject({
    access_token: first.account.access_token,
    app_secret: first.account.app_secret,
  });
  await eventually(() => (receiver.posts.length >= 2 ? true : undefined));
  expect(receiver.posts[1]?.body.equals(receiver.posts[0]?.body ?? Buffer.alloc(0))).toBe(true);
  await receiver[Symbol.asyncDispose]();
});

it('gathers many updates in one POST under load, and tells each once', async () => {
  await using user = await SandboxUser.start({ webhook_concurrency: 1, service_window: 'off' });
  await using receiver = await WebhookReceiver.listen(user);
  const sends = Array.from({ length: 200 }, (_, index) =>
    user.send({ to: `+1555100${String(1000 + index)}`, type: 'text', text: { body: `${index}` } }),
  );
  const wamids = (await Promise.all(sends)).map(idOf);
  await eventually(() => (receiver.elements('statuses').length >= 400 ? true : undefined));
  expect(receiver.elements('statuses')).toHaveLength(400);
  expect(receiver.posts.length).toBeLessThan(400);
  expect(receiver.posts.every((post) => isSignedBy(post, user.account.app_secret))).toBe(true);
  for (const wamid of wamids) expect(receiver.statusesOf(wamid)).toEqual(['sent', 'delivered']);
});
