import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveBucket, PairBucket, rampShare } from './buckets.ts';

describe('the bucket of a sender', () => {
  it('lets the configured rate through, however often it is asked', () => {
    const bucket = new AdaptiveBucket(80, 0);
    let sent = 0;
    for (let now = 0; now <= 10_000; now += 7) {
      const count = bucket.available(now);
      bucket.take(count, count);
      sent += count;
    }
    expect(sent).toBeGreaterThanOrEqual(798);
    expect(sent).toBeLessThanOrEqual(810);
  });

  it('halves its rate once for the refusals of one burst, and finds back', () => {
    const bucket = new AdaptiveBucket(80, 0);
    for (let i = 0; i < 50; i += 1) bucket.slowDown(100, 1000);
    expect(bucket.ratePerSecond).toBeGreaterThanOrEqual(40);
    expect(bucket.available(1000)).toBe(0);
    expect(bucket.waitMs(1000)).toBeGreaterThanOrEqual(100);
    bucket.available(1100);
    bucket.available(40_000);
    expect(bucket.ratePerSecond).toBe(80);
  });
});

describe('F37: the ramp behind an outage', () => {
  const minute = 60_000;
  /** Takes all that may go at each step; gives how many went. */
  function drain(bucket: AdaptiveBucket, from: number, to: number, stepMs: number, patient: boolean): number {
    let sent = 0;
    for (let now = from; now < to; now += stepMs) {
      const count = Math.min(bucket.available(now), patient ? bucket.availableToPatient(now) : Infinity);
      bucket.take(count, patient ? count : 0);
      sent += count;
    }
    return sent;
  }
  const rates = fc.integer({ min: 10, max: 1_000 });
  const steps = fc.integer({ min: 3, max: 20 });

  it('what can wait begins at a tenth of the rate and gains a tenth a minute, whatever the rate and however often one asks', () => {
    fc.assert(
      fc.property(rates, steps, fc.integer({ min: 0, max: 100_000 }), (rate, stepMs, start) => {
        const bucket = new AdaptiveBucket(rate, 0);
        bucket.ramp(start);
        for (let passed = 0; passed < 9; passed += 1) {
          const from = start + passed * minute;
          const sent = drain(bucket, from, from + minute, stepMs, true);
          expect(sent).toBeLessThanOrEqual(60 * rate * (0.1 * (passed + 2)) + 1 + rate / 10);
          // A token that is full before one looks again is lost, as it is without a ramp.
          expect(sent).toBeGreaterThanOrEqual(60 * rate * 0.1 * (passed + 1) * 0.8 - 1);
        }
        expect(bucket.availableToPatient(start + 9 * minute)).toBe(Number.POSITIVE_INFINITY);
      }),
      { numRuns: 15 },
    );
  });

  it('one-time codes go as if there were no ramp', () => {
    fc.assert(
      fc.property(rates, steps, (rate, stepMs) => {
        const [ramped, free] = [new AdaptiveBucket(rate, 0), new AdaptiveBucket(rate, 0)];
        ramped.ramp(0);
        expect(drain(ramped, 0, minute, stepMs, false)).toBe(drain(free, 0, minute, stepMs, false));
      }),
      { numRuns: 15 },
    );
  });

  it('is steady: the share only grows, from a tenth to all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 * minute }), fc.integer({ min: 0, max: minute }), (at, more) => {
        expect(rampShare(at + more)).toBeGreaterThanOrEqual(rampShare(at));
        expect(rampShare(at)).toBeGreaterThanOrEqual(0.1);
        expect(rampShare(at)).toBeLessThanOrEqual(1);
      }),
    );
    expect([rampShare(0), rampShare(minute), rampShare(9 * minute)]).toEqual([0.1, 0.2, 1]);
  });

  it('never goes below a message a second, or the rate itself where that is slower', () => {
    const slow = new AdaptiveBucket(2, 0);
    slow.ramp(0);
    expect(drain(slow, 0, minute, 50, true)).toBeGreaterThanOrEqual(58);
    expect(slow.patientWaitMs(minute)).toBeLessThanOrEqual(1_000);
  });
});

describe('the bucket of a pair', () => {
  it('gives a burst, then one message each interval', () => {
    const bucket = new PairBucket({ burst: 3, secondsPerMessage: 6 }, 0);
    expect([1, 2, 3].map(() => bucket.takeOrWaitMs(0))).toEqual([0, 0, 0]);
    expect(bucket.takeOrWaitMs(0)).toBe(6000);
    expect(bucket.takeOrWaitMs(6000)).toBe(0);
    expect(bucket.takeOrWaitMs(6000)).toBe(6000);
  });
});
