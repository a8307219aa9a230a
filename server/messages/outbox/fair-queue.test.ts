import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Purpose, purposes } from '#messages/message.ts';
import { FairQueue, type Queued } from './fair-queue.ts';

let counter = 0;
function message(contactId: string, lane: Purpose): Queued {
  counter += 1;
  return { messageId: `m${String(counter).padStart(8, '0')}`, contactId, lane };
}

describe('the queue of a sender', () => {
  it('an urgent message passes a backlog at once', () => {
    const queue = new FairQueue();
    for (let i = 0; i < 1000; i += 1) queue.push(message(`c${i}`, 'marketing'));
    for (let i = 0; i < 10; i += 1) queue.take(0);
    const urgent = message('vip', 'transactional');
    queue.push(urgent);
    const next = [queue.take(0), queue.take(0)];
    expect(next).toContain(urgent);
  });

  it('marketing goes on, slowly, while urgent lanes are full', () => {
    const queue = new FairQueue();
    for (let i = 0; i < 300; i += 1) {
      queue.push(message(`a${i}`, 'authentication'));
      queue.push(message(`m${i}`, 'marketing'));
    }
    const taken = Array.from({ length: 90 }, () => queue.take(0)?.lane);
    expect(taken.filter((lane) => lane === 'marketing').length).toBe(10);
  });

  it('a conversation has one message under way, and keeps its order', () => {
    const queue = new FairQueue();
    const [first, second] = [message('c', 'service'), message('c', 'service')];
    queue.push(first);
    queue.push(second);
    expect(queue.take(0)).toBe(first);
    expect(queue.take(0)).toBeUndefined();
    queue.release('c');
    expect(queue.take(0)).toBe(second);
  });

  it('a message on its way that is read from the outbox once more keeps its place when it comes back', () => {
    const queue = new FairQueue();
    const [first, second] = [message('c', 'service'), message('c', 'service')];
    queue.push(first);
    queue.push(second);
    expect(queue.take(0)).toBe(first);
    for (const row of [first, second]) queue.push({ ...row });
    queue.push(first, 'front');
    queue.release('c');
    expect(queue.size).toBe(2);
    expect(queue.take(0)).toBe(first);
    queue.release('c');
    expect(queue.take(0)).toBe(second);
  });

  it('a conversation that has to wait holds up nobody else', () => {
    const queue = new FairQueue();
    const other = message('free', 'service');
    queue.push(message('held', 'service'));
    queue.push(other);
    queue.block('held', 1000);
    expect(queue.take(0)).toBe(other);
    expect(queue.take(0)).toBeUndefined();
    expect(queue.nextUnblockAt(0)).toBe(1000);
    expect(queue.take(1000)?.contactId).toBe('held');
  });

  it('a closed lane keeps its messages until it is opened', () => {
    const queue = new FairQueue();
    queue.push(message('c', 'marketing'));
    queue.setOpen('marketing', false);
    expect(queue.take(0)).toBeUndefined();
    queue.setOpen('marketing', true);
    expect(queue.take(0)?.contactId).toBe('c');
  });

  it('whatever happens, every message leaves once and in the order of its conversation and lane', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('push' as const),
        contact: fc.integer({ min: 0, max: 4 }),
        lane: fc.constantFrom(...purposes),
      }),
      fc.record({ kind: fc.constant('take' as const) }),
      fc.record({ kind: fc.constant('return' as const) }),
      fc.record({ kind: fc.constant('release' as const) }),
      fc.record({ kind: fc.constant('reread' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new FairQueue();
        const underWay: Queued[] = [];
        const all: Queued[] = [];
        const ended = new Set<string>();
        const sent: Queued[] = [];
        for (const action of steps) {
          if (action.kind === 'push') {
            const item = message(`c${action.contact}`, action.lane);
            all.push(item);
            queue.push(item);
          } else if (action.kind === 'reread') {
            for (const item of all) if (!ended.has(item.messageId)) queue.push({ ...item });
          } else if (action.kind === 'take') {
            const item = queue.take(0);
            if (item) {
              expect(underWay.some((other) => other.contactId === item.contactId)).toBe(false);
              underWay.push(item);
            }
          } else {
            const item = underWay.shift();
            if (!item) continue;
            if (action.kind === 'return') {
              queue.push(item, 'front');
            } else {
              sent.push(item);
              ended.add(item.messageId);
            }
            queue.release(item.contactId);
          }
        }
        for (const item of underWay) {
          sent.push(item);
          queue.release(item.contactId);
        }
        for (let item = queue.take(0); item; item = queue.take(0)) {
          sent.push(item);
          queue.release(item.contactId);
        }
        expect(sent.length).toBe(all.length);
        for (const lane of purposes) {
          for (let contact = 0; contact < 5; contact += 1) {
            const ids = sent
              .filter((item) => item.lane === lane && item.contactId === `c${contact}`)
              .map((item) => item.messageId);
            expect(ids).toEqual([...ids].sort());
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
