import type { Json, Message } from '#people/chats.ts';
import type { StateJournal } from '#storage/state.ts';
import { isObject } from './checks.ts';
import { type Failure, kindOf } from './delivery-rules.ts';

interface Order {
  reference_id: string;
  status: string;
  is_paid: boolean;
}

const ON_THE_WAY = ['processing', 'partially_shipped', 'shipped'];

/** The orders that people were asked to pay, and how far they are. */
export class Orders {
  readonly #state: StateJournal;
  readonly #byReference = new Map<string, Order>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<Order>('order', (order) => this.#byReference.set(order.reference_id, order));
    state.snapshot(() => [...this.#byReference.values()].map((order) => ['order', order] as const));
  }

  /** Takes what a message says of an order. Gives the failure of a message about a step that is not possible. */
  apply(message: Message): Failure | null {
    for (const reference of placedBy(message)) {
      if (!this.#byReference.has(reference)) this.#save({ reference_id: reference, status: 'pending', is_paid: false });
    }
    if (kindOf(message) !== 'order_status') return null;
    const parameters = parametersOf(message);
    const order = this.#byReference.get(String(parameters['reference_id']));
    if (!order) return { code: 2046, details: 'No order with this reference_id was sent.' };
    const step = isObject(parameters['order']) ? String(parameters['order']['status']).replace('-', '_') : '';
    const failure = refusalOf(order, step);
    if (failure) return failure;
    const payment = parameters['payment'];
    const isPaid = order.is_paid || (isObject(payment) && payment['status'] === 'captured');
    this.#save({ ...order, status: step, is_paid: isPaid });
    return null;
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
  const isPossible = ON_THE_WAY.includes(order.status) && step !== 'pending';
  if (isPossible) return null;
  return { code: 2046, details: `An order that is ${order.status} cannot become ${step}.` };
}

function parametersOf(message: Message): Json {
  const interactive = message.content['interactive'];
  const action = isObject(interactive) ? interactive['action'] : undefined;
  const parameters = isObject(action) ? action['parameters'] : undefined;
  return isObject(parameters) ? parameters : {};
}

/** The references of the orders that a message asks to pay. */
function placedBy(message: Message): string[] {
  const details: unknown[] = (message.rendered?.buttons ?? []).map((button) => button['order_details']);
  if (kindOf(message) === 'order_details') details.push(parametersOf(message));
  return details.flatMap((each) => (isObject(each) ? [String(each['reference_id'])] : []));
}
