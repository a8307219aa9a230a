import { expect, it, vi } from 'vitest';
import { consumeOnce } from '#queue/log.ts';
import { anInboundText, MessagePath } from '#testing/message-path.ts';
import { conversationsGroup, getConversation, pageConversations } from './conversations.ts';

const { database, path } = await MessagePath.ofFile();

const page = (before: { at: string; id: string } | null = null, limit = 50) =>
  pageConversations(path.request, path.workspaceId, before, limit);

/** Reads the log until the conversations show what is expected. */
async function follow(check: () => Promise<void>): Promise<void> {
  await vi.waitFor(
    async () => {
      await consumeOnce(path.worker, conversationsGroup);
      await check();
    },
    { timeout: 10_000, interval: 10 },
  );
}

it('a conversation shows the last word between a sender and a contact, and the window', async () => {
  await path.send({ to: '+15550004444' });
  await path.deliver(anInboundText('Hi', { from: '15550004444' }), anInboundText('There', { from: '15550004444' }));
  await follow(async () => {
    expect(await page()).toMatchObject([{ contactName: 'Ada', lastDirection: 'inbound' }]);
  });
  const [conversation] = await page();
  expect(conversation?.windowExpiresAt).not.toBeNull();
  expect(await getConversation(path.request, path.workspaceId, conversation?.id ?? '')).toEqual(conversation);
});

it('two senders of one contact are two conversations', async () => {
  const two = await MessagePath.open(database, ['301', '302']);
  for (const account of two.accounts) await two.send({ to: '+15550005555', sender_id: account.senderId });
  await follow(async () => {
    expect(await pageConversations(two.request, two.workspaceId, null, 50)).toHaveLength(2);
  });
});

it('pages have each conversation once, the one that spoke last first', async () => {
  const many = await MessagePath.open(database);
  for (let n = 0; n < 5; n += 1) await many.send({ to: `+1555400000${n}` });
  await follow(async () => {
    expect(await pageConversations(many.request, many.workspaceId, null, 50)).toHaveLength(5);
  });
  const seen: string[] = [];
  for (let before: { at: string; id: string } | null = null; ; ) {
    const [one] = await pageConversations(many.request, many.workspaceId, before, 1);
    if (!one) break;
    seen.push(one.id);
    before = { at: one.activeAt.toString(), id: one.id };
  }
  expect(new Set(seen).size).toBe(5);
});

it('of another workspace is not found', async () => {
  const stranger = await MessagePath.open(database);
  const [conversation] = await page();
  await expect(getConversation(stranger.request, stranger.workspaceId, conversation?.id ?? '')).rejects.toMatchObject({
    code: 'not_found',
  });
});
