import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccountBreaker } from '#channels/breaker.ts';
import { purposes } from './message.ts';
import { type Line, mostCounted, type OpenPlace } from './messages-store.ts';
import { waitRules, waitsFor } from './waits-for.ts';

const now = Temporal.Instant.from('2026-11-22T14:00:00Z');
const monotonicMs = 1_000_000;
const later = now.add({ seconds: 90 });
const queued = { purpose: 'transactional', status: 'queued' } as const;
const place = (changes: Partial<OpenPlace> = {}): OpenPlace => ({
  state: 'queued',
  dueAt: now.subtract({ seconds: 20 }),
  attemptNo: 0,
  dispatchingAt: null,
  unknownAt: null,
  hold: null,
  ...changes,
});
const account = (changes = {}) => ({
  paused: null,
  stopped: null,
  stoppedLanes: new Map<never, never>(),
  breaker: new AccountBreaker(),
  throughputPerSecond: 80,
  pairLimit: { burst: 45, secondsPerMessage: 6 },
  ...changes,
});
const line = (changes: Partial<Line> = {}): Line => ({
  before: 0,
  beforeToPerson: 0,
  hasEarlierUnknown: false,
  latelyToPerson: 0,
  now,
  ...changes,
});
const said = (...[of, where, by, row]: [typeof queued, OpenPlace, ReturnType<typeof account> | undefined, Line]) =>
  waitsFor(of, where, by, row, monotonicMs);

describe('what keeps a message is said by the first reason that does', () => {
  const silent = new AccountBreaker();
  for (let n = 0; n < 5; n += 1) silent.leave(monotonicMs).fail(monotonicMs);

  it.each([
    ['answer', place({ state: 'dispatching' }), account(), line()],
    ['receipt', place({ state: 'unknown' }), account(), line()],
    ['everything_stopped', place(), account({ stopped: { reason: 'Wrong price.' } }), line({ before: 3 })],
    [
      'lane_stopped',
      place(),
      account({ stoppedLanes: new Map([['transactional', { reason: 'Wrong price.' }]]) }),
      line(),
    ],
    ['sender_paused', place(), account({ paused: { reason: 'The token expired.', until: null } }), line()],
    ['retry', place({ dueAt: later, attemptNo: 2 }), account(), line()],
    ['scheduled', place({ dueAt: later }), account(), line()],
    [
      'scheduled',
      place({ dueAt: later }),
      account({ paused: { reason: 'The token expired.', until: null } }),
      line({ before: 3 }),
    ],
    ['sender_gone', place(), undefined, line()],
    ['provider_silent', place(), account({ breaker: silent }), line({ before: 3 })],
    ['earlier_unknown', place(), account(), line({ hasEarlierUnknown: true, before: 3 })],
    ['earlier_to_person', place(), account(), line({ before: 9, beforeToPerson: 4 })],
    ['person_limit', place(), account(), line({ latelyToPerson: 45 })],
    ['sender_line', place(), account(), line({ before: 1_234 })],
    ['turn', place(), account(), line()],
  ] as const)('%s', (rule, where, by, row) => {
    expect(said(queued, where, by as ReturnType<typeof account> | undefined, row).rule).toBe(rule);
  });

  it('a reason of a person is told in their words, and until when', () => {
    const paused = account({ paused: { reason: 'The token expired', until: later } });
    expect(said(queued, place(), paused, line())).toEqual({
      rule: 'sender_paused',
      detail: 'Its sender is paused: The token expired.',
      until: later,
    });
  });

  it('a message that is held has its decision beside it', () => {
    const held = { purpose: 'marketing', status: 'held' } as const;
    expect(waitsFor(held, place({ hold: {}, dueAt: null }), account(), line(), monotonicMs)).toMatchObject({
      rule: 'held',
      until: null,
    });
  });

  it('a line is counted, and a long one not to its end', () => {
    expect(said(queued, place(), account(), line({ before: 1_234 })).detail).toBe(
      'Before it: 1,234 messages of its sender for this purpose. The sender may send 80 a second.',
    );
    expect(said(queued, place(), account(), line({ before: mostCounted })).detail).toContain(
      'more than 10,000 messages',
    );
    expect(said(queued, place(), account(), line({ before: 1, beforeToPerson: 1 })).detail).toBe(
      'Before it: one message to the same person. One person gets 45 at once, and then one every 6 s.',
    );
    const noLimit = account({ pairLimit: null });
    expect(said(queued, place(), noLimit, line({ before: 1, beforeToPerson: 1 })).detail).toBe(
      'Before it: one message to the same person.',
    );
  });
});

it('every message that has a place has a reason', () => {
  const instants = fc.option(fc.integer({ min: -1e6, max: 1e6 }).map((seconds) => now.add({ seconds })));
  const counts = fc.nat(mostCounted);
  fc.assert(
    fc.property(
      fc.constantFrom(...purposes),
      fc.constantFrom('queued', 'held', 'scheduled', 'dispatching', 'unknown'),
      fc.record({ state: fc.constantFrom('queued', 'dispatching', 'unknown'), dueAt: instants, attemptNo: fc.nat(8) }),
      fc.option(fc.record({ isPaused: fc.boolean(), isStopped: fc.boolean(), hasLimit: fc.boolean() })),
      fc.record({ before: counts, beforeToPerson: counts, hasEarlierUnknown: fc.boolean(), latelyToPerson: counts }),
      (purpose, status, at, by, row) => {
        const sender = by
          ? account({
              paused: by.isPaused ? { reason: 'x', until: null } : null,
              stopped: by.isStopped ? { reason: 'x' } : null,
              ...(by.hasLimit ? {} : { pairLimit: null }),
            })
          : undefined;
        const reason = waitsFor({ purpose, status }, place(at), sender, line(row), monotonicMs);
        expect(waitRules).toContain(reason.rule);
        expect(reason.detail).toMatch(/^[A-Z].*\.$/);
      },
    ),
  );
});
