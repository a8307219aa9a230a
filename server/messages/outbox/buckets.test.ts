import { describe, expect, it } from 'vitest';
import { AdaptiveBucket, PairBucket } from './buckets.ts';

describe('the bucket of a sender', () => {
  it('lets the configured rate through, however often it is asked', () => {
    const bucket = new AdaptiveBucket(80, 0);
    let sent = 0;
    for (let now = 0; now <= 10_000; now += 7) {
      const count = bucket.available(now);
      bucket.take(count);
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

describe('the bucket of a pair', () => {
  it('gives a burst, then one message each interval', () => {
    const bucket = new PairBucket({ burst: 3, secondsPerMessage: 6 }, 0);
    expect([1, 2, 3].map(() => bucket.takeOrWaitMs(0))).toEqual([0, 0, 0]);
    expect(bucket.takeOrWaitMs(0)).toBe(6000);
    expect(bucket.takeOrWaitMs(6000)).toBe(0);
    expect(bucket.takeOrWaitMs(6000)).toBe(6000);
  });
});
