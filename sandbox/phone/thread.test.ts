import { describe, expect, it } from 'vitest';
import type { Message } from './api.ts';
import {
  emptyThread,
  isOnPhone,
  waitingOf,
  withArrival,
  withMessages,
  withPage,
  withProblem,
  withSent,
  withStatus,
  withUnsent,
} from './thread.ts';

function aMessage(change: Partial<Message> = {}): Message {
  return {
    id: 'wamid.1',
    from: 'business',
    person_id: 'person_1',
    phone_number_id: '1',
    at: '2026-11-22T10:00:00.000Z',
    content: { type: 'text', text: { body: 'Hi' } },
    context: null,
    status: 'sent',
    error: null,
    reactions: [],
    rendered: null,
    edited_at: null,
    deleted_at: null,
    ...change,
  };
}

describe('a chat on the phone', () => {
  it('shows a message of the business once it was delivered', () => {
    expect(isOnPhone(aMessage())).toBe(false);
    expect(isOnPhone(aMessage({ status: 'failed' }))).toBe(false);
    expect(isOnPhone(aMessage({ status: 'delivered' }))).toBe(true);
    expect(isOnPhone(aMessage({ from: 'person' }))).toBe(true);
  });

  it('keeps the order of time, whatever order messages come in, and each only once', () => {
    const late = aMessage({ id: 'wamid.2', at: '2026-11-22T10:01:00.000Z' });
    const thread = withPage(withMessages(emptyThread, [late]), { data: [aMessage(), late], has_more: true });
    expect(thread.messages.map(({ id }) => id)).toEqual(['wamid.1', 'wamid.2']);
    expect(thread.hasMore).toBe(true);
  });

  it('takes no status back when an event overtook the answer', () => {
    const read = withStatus(withMessages(emptyThread, [aMessage()]), 'wamid.1', 'read', null);
    expect(withStatus(read, 'wamid.1', 'delivered', null).messages[0]?.status).toBe('read');
    expect(withMessages(read, [aMessage({ status: 'delivered' })]).messages[0]?.status).toBe('read');
  });

  it('takes new content and reactions of a known message', () => {
    const thread = withMessages(withMessages(emptyThread, [aMessage()]), [
      aMessage({ reactions: [{ from: 'person', emoji: '👍' }] }),
    ]);
    expect(thread.messages[0]?.reactions).toHaveLength(1);
  });

  it('shows what was sent exactly once, whether the answer or the event comes first', () => {
    const unsent = { key: 'k', content: { type: 'text' }, at: '2026-11-22T10:00:00.000Z' };
    const message = aMessage({ from: 'person' });
    const answerFirst = withSent(withUnsent(emptyThread, unsent), 'k', 'wamid.1');
    expect(answerFirst.outbox).toHaveLength(1);
    expect(withMessages(answerFirst, [message])).toMatchObject({ outbox: [], messages: [message] });
    const eventFirst = withMessages(withUnsent(emptyThread, unsent), [message]);
    expect(withSent(eventFirst, 'k', 'wamid.1')).toMatchObject({ outbox: [], messages: [message] });
  });

  it('never shows twice what is told before it is answered, and shows it again when it was another one', () => {
    const unsent = { key: 'k', content: { type: 'text' }, at: '2026-11-22T10:00:00.000Z' };
    const sending = withUnsent(withUnsent(emptyThread, unsent), { ...unsent, key: 'k2' });
    const told = withArrival(sending, aMessage({ from: 'person' }));
    expect(waitingOf(told)).toMatchObject([{ key: 'k2' }]);
    // The same event again, as after a change of it, hides no other one.
    expect(waitingOf(withArrival(told, aMessage({ from: 'person' })))).toHaveLength(1);
    expect(withSent(told, 'k', 'wamid.1').outbox).toMatchObject([{ key: 'k2' }]);
    expect(waitingOf(withProblem(told, 'k', 'No.'))).toMatchObject([{ key: 'k', problem: 'No.' }, { key: 'k2' }]);
    expect(waitingOf(withArrival(sending, aMessage({ from: 'business' })))).toHaveLength(2);
  });

  it('keeps what could not be sent, with the reason', () => {
    const thread = withUnsent(emptyThread, { key: 'k', content: { type: 'text' }, at: '2026-11-22T10:00:00.000Z' });
    expect(withProblem(thread, 'k', 'No.').outbox).toMatchObject([{ key: 'k', problem: 'No.' }]);
  });
});
