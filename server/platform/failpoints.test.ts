import { afterEach, describe, expect, it } from 'vitest';
import { configureFailpoints, failpoint, failpointFlag } from './failpoints.ts';

afterEach(() => configureFailpoints(undefined));

describe('a failpoint', () => {
  it('does nothing, and makes no promise, unless a test arms it', () => {
    expect(failpoint('accept.afterCommit')).toBeUndefined();
    expect(failpointFlag('skipDispatchingCommit')).toBe(false);
  });

  it('fails at the hit that was asked for, and at that place only', async () => {
    configureFailpoints('accept.afterCommit=throw@3; flag:skipFence');
    await failpoint('accept.beforeCommit');
    await failpoint('accept.afterCommit');
    await failpoint('accept.afterCommit');
    await expect(failpoint('accept.afterCommit')).rejects.toThrow('accept.afterCommit');
    expect([failpointFlag('skipFence'), failpointFlag('skipDispatchingCommit')]).toEqual([true, false]);
  });

  it('fails for the work that was named only', async () => {
    configureFailpoints('accept.afterCommit=throw~m-7');
    await failpoint('accept.afterCommit', 'm-1');
    await failpoint('accept.afterCommit');
    await expect(failpoint('accept.afterCommit', 'm-7')).rejects.toThrow();
  });

  it('waits or blocks as long as it was told', async () => {
    configureFailpoints('accept.afterCommit=sleep:20;accept.beforeCommit=block:20');
    const startedMs = performance.now();
    await failpoint('accept.afterCommit');
    await failpoint('accept.beforeCommit');
    expect(performance.now() - startedMs).toBeGreaterThan(35);
  });

  it('is refused with every mistake named', () => {
    expect(() =>
      configureFailpoints('nowhere=kill;accept.afterCommit=explode;flag:more;accept.afterCommit=sleep'),
    ).toThrow(/no failpoint nowhere.*explode.*no flag more.*sleep/);
  });
});
