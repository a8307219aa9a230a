import type { Json, Message } from '#people/chats.ts';
import type { Person } from '#people/people.ts';
import type { Order, PaymentStatus, Transaction } from './orders.ts';

/** The `statuses[]` element that tells of a payment. */
export function paymentElement(
  message: Message,
  person: Person,
  order: Order,
  transaction: Transaction,
  status: PaymentStatus,
): Json {
  return {
    id: message.id,
    type: 'payment',
    status,
    timestamp: String(transaction.updated_timestamp),
    ...(person.wa_id === null ? {} : { recipient_id: person.wa_id }),
    recipient_user_id: person.user_id,
    payment: {
      reference_id: order.reference_id,
      amount: order.total,
      currency: order.currency,
      transaction,
      // What the business gave to its gateway comes back: the receipt and the notes, or the fields of its own.
      ...order.gateway.details,
    },
  };
}

/** What `GET /{PHONE}/payments/{CONFIG}/{REFERENCE}` answers of an order. */
export function paymentView(order: Order): Json {
  const last = order.transactions.at(-1);
  const status = order.is_paid ? 'captured' : last?.status === 'failed' ? 'failed' : last ? 'pending' : 'new';
  return {
    reference_id: order.reference_id,
    status,
    currency: order.currency,
    total_amount: order.total,
    transactions: order.transactions,
  };
}

/** When an order can no longer be paid, in words; null while it can. */
export function paymentRefusal(order: Order): string | null {
  if (order.is_paid) return 'The order has been paid';
  return order.status === 'canceled' ? 'The order has been canceled' : null;
}
