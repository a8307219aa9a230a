import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Purpose, purposes } from '#messages/message.ts';
import { countPatient, takeBatch } from './batch.ts';
import { PairLimits } from './buckets.ts';
import { FairQueue, type Queued } from './fair-queue.ts';

const running = { pairLimit: null, stoppedLanes: new Map<Purpose, { reason: string }>() };

function aQueue(lanes: readonly Purpose[]): FairQueue<Queued> {
  const queue = new FairQueue();
  for (const [index, lane] of lanes.entries()) queue.push({ messageId: `m${index}`, contactId: `c${index}`, lane });
  return queue;
}

const lanes = fc.array(fc.constantFrom(...purposes), { minLength: 1, maxLength: 80 });

it('behind an outage what can wait gets no more than the ramp allows, and all one-time codes go first to last', () => {
  fc.assert(
    fc.property(lanes, fc.integer({ min: 0, max: 20 }), (waiting, patient) => {
      const batch = takeBatch(aQueue(waiting), new PairLimits(), running, { allowed: 128, patient }, 0);
      expect(countPatient(batch)).toBe(Math.min(patient, waiting.filter((lane) => lane !== 'authentication').length));
      expect(batch.length - countPatient(batch)).toBe(waiting.filter((lane) => lane === 'authentication').length);
    }),
  );
});

it('without a ramp as many go as are allowed, and of a stopped lane none', () => {
  fc.assert(
    fc.property(lanes, fc.integer({ min: 0, max: 100 }), fc.constantFrom(...purposes), (waiting, allowed, stopped) => {
      const account = { ...running, stoppedLanes: new Map([[stopped, { reason: 'test' }]]) };
      const limits = { allowed, patient: Number.POSITIVE_INFINITY };
      const batch = takeBatch(aQueue(waiting), new PairLimits(), account, limits, 0);
      expect(batch.length).toBe(Math.min(allowed, waiting.filter((lane) => lane !== stopped).length));
      expect(batch.some(({ lane }) => lane === stopped)).toBe(false);
    }),
  );
});

it('a lane that the ramp closed is open again for the next batch', () => {
  const queue = aQueue(['marketing', 'service', 'transactional']);
  const pairs = new PairLimits();
  expect(takeBatch(queue, pairs, running, { allowed: 128, patient: 0 }, 0)).toEqual([]);
  expect(takeBatch(queue, pairs, running, { allowed: 128, patient: 3 }, 0)).toHaveLength(3);
});
