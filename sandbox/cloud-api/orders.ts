import type { Json, Message } from '#people/chats.ts';
import type { StateJournal } from '#storage/state.ts';
import { isObject, shown } from './checks.ts';
import { type Failure, kindOf } from './delivery-rules.ts';
import { newDigits } from './ids.ts';

export interface Money {
  value: number;
  offset: number;
}

export type PaymentStatus = 'captured' | 'pending' | 'failed';

export interface Transaction {
  id: string;
  /** The gateway, or `upi`, `pix` and so on. */
  type: string;
  status: 'success' | 'pending' | 'failed';
  /** Seconds of the epoch. */
  created_timestamp: number;
  updated_timestamp: number;
  method: { type: string };
  error?: { code: string; reason: string };
}

export interface Order {
  reference_id: string;
  /** The message that asked for the money. */
  message_id: string;
  phone_number_id: string;
  status: string;
  is_paid: boolean;
  currency: string;
  total: Money;
  /** The way of paying that the business named first, and the name of its configuration. */
  gateway: { type: string; configuration: string | null; details: Json };
  transactions: Transaction[];
  refunded: number;
}

const ON_THE_WAY = ['processing', 'partially_shipped', 'shipped'];

/** The orders that people were asked to pay, how far they are, and what was paid. */
export class Orders {
  readonly #state: StateJournal;
  readonly #byReference = new Map<string, Order>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<Order>('order', (order) => this.#byReference.set(order.reference_id, order));
    state.snapshot(() => [...this.#byReference.values()].map((order) => ['order', order] as const));
  }

  find(reference: string): Order | undefined {
    return this.#byReference.get(reference);
  }

  /** The order that a message asks to pay. */
  findByMessage(message: Message): Order | undefined {
    const [details] = placedBy(message);
    return details && this.#byReference.get(shown(details['reference_id']));
  }

  /** Takes what a message says of an order. Gives the failure of a message about a step that is not possible. */
  apply(message: Message): Failure | null {
    for (const details of placedBy(message)) {
      if (!this.#byReference.has(shown(details['reference_id']))) this.#save(newOrder(details, message));
    }
    if (kindOf(message) !== 'order_status') return null;
    const parameters = parametersOf(message);
    const order = this.#byReference.get(shown(parameters['reference_id']));
    if (!order) return { code: 2046, details: 'No order with this reference_id was sent.' };
    const step = isObject(parameters['order']) ? shown(parameters['order']['status']).replace('-', '_') : '';
    const failure = refusalOf(order, step);
    if (failure) return failure;
    const payment = parameters['payment'];
    const isPaid = order.is_paid || (isObject(payment) && payment['status'] === 'captured');
    this.#save({ ...order, status: step, is_paid: isPaid });
    return null;
  }

  /** The person tries to pay. Gives the transaction, which may be one that was pending and now has its end. */
  pay(order: Order, status: PaymentStatus, method: string, now: number): Transaction {
    const at = Math.floor(now / 1000);
    const last = order.transactions.at(-1);
    const pending = last?.status === 'pending' ? last : undefined;
    const transaction: Transaction = {
      id: pending?.id ?? `pay_${newDigits(14)}`,
      type: order.gateway.type,
      status: status === 'captured' ? 'success' : status,
      created_timestamp: pending?.created_timestamp ?? at,
      updated_timestamp: at,
      method: { type: method },
      ...(status === 'failed' ? { error: { code: 'payment_failed', reason: 'The payer stopped the payment.' } } : {}),
    };
    const earlier = order.transactions.filter((each) => each !== pending);
    this.#save({ ...order, is_paid: status === 'captured', transactions: [...earlier, transaction] });
    return transaction;
  }

  refund(order: Order, value: number): void {
    this.#save({ ...order, refunded: order.refunded + value });
  }

  #save(order: Order): void {
    this.#byReference.set(order.reference_id, order);
    this.#state.record('order', order);
  }
}

/** Why an order cannot take a step; completed and canceled are ends, and what was paid is not canceled. */
export function refusalOf(order: { status: string; is_paid: boolean }, step: string): Failure | null {
  if (step === 'canceled' && order.is_paid) {
    return { code: 2047, details: 'An order that has been paid cannot be canceled.' };
  }
  if (order.status === step || order.status === 'pending') return null;
  if (ON_THE_WAY.includes(order.status) && step !== 'pending') return null;
  return { code: 2046, details: `An order that is ${order.status} cannot become ${step}.` };
}

function newOrder(details: Json, message: Message): Order {
  const { value, offset } = details['total_amount'] as Money;
  return {
    reference_id: shown(details['reference_id']),
    message_id: message.id,
    phone_number_id: message.phone_number_id,
    status: 'pending',
    is_paid: false,
    currency: shown(details['currency']),
    total: { value: Number(value), offset: Number(offset) },
    gateway: gatewayOf(details),
    transactions: [],
    refunded: 0,
  };
}

function gatewayOf(details: Json): Order['gateway'] {
  const settings = details['payment_settings'];
  const [setting] = Array.isArray(settings) ? (settings as unknown[]) : [];
  if (!isObject(setting)) {
    const configuration = shown(details['payment_configuration'] ?? '');
    return { type: shown(details['payment_type']), configuration, details: {} };
  }
  const type = shown(setting['type']);
  const route = setting[type];
  if (type !== 'payment_gateway' || !isObject(route)) return { type, configuration: null, details: {} };
  const name = shown(route['type']);
  const own = route[name];
  return { type: name, configuration: shown(route['configuration_name']), details: isObject(own) ? own : {} };
}

function parametersOf(message: Message): Json {
  const interactive = message.content['interactive'];
  const action = isObject(interactive) ? interactive['action'] : undefined;
  const parameters = isObject(action) ? action['parameters'] : undefined;
  return isObject(parameters) ? parameters : {};
}

/** The orders that a message asks to pay. */
function placedBy(message: Message): Json[] {
  const details: unknown[] = (message.rendered?.buttons ?? []).map((button) => button['order_details']);
  if (kindOf(message) === 'order_details') details.push(parametersOf(message));
  return details.filter(isObject);
}
