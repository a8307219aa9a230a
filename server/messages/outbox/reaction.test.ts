import { describe, expect, it } from 'vitest';
import type { ErrorReaction, SendOutcome } from '#channels/provider.ts';
import { reactTo } from './reaction.ts';

const row: ErrorReaction = {
  provider: 'cloud-api',
  code: '1',
  title: 't',
  reaction: 'fail',
  advice: 'a',
  since: '2026-01-01',
};
const error = { code: '1', title: 't' };
const message = { lane: 'transactional' as const, tries: 0, pairRefusals: 0 };

function react(outcome: SendOutcome, changes: Partial<typeof message> = {}) {
  return reactTo(outcome, { ...message, ...changes }, 0.5);
}

describe('the reaction to an outcome', () => {
  it('never queues again what may have been handed over', () => {
    for (const lane of ['authentication', 'transactional', 'service', 'marketing'] as const) {
      const reaction = reactTo({ outcome: 'unknown', reason: 'time-out' }, { ...message, lane }, 0.5);
      expect(reaction.settlement.next).toBe('unknown');
    }
  });

  it('queues again what was provably never written, at no cost of a try', () => {
    expect(react({ outcome: 'not_written', reason: 'refused' }).settlement).toMatchObject({
      next: 'requeue',
      countsAsTry: false,
    });
  });

  it('131056 makes this conversation wait four times longer each time, and nobody else', () => {
    const outcome: SendOutcome = { outcome: 'throttled', scope: 'pair', error, row };
    expect([0, 1, 2, 3].map((pairRefusals) => react(outcome, { pairRefusals }).conversationWaitMs)).toEqual([
      1000, 4000, 16_000, 64_000,
    ]);
    expect(react(outcome).slowSenderMs).toBeNull();
  });

  it('130429 slows the sender and costs no try', () => {
    const reaction = react({ outcome: 'throttled', scope: 'sender', retryAfterSeconds: 5, error, row });
    expect(reaction.slowSenderMs).toBe(5000);
    expect(reaction.settlement).toMatchObject({ next: 'requeue', delayMs: 5000, countsAsTry: false });
  });

  it('a refusal because of a stop keeps the person from being written to, and is final', () => {
    for (const suppress of ['stop', 'marketing_stop'] as const) {
      const reaction = react({ outcome: 'rejected', error, row: { ...row, suppress } });
      expect(reaction).toMatchObject({ suppress, settlement: { next: 'fail' } });
    }
    expect(react({ outcome: 'rejected', error, row }).suppress).toBeNull();
  });

  it('a refusal for now is tried eight times with growing pauses, then becomes a dead letter', () => {
    const outcome: SendOutcome = {
      outcome: 'rejected',
      error,
      row: { ...row, reaction: 'retry', delaySeconds: 2, backoffFactor: 2 },
    };
    const delays = [0, 1, 2, 3].map((tries) => react(outcome, { tries }).settlement.delayMs);
    expect(delays).toEqual([1000, 2000, 4000, 8000]);
    expect(react(outcome, { tries: 7 }).settlement).toMatchObject({
      next: 'fail',
      deadLetter: { class: 'retries_exhausted' },
    });
  });

  it('a pause of hours for one message does not silence its conversation', () => {
    const reaction = react({ outcome: 'rejected', error, row: { ...row, reaction: 'retry', delaySeconds: 10_800 } });
    expect(reaction.settlement).toMatchObject({ next: 'requeue', delayMs: 10_800_000 });
    expect(reaction).toMatchObject({ conversationWaitMs: 0, staysInLine: false });
  });

  it('a definitive refusal becomes a dead letter that names the row', () => {
    const { settlement } = react({ outcome: 'rejected', error, row });
    expect(settlement).toMatchObject({
      next: 'fail',
      deadLetter: { class: 'rejected', code: '1', fingerprint: 'cloud-api:1' },
      attempt: { errorRow: row },
    });
  });

  it('an account error pauses the sender and keeps the message', () => {
    const reaction = react({ outcome: 'rejected', error, row: { ...row, reaction: 'pause_connection' } });
    expect(reaction.pause?.scope).toBe('connection');
    expect(reaction.settlement).toMatchObject({ next: 'requeue', countsAsTry: false });
  });
});
