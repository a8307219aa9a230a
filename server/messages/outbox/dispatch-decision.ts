import type { Decision, Purpose } from '#messages/message.ts';
import { decide } from '#messages/policy.ts';
import type { MarkedMessage } from './outbox-store.ts';
import type { SenderAccount } from './sender-account.ts';

/** Policy once more, on the facts that the mark read, at the database's instant of the mark. */
export function decideAtDispatch(
  account: SenderAccount,
  item: { lane: Purpose; type: string },
  row: MarkedMessage,
): Decision {
  return decide(
    {
      purpose: item.lane,
      contentType: item.type,
      needsWindow: row.needsWindow,
      windowExpiresAt: row.windowExpiresAt,
      suppressions: row.suppressions ?? [],
      sendAt: null,
      expiresAt: row.expiresAt,
      laneStopped: account.stoppedLanes.get(item.lane) ?? null,
      senderPaused: account.paused,
    },
    row.decidedAt,
  );
}
