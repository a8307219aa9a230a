import { expect, it } from 'vitest';
import type { Call } from './api.ts';
import { callWords, isCallOnPhone } from './call-words.ts';

const aCall = (changes: Partial<Call> = {}): Call => ({
  id: 'wacid.1',
  phone_number_id: '1',
  person_id: 'person_1',
  direction: 'BUSINESS_INITIATED',
  state: 'ringing',
  started_at: '2026-11-02T10:00:00Z',
  connected_at: null,
  ended_at: null,
  ...changes,
});
const ended = { state: 'ended', ended_at: '2026-11-02T10:01:15Z' } as const;
const outgoing = { direction: 'USER_INITIATED' } as const;

it.each([
  [aCall(), 'Incoming voice call', 'Ringing …'],
  [aCall(outgoing), 'Outgoing voice call', 'Ringing …'],
  [aCall({ state: 'connected', connected_at: '2026-11-02T10:00:05Z' }), 'Incoming voice call', 'Connected'],
  [aCall({ ...ended, connected_at: '2026-11-02T10:00:10Z' }), 'Incoming voice call', 'Ended after 1 min 5 s'],
  [aCall({ ...ended, connected_at: '2026-11-02T10:01:12Z' }), 'Incoming voice call', 'Ended after 3 s'],
  [aCall(ended), 'Missed voice call', 'Nobody answered'],
  [aCall({ ...ended, is_rejected: true }), 'Incoming voice call', 'You declined'],
  [aCall({ ...ended, ...outgoing }), 'Outgoing voice call', 'No answer'],
  [aCall({ ...ended, ...outgoing, is_rejected: true }), 'Outgoing voice call', 'The business declined'],
])('each call says what became of it: %#', (call, title, detail) => {
  expect(callWords(call)).toEqual({ title, detail });
});

it('a phone without a connection does not ring, and hears afterwards what it missed', () => {
  expect(isCallOnPhone(aCall(), false)).toBe(false);
  expect(isCallOnPhone(aCall(), true)).toBe(true);
  expect(isCallOnPhone(aCall(ended), false)).toBe(true);
});
