import { expect, it } from 'vitest';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver, isSignedBy } from '#testing/webhook-receiver.ts';

async function writeTexts(user: SandboxUser, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await user.write('+15550001111', { type: 'text', text: { body: String(number) } });
  }
}

const textsOf = (receiver: WebhookReceiver) =>
  receiver.elements<{ text: { body: string } }>('messages').map((element) => element.text.body);

it('loses a webhook for good', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.fail({ kind: 'webhook_lost' }, { status: 'sent' });
  const wamid = idOf(await user.sendHello());
  await eventually(() => (receiver.statusesOf(wamid).length > 0 ? true : undefined));
  expect(receiver.statusesOf(wamid)).toEqual(['delivered']);
  expect(await user.statusesOf(wamid)).toEqual(['sent', 'delivered']);
});

it('tells a webhook late, by the sandbox’s own clock', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.fail({ kind: 'webhook_late', ms: 86_000_000 }, { status: 'sent' });
  const wamid = idOf(await user.sendHello());
  await eventually(() => (receiver.statusesOf(wamid).length > 0 ? true : undefined));
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 86_001 });
  await eventually(() => (receiver.statusesOf(wamid).length > 1 ? true : undefined));
  expect(receiver.statusesOf(wamid)).toEqual(['delivered', 'sent']);
});

it('F40: doubles, shuffles and re-batches without losing any', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.fail({ kind: 'webhook_doubled', times: 3 }, { field: 'messages', times: 1 });
  await writeTexts(user, 1);
  await eventually(() => (textsOf(receiver).length === 3 ? true : undefined));
  await user.request('DELETE', '/_sandbox/faults');
  await user.fail({ kind: 'webhook_shuffled', window: 20 });
  await writeTexts(user, 20);
  await eventually(() => (textsOf(receiver).length === 23 ? true : undefined));
  const order = textsOf(receiver).slice(3);
  expect(order.toSorted((one, other) => Number(one) - Number(other))).toEqual(
    Array.from({ length: 20 }, (_, index) => String(index)),
  );
  expect(order).not.toEqual(Array.from({ length: 20 }, (_, index) => String(index)));
  await user.request('DELETE', '/_sandbox/faults');
  await user.fail({ kind: 'webhook_rebatched', size: 4 });
  await writeTexts(user, 4);
  await eventually(() => (textsOf(receiver).length === 29 ? true : undefined));
  expect(new Set(textsOf(receiver).slice(23)).size).toBe(4);
});

it.each(['webhook_wrong_signature', 'webhook_unsigned', 'webhook_truncated'])(
  'F46: %s, and then the good one',
  async (kind) => {
    await using user = await SandboxUser.start();
    await using receiver = await WebhookReceiver.listen(user);
    receiver.answers.push(401);
    await user.fail({ kind }, { times: 1 });
    await writeTexts(user, 1);
    await eventually(() => (receiver.posts.length === 2 ? true : undefined));
    expect(receiver.posts.map((post) => isSignedBy(post, user.account.app_secret))).toEqual([false, true]);
    expect(receiver.elements('messages').at(-1)).toMatchObject({ text: { body: '0' } });
  },
);

it('sends a body without an end, gives up, and then sends the good one', async () => {
  await using user = await SandboxUser.start({ webhook_timeout_seconds: 0.3 });
  await using receiver = await WebhookReceiver.listen(user);
  await user.fail({ kind: 'webhook_endless' }, { times: 1 });
  await writeTexts(user, 1);
  await eventually(() => (receiver.posts.length > 0 ? true : undefined));
  expect(textsOf(receiver)).toEqual(['0']);
});

it('F43, F44: adds the status of a stranger’s message, and an element that is broken', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.fail({ kind: 'webhook_unknown_wamid' }, { times: 1 });
  await user.fail({ kind: 'webhook_poison' }, { times: 1 });
  await writeTexts(user, 2);
  await eventually(() => (textsOf(receiver).length === 2 ? true : undefined));
  expect(receiver.posts).toHaveLength(2);
  const [stranger, poison] = receiver.elements('statuses');
  expect(stranger).toMatchObject({ status: 'delivered', recipient_id: '15550000000' });
  expect(poison).toMatchObject({ status: 7 });
});

it('F45: mixes an account that the business does not know into the same POST', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.fail({ kind: 'webhook_foreign_number' }, { times: 1 });
  await writeTexts(user, 1);
  const post = await eventually(() => receiver.posts[0]);
  expect(post.json?.entry.map((entry) => entry.id)).toEqual(['100000000000001', user.account.waba_id]);
  expect(textsOf(receiver)).toEqual(['0', '0']);
});

it('F39: a storm of a thousand messages is told whole', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const answer = await user.request('POST', '/_sandbox/storm', { count: 1000, people: 30 });
  expect(answer.json).toEqual({ written: 1000 });
  await eventually(() => (textsOf(receiver).length === 1000 ? true : undefined));
  expect(new Set(textsOf(receiver)).size).toBe(1000);
  expect(receiver.posts.length).toBeLessThan(1000);
});
