import { describe, expect, it } from 'vitest';
import type { SendOutcome } from './provider.ts';
import { RoundTrips } from './round-trips.ts';

const start = Temporal.Instant.from('2026-11-22T12:00:00Z');
const at = (seconds: number) => start.add({ seconds });
const accepted: SendOutcome = { outcome: 'accepted', providerMessageIds: ['wamid.1'] };
const silent: SendOutcome = { outcome: 'unknown', reason: 'no answer came in time' };

describe('the round trips of an account', () => {
  it('tell the share that was answered, how fast, and the last failure in words', () => {
    const trips = new RoundTrips();
    for (const ms of [30, 10, 20]) trips.record(accepted, ms, at(0), null);
    trips.record(silent, 20_000, at(20), null);
    expect(trips.facts(at(30))).toEqual({
      calls: 4,
      answered: 3,
      medianMs: 20,
      lastAnswerAt: at(0),
      lastFailure: { at: at(20), reason: 'no answer came in time' },
    });
  });

  it('count the last hundred, and none that is older than a quarter of an hour', () => {
    const trips = new RoundTrips();
    for (let calls = 0; calls < 100; calls += 1) trips.record(silent, 1, at(0), null);
    for (let calls = 0; calls < 40; calls += 1) trips.record(accepted, 1, at(600), null);
    expect(trips.facts(at(600))).toMatchObject({ calls: 100, answered: 40 });
    expect(trips.facts(at(901))).toMatchObject({ calls: 40, answered: 40 });
    expect(trips.facts(at(1_501))).toMatchObject({ calls: 0, answered: 0, medianMs: null });
  });

  it('a receipt is due since the first message that was accepted after the last webhook', () => {
    const trips = new RoundTrips();
    expect(trips.receiptDueSince(null)).toBeNull();
    trips.record(silent, 1, at(1), null);
    expect(trips.receiptDueSince(null)).toBeNull();
    trips.record(accepted, 1, at(2), null);
    trips.record(accepted, 1, at(5), null);
    expect(trips.receiptDueSince(null)).toEqual(at(2));
    expect(trips.receiptDueSince(at(1))).toEqual(at(2));
    expect(trips.receiptDueSince(at(3))).toBeNull();
    trips.record(accepted, 1, at(9), at(3));
    expect(trips.receiptDueSince(at(3))).toEqual(at(9));
  });
});
