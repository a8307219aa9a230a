import { expect, it } from 'vitest';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

interface Post {
  contacts: { user_id: string; profile: { username?: string } }[];
  statuses: { status: string }[];
}

async function toldOf(user: SandboxUser): Promise<Post[]> {
  await using receiver = await WebhookReceiver.listen(user);
  const made = await user.request('POST', '/_sandbox/people', { username: 'tess.k' });
  const { id, user_id: recipient } = made.read<{ id: string; user_id: string }>();
  expect((await user.write(id, { type: 'text', text: { body: 'Hi' } })).status).toBe(200);
  const sent = await user.send({ to: undefined, recipient, type: 'text', text: { body: 'Hello' } });
  expect(sent.status, sent.text).toBe(200);
  return await eventually(() => {
    const posts = receiver.values<Post>('messages').filter((value) => value.statuses !== undefined);
    return posts.flatMap((value) => value.statuses).length === 2 ? posts : undefined;
  });
}

it('tells the username with what reached the person, and not before', async () => {
  await using user = await SandboxUser.start({ webhook_batch: 1 });
  const posts = await toldOf(user);
  const names = posts.map((value) => [value.statuses[0]?.status ?? '', value.contacts[0]?.profile.username] as const);
  expect(Object.fromEntries(names)).toEqual({ sent: undefined, delivered: 'tess.k' });
});

it('names a person once in a post that tells of both', async () => {
  await using user = await SandboxUser.start({ webhook_batch: 100, webhook_concurrency: 1 });
  for (const { contacts, statuses } of await toldOf(user)) {
    expect(contacts).toHaveLength(1);
    const isDelivered = statuses.some(({ status }) => status === 'delivered');
    expect(contacts[0]?.profile.username).toBe(isDelivered ? 'tess.k' : undefined);
  }
});

it('an open chat may tell only that a message was read, with its price', async () => {
  await using user = await SandboxUser.start({ open_chat: 'read', webhook_version: 23, service_window: 'off' });
  await using receiver = await WebhookReceiver.listen(user);
  await user.request('POST', '/_sandbox/people', { phone: '+15550005555', auto_read: true });
  const wamid = idOf(await user.send({ to: '+15550005555', type: 'text', text: { body: 'Hello' } }));
  const statuses = await eventually(() => {
    const told = receiver.elements<Record<string, unknown>>('statuses').filter((each) => each['id'] === wamid);
    return told.some((each) => each['status'] === 'read') ? told : undefined;
  });
  expect(statuses.map((each) => each['status'])).toEqual(['sent', 'read']);
  expect(statuses[1]).toMatchObject({
    pricing: { billable: false, category: 'service' },
    conversation: { origin: { type: 'service' } },
  });
  expect(await user.statusesOf(wamid)).toEqual(['sent', 'delivered', 'read']);
});
