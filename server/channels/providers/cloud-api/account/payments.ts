import { type Account, askGraph, pathOf } from './asking.ts';
import { fields, instant, listOrNone, number, object, optional, text, underMetaNames } from './reading.ts';

const amount = object({ value: number, offset: number });

const transaction = object({
  id: text,
  pgTransactionId: optional(text),
  type: optional(text),
  status: optional(text),
  createdTimestamp: optional(instant),
  updatedTimestamp: optional(instant),
  method: optional(object({ type: text })),
  error: optional(fields),
});

/** What became of the payment of an order. `status`: pending, captured, failed. Amounts are divided by their offset. */
const payment = object({
  referenceId: text,
  status: text,
  currency: optional(text),
  totalAmount: optional(amount),
  transactions: listOrNone(transaction),
});
export type Payment = ReturnType<typeof payment>;

/**
 * The payment of an order, by the name of the payment configuration and the order's own reference. What a webhook says of a
 * payment is confirmed with this before anything is handed out. Null when nothing was paid yet.
 */
export async function getPayment(
  account: Account,
  configuration: string,
  referenceId: string,
): Promise<Payment | null> {
  const path = pathOf(account.senderExternalId, 'payments', configuration, referenceId);
  const { payments } = await askGraph(account, { path }, object({ payments: listOrNone(payment) }));
  return payments[0] ?? null;
}

const refund = object({ id: text, status: text, speedProcessed: optional(text) });
export type Refund = ReturnType<typeof refund>;

/** Gives money back, all of it or a part. There is no key against doing it twice: look at the payment before repeating. */
export function refundPayment(
  account: Account,
  wanted: {
    referenceId: string;
    paymentConfigId: string;
    amount: { currency: string; value: number; offset: number };
    speed?: 'normal' | 'instant';
  },
): Promise<Refund> {
  const { currency, value, offset } = wanted.amount;
  // Meta wants the numbers as texts here.
  const money = { currency, value: String(value), offset: String(offset) };
  const body = underMetaNames({ ...wanted, amount: money });
  return askGraph(account, { path: pathOf(account.senderExternalId, 'payments_refund'), method: 'POST', body }, refund);
}
