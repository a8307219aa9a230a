import { describe, expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { MessagePath } from '#testing/message-path.ts';
import type { Purpose } from './message.ts';
import { settleBatch } from './outbox/outbox-store.ts';
import { decideUnknown, type UnknownMessage } from './outbox/unknown-store.ts';
import { judgeUnknown, reconcileUnknown } from './reconcile.ts';

const { database, path } = await MessagePath.ofFile();

describe('what becomes of an unknown outcome', () => {
  const unknown = (changes: Partial<UnknownMessage>): UnknownMessage => ({
    workspaceId: 'w',
    messageId: 'm',
    senderId: 's',
    contactId: 'c',
    lane: 'transactional',
    attemptNo: 1,
    unknownSeconds: 0,
    dispatchedSecondsAgo: 0,
    laterReceiptSeen: false,
    alreadyResent: false,
    rerouting: null,
    ...changes,
  });
  const rows: [lane: Purpose, seconds: number, alreadyResent: boolean, next: 'resend' | 'give_up' | null][] = [
    ['authentication', 29, false, null],
    ['authentication', 30, false, 'resend'],
    ['authentication', 31, true, 'give_up'],
    ['transactional', 899, false, null],
    ['transactional', 900, false, 'give_up'],
    ['service', 899, false, null],
    ['service', 900, false, 'give_up'],
    ['marketing', 899, false, null],
    ['marketing', 900, false, 'give_up'],
  ];
  it.each(rows)('%s after %i seconds, sent again before: %s, is: %s', (lane, seconds, alreadyResent, next) => {
    const verdict = judgeUnknown(
      unknown({ lane, unknownSeconds: seconds, dispatchedSecondsAgo: seconds, alreadyResent }),
    );
    expect(verdict?.next ?? null).toBe(next);
  });

  it('a receipt of a later message is evidence only after a quarter of an hour', () => {
    const late = unknown({ unknownSeconds: 900, dispatchedSecondsAgo: 901, laterReceiptSeen: true });
    expect(judgeUnknown(late)).toMatchObject({ next: 'give_up', presumedNotAccepted: true });
    const code = unknown({
      lane: 'authentication',
      unknownSeconds: 31,
      dispatchedSecondsAgo: 31,
      laterReceiptSeen: true,
    });
    expect(judgeUnknown(code)).toMatchObject({ next: 'resend', presumedNotAccepted: false });
  });
});

/** A message whose outcome has been unknown for so long. */
async function unknownFor(seconds: number, purpose: Purpose = 'transactional'): Promise<string> {
  const id = await path.send({ purpose });
  await path.mark([id]);
  await settleBatch(path.worker, [await path.settlement(id, { next: 'unknown' })]);
  await database.db.query(
    sql`update outbox set unknown_at = now() - make_interval(secs => ${seconds}), dispatching_at = now() - make_interval(secs => ${seconds})
        where message_id = ${id}::uuid`,
  );
  return id;
}

it('F24: without a receipt a message is given up after a quarter of an hour, as a dead letter of an unknown outcome', async () => {
  const [young, old] = [await unknownFor(800), await unknownFor(901)];
  expect(await reconcileUnknown(path.worker)).toEqual({ resent: 0, givenUp: 1 });
  expect(await path.state(young)).toMatchObject({ place: 'unknown' });
  expect(await path.state(old)).toMatchObject({
    place: null,
    status: 'unknown_final',
    letter: 'open',
    outcomes: ['unknown'],
  });
});

it('a one-time code goes out once more, and only once', async () => {
  const id = await unknownFor(31, 'authentication');
  expect(await reconcileUnknown(path.worker)).toMatchObject({ resent: 1 });
  expect(await path.state(id)).toMatchObject({ place: 'queued', attemptNo: 1, events: ['resend'] });
  expect(await path.mark([id])).toMatchObject([{ attemptNo: 2 }]);
  await settleBatch(path.worker, [await path.settlement(id, { attemptNo: 2, next: 'unknown' })]);
  await database.db.query(
    sql`update outbox set unknown_at = now() - interval '31 seconds' where message_id = ${id}::uuid`,
  );
  expect(await reconcileUnknown(path.worker)).toMatchObject({ resent: 0, givenUp: 1 });
  expect(await path.state(id)).toMatchObject({ place: null, status: 'unknown_final' });
});

it('what has time left by the rule of its lane takes no place from a one-time code whose time is over', async () => {
  const waiting = await Promise.all([600, 700, 800].map((seconds) => unknownFor(seconds)));
  const code = await unknownFor(31, 'authentication');
  expect(await reconcileUnknown(path.worker, 2)).toEqual({ resent: 1, givenUp: 0 });
  expect(await path.state(code)).toMatchObject({ place: 'queued' });
  for (const id of waiting) expect(await path.state(id)).toMatchObject({ place: 'unknown' });
});

it('of those whose time is over, the one that was due first comes first, whatever its lane', async () => {
  const [later, first] = [await unknownFor(905), await unknownFor(60, 'authentication')];
  expect(await reconcileUnknown(path.worker, 1)).toEqual({ resent: 1, givenUp: 0 });
  expect(await path.state(first)).toMatchObject({ place: 'queued' });
  expect(await path.state(later)).toMatchObject({ place: 'unknown' });
  expect(await reconcileUnknown(path.worker, 1)).toEqual({ resent: 0, givenUp: 1 });
});

it('a decision about an attempt that was settled meanwhile changes nothing', async () => {
  const id = await unknownFor(901);
  await settleBatch(path.worker, [await path.settlement(id)]);
  const decision = {
    workspaceId: path.workspaceId,
    messageId: id,
    attemptNo: 1,
    next: 'give_up' as const,
    presumedNotAccepted: false,
    resolvedBy: 'watermark' as const,
    eventId: crypto.randomUUID(),
    detail: {},
  };
  expect(await decideUnknown(path.worker, [decision])).toEqual([]);
  expect(await path.state(id)).toMatchObject({ status: 'accepted', letter: null, events: [] });
});
