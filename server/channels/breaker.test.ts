import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccountBreaker, type Pass } from './breaker.ts';

function failTimes(breaker: AccountBreaker, times: number, now: number): void {
  const passes = Array.from({ length: times }, () => breaker.leave(now));
  for (const pass of passes) pass.fail(now);
}

/** Open since 0; the first pause of 250 ms is over at 250. */
function anOpenBreaker(): AccountBreaker {
  const breaker = new AccountBreaker();
  failTimes(breaker, 5, 0);
  return breaker;
}

describe('the breaker of a provider account', () => {
  it('opens after five failures in a row, of whichever senders', () => {
    const breaker = new AccountBreaker();
    failTimes(breaker, 4, 0);
    breaker.leave(0).succeed(0);
    failTimes(breaker, 4, 0);
    expect(breaker.room(0)).toBe(Number.POSITIVE_INFINITY);
    breaker.leave(0).fail(0);
    expect(breaker.state(0)).toBe('open');
    expect(breaker.room(0)).toBe(0);
    expect(breaker.waitMs(0)).toBe(250);
  });

  it('half-open is one message of the whole account', () => {
    const breaker = anOpenBreaker();
    expect(breaker.room(249)).toBe(0);
    expect(breaker.room(250)).toBe(1);
    const probe = breaker.leave(250);
    expect(breaker.room(10_000)).toBe(0);
    probe.fail(10_000);
    expect(breaker.room(10_499)).toBe(0);
    expect(breaker.room(10_500)).toBe(1);
  });

  it('the first probe that is answered lets everything through again, and everybody is told', () => {
    const breaker = anOpenBreaker();
    const told: string[] = [];
    breaker.onChange((change) => told.push(change));
    breaker.leave(250).succeed(300);
    expect(breaker.state(300)).toBe('closed');
    expect(told).toEqual(['probe', 'closed']);
  });

  it('a probe that was not sent after all leaves its place, and a lost one after half a minute', () => {
    const breaker = anOpenBreaker();
    breaker.leave(250).giveBack(260);
    expect(breaker.room(260)).toBe(1);
    breaker.leave(260);
    expect(breaker.room(30_259)).toBe(0);
    expect(breaker.room(30_260)).toBe(1);
  });

  it('pauses grow to half a minute and no further', () => {
    const breaker = anOpenBreaker();
    let now = 0;
    const pauses: number[] = [];
    for (let probes = 0; probes < 12; probes += 1) {
      pauses.push(breaker.waitMs(now));
      now += breaker.waitMs(now);
      breaker.leave(now).fail(now);
    }
    expect(pauses.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
    expect(pauses.at(-1)).toBe(30_000);
  });

  it('what left before an outage neither ends it nor prolongs it', () => {
    const breaker = new AccountBreaker();
    const before = Array.from({ length: 20 }, () => breaker.leave(0));
    for (const pass of before.slice(0, 10)) pass.fail(0);
    for (const pass of before.slice(10)) pass.succeed(1);
    expect(breaker.state(1)).toBe('open');
    expect(breaker.waitMs(1)).toBe(249);
  });

  it('only an outage of some length is followed by a ramp', () => {
    const short = anOpenBreaker();
    short.leave(9_000).succeed(9_999);
    expect(short.rampFrom).toBeNull();
    const long = anOpenBreaker();
    long.leave(9_000).succeed(10_000);
    expect(long.rampFrom).toBe(10_000);
  });

  it('an operator who forces it open stops everything; then one message is the probe', () => {
    const breaker = new AccountBreaker();
    const before = breaker.leave(0);
    breaker.force({ state: 'open', until: 1_000 }, 0);
    before.succeed(10);
    expect(breaker.room(999)).toBe(0);
    expect(breaker.room(1_000)).toBe(1);
    breaker.force({ state: 'open', until: Number.POSITIVE_INFINITY }, 1_000);
    expect(breaker.room(1e9)).toBe(0);
    breaker.force(null, 2_000);
    expect(breaker.room(2_000)).toBe(1);
    breaker.leave(2_000).succeed(2_100);
    expect(breaker.state(2_100)).toBe('closed');
  });

  it('an operator who forces it closed lets everything through, however often it fails', () => {
    const breaker = anOpenBreaker();
    breaker.force({ state: 'closed', until: Number.POSITIVE_INFINITY }, 10);
    failTimes(breaker, 50, 20);
    expect(breaker.room(20)).toBe(Number.POSITIVE_INFINITY);
    breaker.force(null, 30);
    expect(breaker.state(30)).toBe('closed');
    failTimes(breaker, 5, 40);
    expect(breaker.state(40)).toBe('open');
  });

  it('leaves the probes to the process that said it is open, until that is over', () => {
    const breaker = new AccountBreaker();
    breaker.hear(5_000, 0);
    expect(breaker.room(4_999)).toBe(0);
    breaker.hear('over', 5_000);
    expect(breaker.room(5_000)).toBe(1);
    breaker.hear(5_000, 6_000);
    breaker.hear('closed', 7_000);
    expect(breaker.state(7_000)).toBe('closed');
    expect(breaker.forOthersMs(7_000)).toBeNull();
  });
});

const plays = fc.record({
  /** Of a hundred calls so many fail. */
  failing: fc.integer({ min: 40, max: 60 }),
  latencyMs: fc.integer({ min: 5, max: 3_000 }),
  atOnce: fc.integer({ min: 1, max: 64 }),
  outcomes: fc.infiniteStream(fc.integer({ min: 0, max: 99 })),
});

describe('F35: a provider that fails half of the calls', () => {
  it('the breaker closes at most once a minute, and half-open is one message', () => {
    let openings = 0;
    fc.assert(
      fc.property(plays, ({ failing, latencyMs, atOnce, outcomes }) => {
        const breaker = new AccountBreaker();
        const closings: number[] = [];
        let now = 0;
        breaker.onChange((change) => {
          if (change === 'closed') closings.push(now);
          if (change === 'opened') openings += 1;
        });
        let underWay: { at: number; pass: Pass; isProbe: boolean }[] = [];
        for (; now < 5 * 60_000; now += 50) {
          for (const call of underWay.filter(({ at }) => at <= now)) {
            if ((outcomes.next().value ?? 0) < failing) call.pass.fail(now);
            else call.pass.succeed(now);
          }
          underWay = underWay.filter(({ at }) => at > now);
          const room = Math.min(breaker.room(now), atOnce - underWay.length);
          const isProbe = breaker.state(now) === 'half_open';
          if (room <= 0) continue;
          expect(isProbe ? room : 1).toBe(1);
          const pass = breaker.leave(now);
          for (let left = room; left > 0; left -= 1) underWay.push({ at: now + latencyMs, pass, isProbe });
          if (breaker.state(now) !== 'closed')
            expect(underWay.filter((call) => call.isProbe).length).toBeLessThanOrEqual(1);
        }
        for (const [index, at] of closings.entries())
          if (index > 0) expect(at - (closings[index - 1] ?? 0)).toBeGreaterThanOrEqual(60_000);
      }),
      { numRuns: 40 },
    );
    expect(openings).toBeGreaterThan(40);
  });

  it('it is served one message after the other meanwhile, and closes when it is well again', () => {
    const breaker = anOpenBreaker();
    breaker.leave(250).succeed(300);
    failTimes(breaker, 5, 400);
    let now = 650;
    let served = 0;
    for (; breaker.state(now) !== 'closed'; now += 100) {
      expect(breaker.room(now)).toBe(1);
      breaker.leave(now).succeed(now);
      served += 1;
    }
    expect(now).toBeLessThan(60_600);
    expect(served).toBeGreaterThan(500);
  });
});
