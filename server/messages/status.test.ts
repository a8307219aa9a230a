import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayedStatus, join, noReceipts, type Receipts, receipt, type ReceiptStatus } from './status.ts';

const anyReceipt = fc.tuple(
  fc.constantFrom<ReceiptStatus>('accepted', 'sent', 'delivered', 'read', 'played', 'failed', 'other'),
  fc.integer({ min: 1, max: 1000 }),
);

function fold(receipts: [ReceiptStatus, number][]): Receipts {
  return receipts.reduce((state, [status, at]) => join(state, receipt(status, at)), noReceipts);
}

describe('receipts', () => {
  it('a late "delivered" does not hide "read"', () => {
    expect(
      displayedStatus(
        fold([
          ['read', 5],
          ['delivered', 9],
        ]),
      ),
    ).toBe('read');
  });

  it('a failure after the delivery is kept, but not shown', () => {
    const state = fold([
      ['delivered', 5],
      ['failed', 6],
    ]);
    expect(displayedStatus(state)).toBe('delivered');
    expect(state.failed).toBe(true);
  });

  it('a failure is shown until a delivery contradicts it', () => {
    expect(
      displayedStatus(
        fold([
          ['sent', 1],
          ['failed', 2],
        ]),
      ),
    ).toBe('failed');
    expect(
      displayedStatus(
        fold([
          ['failed', 2],
          ['delivered', 3],
        ]),
      ),
    ).toBe('delivered');
  });

  it('neither order nor repetition changes the result', () => {
    fc.assert(
      fc.property(
        fc
          .array(anyReceipt, { maxLength: 12 })
          .chain((receipts) =>
            fc.tuple(
              fc.constant(receipts),
              fc.shuffledSubarray(receipts, { minLength: receipts.length }),
              fc.subarray(receipts),
            ),
          ),
        ([receipts, shuffled, repeated]) => {
          expect(fold([...shuffled, ...repeated])).toEqual(fold(receipts));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('the shown status never leaves delivered and what follows it', () => {
    const order = ['accepted', 'sent', 'failed', 'delivered', 'read', 'played'];
    fc.assert(
      fc.property(fc.array(anyReceipt, { maxLength: 12 }), (receipts) => {
        let state = noReceipts;
        let best = -1;
        for (const [status, at] of receipts) {
          state = join(state, receipt(status, at));
          const shown = order.indexOf(displayedStatus(state));
          if (best >= order.indexOf('delivered')) expect(shown).toBeGreaterThanOrEqual(best);
          best = Math.max(best, shown);
        }
      }),
      { numRuns: 5000 },
    );
  });
});
