import { describe, expect, it } from 'vitest';
import { judgeMessagePath, type MessagePathFigures } from './health.ts';

const quiet: MessagePathFigures = {
  oldestDueSeconds: null,
  unknown: 0,
  webhooksWaiting: 0,
  oldestWebhookSeconds: null,
  webhooksQuarantined: 0,
  entriesBehind: 0,
  parkedEntries: 0,
};

describe('the health of the message path', () => {
  it('a backlog is told, but is no fault', () => {
    expect(judgeMessagePath({ ...quiet, oldestDueSeconds: 90 })).toEqual({
      state: 'ok',
      detail: 'The oldest due message waits since 90 s.',
    });
  });

  it('unknown outcomes, quarantined webhooks and late webhooks are said in words', () => {
    const health = judgeMessagePath({ ...quiet, unknown: 1, webhooksQuarantined: 2, oldestWebhookSeconds: 31.4 });
    expect(health.state).toBe('degraded');
    expect(health.detail).toContain('Webhooks wait for 31 s');
    expect(health.detail).toContain('1 message has an unknown outcome.');
    expect(health.detail).toContain('2 webhooks are quarantined');
  });

  it('a consumer of the log that is far behind is said, one that is a moment behind is not', () => {
    expect(judgeMessagePath({ ...quiet, entriesBehind: 40 }).state).toBe('ok');
    const health = judgeMessagePath({ ...quiet, entriesBehind: 20_000 });
    expect(health).toMatchObject({
      state: 'degraded',
      detail: expect.stringContaining('more than 10,000 entries behind'),
    });
  });
});
