import type { FastifyInstance } from 'fastify';
import type { Orders, PaymentStatus } from '#cloud-api/orders.ts';
import { paymentElement, paymentRefusal } from '#cloud-api/payments.ts';
import type { StatusTimeline } from '#cloud-api/status-timeline.ts';
import type { Chats, Message } from '#people/chats.ts';
import type { ContactBook } from '#people/contact-book.ts';
import type { People, Person } from '#people/people.ts';
import type { OtherProvider } from '#other-provider.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { contactOf } from '#webhooks/contents.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { Refusal, notFound } from './refusal.ts';

interface Deps {
  others: readonly OtherProvider[];
  clock: SandboxClock;
  people: People;
  chats: Chats;
  contactBook: ContactBook;
  orders: Orders;
  timeline: StatusTimeline;
  webhooks: WebhookQueue;
}

type Who = { Params: { who: string } };

/** What a person does with one message. */
export function messageRoutes(app: FastifyInstance, deps: Deps): void {
  app.post<Who & { Body: { message_id: string } }>(
    '/_sandbox/people/:who/played',
    { schema: { body: PLAYED_SCHEMA } },
    (request) => {
      const person = getPerson(request.params.who);
      const { message_id: messageId } = request.body;
      const isPlayed =
        deps.timeline.play(person, messageId) ||
        deps.others.some((other) => other.chats?.play?.(person, messageId) === true);
      if (!isPlayed) {
        throw new Refusal('message_id is no audio of the business that has arrived', 'message_id');
      }
      return { played: true };
    },
  );

  app.post<Who & { Body: { message_id: string; status?: PaymentStatus; method?: string } }>(
    '/_sandbox/people/:who/payments',
    { schema: { body: PAYMENT_SCHEMA } },
    (request) => {
      const person = getPerson(request.params.who);
      const { message_id: messageId, status = 'captured', method = 'upi' } = request.body;
      const message = deps.chats.find(messageId);
      const order = message && isArrived(message, person) ? deps.orders.findByMessage(message) : undefined;
      if (!message || !order) throw new Refusal('message_id is no order that has arrived', 'message_id');
      const refusal = paymentRefusal(order);
      if (refusal !== null) throw new Refusal(refusal, 'message_id', 409);
      const transaction = deps.orders.pay(order, status, method, deps.clock.now());
      const seen = deps.contactBook.shown(person, message.phone_number_id);
      deps.webhooks.tell(message.phone_number_id, {
        field: 'messages',
        part: 'statuses',
        contacts: [contactOf(seen)],
        element: paymentElement(message, seen, order, transaction, status),
        inbound_id: null,
      });
      return { transaction };
    },
  );

  function getPerson(who: string): Person {
    const person = deps.people.find(who);
    if (!person) throw notFound(`The person ${who.slice(0, 100)}`);
    return person;
  }
}

function isArrived(message: Message, person: Person): boolean {
  return message.person_id === person.id && (message.status === 'delivered' || message.status === 'read');
}

const messageId = { type: 'string', minLength: 1, maxLength: 600 } as const;

const PLAYED_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['message_id'],
  properties: { message_id: messageId },
} as const;

const PAYMENT_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['message_id'],
  properties: {
    message_id: messageId,
    status: { enum: ['captured', 'pending', 'failed'] },
    method: { enum: ['upi', 'card', 'wallet', 'netbanking', 'pix', 'boleto'] },
  },
} as const;
