import { purposes, type Purpose } from '#messages/message.ts';
import type { PairLimits } from './buckets.ts';
import type { FairQueue, Queued } from './fair-queue.ts';
import type { SenderAccount } from './sender-account.ts';

// A one-time code is of no use in some minutes, so these do not pile up in an outage and need no ramp behind it.
const isPatient = (lane: Purpose): boolean => lane !== 'authentication';

export function countPatient(items: readonly Pick<Queued, 'lane'>[]): number {
  return items.filter(({ lane }) => isPatient(lane)).length;
}

/** Takes what may go at `now` out of the queue: at most `allowed` messages, of which at most `patient` can wait. Stopped lanes
 *  and pairs that were written to too fast keep theirs. */
export function takeBatch<T extends Queued>(
  queue: FairQueue<T>,
  pairs: PairLimits,
  account: Pick<SenderAccount, 'pairLimit' | 'stoppedLanes'>,
  limits: { allowed: number; patient: number },
  now: number,
): T[] {
  const batch: T[] = [];
  let patient = limits.patient;
  const openLanes = (): void => {
    for (const lane of purposes)
      queue.setOpen(lane, !account.stoppedLanes.has(lane) && (patient >= 1 || !isPatient(lane)));
  };
  openLanes();
  while (batch.length < limits.allowed) {
    const item = takeOne(queue, pairs, account, now);
    if (!item) break;
    batch.push(item);
    if (isPatient(item.lane) && (patient -= 1) < 1) openLanes();
  }
  return batch;
}

function takeOne<T extends Queued>(
  queue: FairQueue<T>,
  pairs: PairLimits,
  { pairLimit }: Pick<SenderAccount, 'pairLimit'>,
  now: number,
): T | undefined {
  for (;;) {
    const item = queue.take(now);
    if (!item || !pairLimit) return item;
    const waitMs = pairs.takeOrWaitMs(item.contactId, pairLimit, now);
    if (waitMs === 0) return item;
    queue.push(item, 'front');
    queue.release(item.contactId, now + waitMs);
  }
}
