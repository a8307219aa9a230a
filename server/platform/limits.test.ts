import { afterEach, describe, expect, it } from 'vitest';
import { Pressure } from './pressure.ts';
import { RateLimiter, rateLimitHeader } from './rate-limit.ts';

describe('the limit of a caller', () => {
  it('grants a burst, then the sustained rate, for each caller by itself', () => {
    let nowMs = 0;
    const limiter = new RateLimiter({ perSecond: 10, burst: 3 }, () => nowMs);
    const taken = (key: string) => limiter.take(key).allowed;
    expect([taken('a'), taken('a'), taken('a'), taken('a'), taken('b')]).toEqual([true, true, true, false, true]);
    nowMs += 100;
    expect([taken('a'), taken('a')]).toEqual([true, false]);
    nowMs += 10_000;
    expect([taken('a'), taken('a'), taken('a'), taken('a')]).toEqual([true, true, true, false]);
  });

  it('tells what is left in the words of the standard', () => {
    const limiter = new RateLimiter({ perSecond: 10, burst: 20 }, () => 0);
    expect(limiter.policy).toBe('"requests";q=20;w=2');
    expect(rateLimitHeader(limiter.take('a'))).toBe('"requests";r=19;t=1');
  });
});

describe('under load', () => {
  let pressure: Pressure;
  afterEach(() => pressure[Symbol.dispose]());

  it('exports give way first and webhooks of providers last', () => {
    pressure = new Pressure({ maxInFlight: 100, maxDelayMs: 1e9 });
    const order = ['export', 'import', 'campaign', 'flow', 'ui', 'api', 'authentication', 'ingress'] as const;
    const refusedAt = order.map((shedClass) => {
      for (let inFlight = pressure.inFlight; inFlight <= 101; inFlight++) {
        try {
          pressure.admit(shedClass);
        } catch (error) {
          expect(error).toMatchObject({ code: 'overloaded', status: 503, retryAfterSeconds: expect.any(Number) });
          return inFlight;
        }
        pressure.enter();
      }
      return Number.POSITIVE_INFINITY;
    });
    expect(refusedAt).toEqual(refusedAt.toSorted((left, right) => left - right));
    expect(new Set(refusedAt).size).toBe(order.length);
    expect(() => pressure.admit('never')).not.toThrow();
    expect(pressure.refused.get('ingress')).toBe(1);
  });

  it('large bodies are worked on as far as there is room for them, and one alone always', () => {
    pressure = new Pressure({ maxBodyBytes: 100 });
    pressure.enterBody(150, 'a');
    expect(() => pressure.enterBody(1, 'b')).toThrowError(expect.objectContaining({ code: 'overloaded', status: 503 }));
    pressure.leaveBody(150, 'a');
    for (let n = 0; n < 4; n += 1) pressure.enterBody(25, `${n}`);
    expect(() => pressure.enterBody(1, 'b')).toThrow();
  });

  it('one workspace that asks for too much gives way before it is in the way of others, in the same order', () => {
    pressure = new Pressure({ maxInFlight: 100, maxDelayMs: 1e9 });
    const refusedAt = (['campaign', 'api', 'authentication'] as const).map((shedClass) => {
      for (let own = 0; ; own += 1) {
        try {
          pressure.admit(shedClass, 'flood');
        } catch (error) {
          expect(error).toMatchObject({ code: 'overloaded', status: 503 });
          for (let n = 0; n < own; n += 1) {
            pressure.leave();
            pressure.leaveWorkspace('flood');
          }
          return own;
        }
        pressure.enter();
        pressure.enterWorkspace('flood');
      }
    });
    expect(refusedAt).toEqual([48, 64, 72]);
    for (let n = 0; n < 72; n += 1) {
      pressure.enter();
      pressure.enterWorkspace('flood');
    }
    for (const shedClass of ['api', 'authentication'] as const)
      expect(() => pressure.admit(shedClass, 'other')).not.toThrow();
    expect(() => pressure.admit('ingress')).not.toThrow();
    expect(() => pressure.admit('never', 'flood')).not.toThrow();
  });

  it('the large bodies of one workspace leave room for those of another', () => {
    pressure = new Pressure({ maxBodyBytes: 100 });
    pressure.enterBody(50, 'flood');
    expect(() => pressure.enterBody(40, 'flood')).toThrowError(expect.objectContaining({ code: 'overloaded' }));
    pressure.enterBody(40, 'other');
    pressure.leaveBody(50, 'flood');
    pressure.enterBody(60, 'flood');
  });
});
