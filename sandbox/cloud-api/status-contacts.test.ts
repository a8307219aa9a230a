import { expect, it } from 'vitest';
import { SandboxUser, eventually } from '#testing/sandbox-user.ts';
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
