import { expect, it } from 'vitest';
import { aMessageRequest, MessagePath } from '#testing/message-path.ts';

const { database, path: flood } = await MessagePath.ofFile();

it('a workspace that floods with batches of a thousand fills its own room, and the single messages of another are accepted meanwhile', async () => {
  const other = await MessagePath.open(database);
  const acceptor = flood.acceptor();
  const batch = Array.from({ length: 1_000 }, (_, n) => aMessageRequest({ to: `+1555001${1_000 + n}` }));
  let accepted = 0;
  const refusals: unknown[] = [];
  const batches = Array.from({ length: 12 }, async () => {
    try {
      await flood.accept(batch, { acceptor });
      accepted += 1;
    } catch (error) {
      refusals.push(error);
    }
  });
  const before: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    await other.accept(aMessageRequest(), { acceptor });
    before.push(accepted);
  }
  await Promise.all(batches);

  // At most one batch stands before each of them: the one that is being written when it comes.
  before.forEach((count, n) => expect(count).toBeLessThanOrEqual(n + 2));
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'overloaded', status: 503 });
  expect(accepted + refusals.length).toBe(12);
});

it('a one-time code is accepted before the batches of its own workspace', async () => {
  const acceptor = flood.acceptor();
  const batch = Array.from({ length: 1_000 }, (_, n) => aMessageRequest({ to: `+1555001${1_000 + n}` }));
  const order: string[] = [];
  const batches = Array.from({ length: 4 }, () => flood.accept(batch, { acceptor }).then(() => order.push('batch')));
  await flood.accept(aMessageRequest({ purpose: 'authentication' }), { acceptor }).then(() => order.push('code'));
  await Promise.all(batches);
  expect(order.indexOf('code')).toBeLessThanOrEqual(1);
  expect(order).toHaveLength(5);
});
