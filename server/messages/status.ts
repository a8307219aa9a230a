/**
 * Where a message got to, as a join of facts that are independent of each other: `rank` is the highest step seen,
 * `failed` whether a failure was reported, each time the earliest one. Joining is commutative, associative and
 * idempotent, so receipts may come late, twice and in any order.
 */
export interface Receipts {
  rank: number;
  failed: boolean;
  sentAt: number | null;
  deliveredAt: number | null;
  readAt: number | null;
  playedAt: number | null;
  failedAt: number | null;
}

export type ReceiptStatus = 'accepted' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'other';

const ranks = { accepted: 1, sent: 2, delivered: 3, read: 4, played: 5 } as const;

export const noReceipts: Receipts = {
  rank: 0,
  failed: false,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  playedAt: null,
  failedAt: null,
};

/** One receipt as a fact to join. `at` is in epoch milliseconds. */
export function receipt(status: ReceiptStatus, at: number): Receipts {
  return {
    rank: status === 'failed' || status === 'other' ? 0 : ranks[status],
    failed: status === 'failed',
    sentAt: status === 'sent' ? at : null,
    deliveredAt: status === 'delivered' ? at : null,
    readAt: status === 'read' ? at : null,
    playedAt: status === 'played' ? at : null,
    failedAt: status === 'failed' ? at : null,
  };
}

export function join(a: Receipts, b: Receipts): Receipts {
  return {
    rank: Math.max(a.rank, b.rank),
    failed: a.failed || b.failed,
    sentAt: earliest(a.sentAt, b.sentAt),
    deliveredAt: earliest(a.deliveredAt, b.deliveredAt),
    readAt: earliest(a.readAt, b.readAt),
    playedAt: earliest(a.playedAt, b.playedAt),
    failedAt: earliest(a.failedAt, b.failedAt),
  };
}

/** The one word shown to people. From delivered on the rank speaks: a failure after it is kept, but does not hide it. */
export function displayedStatus(
  receipts: Pick<Receipts, 'rank' | 'failed'>,
): 'accepted' | 'sent' | 'delivered' | 'read' | 'played' | 'failed' {
  if (receipts.rank >= ranks.played) return 'played';
  if (receipts.rank === ranks.read) return 'read';
  if (receipts.rank === ranks.delivered) return 'delivered';
  if (receipts.failed) return 'failed';
  return receipts.rank === ranks.sent ? 'sent' : 'accepted';
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  if (b === null) return a;
  return Math.min(a, b);
}
