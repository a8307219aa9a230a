import { Type } from 'typebox';
import { actorOf } from '#accounts/accounts.ts';
import { findContactAnywhere } from '#contacts/contacts.ts';
import type { CursorCodec } from '#platform/cursor.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault, problemOf } from '#platform/fault.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { fingerprint } from '#platform/idempotency.ts';
import { cursor, nullable, oneOf, page, pageLimit, strictObject, uuid } from '#platform/schema.ts';
import { formatTraceparent, type TraceContext } from '#platform/trace-context.ts';
import type { AcceptResult } from './accept/accept-request.ts';
import { type AcceptAnswer, type Acceptor, explain } from './accept/accept.ts';
import type { MessageRequest, PreparedMessage } from './accept/prepare.ts';
import { readBatchItem } from './batch-item.ts';
import { liveStatuses, purposes, settledStatuses } from './message.ts';
import {
  acceptedSchema,
  batchAnswerSchema,
  batchSchema,
  decisionSchema,
  messageRequestSchema,
  messageSchema,
  smsSizeSchema,
  traceSchema,
} from './message-schemas.ts';
import { cancelMessage, getMessage, traceMessage } from './messages.ts';
import { listMessages } from './messages-store.ts';
import type { SenderAccount } from './outbox/sender-account.ts';
import { presentMessage, presentRouting, presentTrace } from './present.ts';
import type { Foreseen } from './rerouting/foresee.ts';
import { foreseenSchema, routingSchema } from './routing/routing-schemas.ts';
import { shedClassOf } from './shed-class.ts';

export interface MessagesRoutesDeps {
  /** The pool whose role row level security binds. */
  db: Database;
  worker: Database;
  acceptor: Acceptor;
  /** As the message path of this process knows it. */
  account: (senderId: string) => SenderAccount | undefined;
  cursors: CursorCodec;
  /** Gives each message its sender and checks it; what is wrong with it stands in its place as a Fault. */
  route: (
    workspaceId: string,
    requests: (MessageRequest | Fault)[],
    now: Temporal.Instant,
  ) => Promise<(PreparedMessage | Fault)[]>;
  /** Whether and where a message that a rule routes would be rerouted. */
  foresee: (workspaceId: string, request: MessageRequest, now: Temporal.Instant) => Promise<Foreseen>;
  /** Puts the provider's ids in the place of our uploads; a message that cannot have them becomes its Fault. */
  placeUploads: (messages: (PreparedMessage | Fault)[]) => Promise<(PreparedMessage | Fault)[]>;
  /** Marks a received message as read at the provider; throws a Fault when the provider refuses. */
  markAsRead: (workspaceId: string, messageId: string, typing: boolean, trace: TraceContext) => Promise<void>;
}

const messagePath = strictObject({ id: uuid() });

/** Sending, reading and following messages. */
export function messagesRoutes(server: HttpServer, deps: MessagesRoutesDeps): void {
  const tags = ['messages'];

  server.post(
    '/v1/messages',
    {
      config: { access: { scope: 'messages:send' }, idempotency: 'required', shed: 'authentication' },
      schema: {
        operationId: 'sendMessage',
        summary: 'Send a message',
        description:
          'Answers 202 when the message is on disk and will be sent. The content is written as for the Cloud API.',
        tags,
        body: messageRequestSchema,
        response: { 202: acceptedSchema },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      server.pressure.admit(shedClassOf([request.body.purpose]), caller.workspaceId);
      const answer = await deps.acceptor.accept({
        workspaceId: caller.workspaceId,
        actor: actorOf(caller),
        traceparent: formatTraceparent(request.trace),
        idempotency: {
          key: request.idempotencyKey ?? '',
          route: 'POST /v1/messages',
          fingerprint: fingerprint(request.body),
        },
        // A Fault goes along: the key may be of a request that was accepted when it was still in time.
        messages: await deps.placeUploads(
          await deps.route(caller.workspaceId, [request.body as MessageRequest], Temporal.Now.instant()),
        ),
        respond: ([result]) => respondOne(result),
      });
      return sendAnswer(reply, answer, request.id);
    },
  );

  server.post(
    '/v1/messages/batch',
    {
      bodyLimit: 8 * 1024 * 1024,
      config: { access: { scope: 'messages:send' }, idempotency: 'required', shed: 'authentication' },
      schema: {
        operationId: 'sendMessages',
        summary: 'Send up to 1,000 messages',
        description: 'Each message gets a result of its own, in order; a bad one does not hold up the others.',
        tags,
        body: batchSchema,
        response: { 200: batchAnswerSchema },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const asked = (request.body as { messages: unknown[] }).messages.map(checkedOrFault);
      const purposes = asked.flatMap((message) => (message instanceof Fault ? [] : [message.purpose]));
      server.pressure.admit(shedClassOf(purposes), caller.workspaceId);
      const answer = await deps.acceptor.accept({
        workspaceId: caller.workspaceId,
        actor: actorOf(caller),
        traceparent: formatTraceparent(request.trace),
        idempotency: {
          key: request.idempotencyKey ?? '',
          route: 'POST /v1/messages/batch',
          fingerprint: fingerprint(request.body),
        },
        messages: await deps.placeUploads(await deps.route(caller.workspaceId, asked, Temporal.Now.instant())),
        respond: respondMany,
      });
      return sendAnswer(reply, answer, request.id);
    },
  );

  server.post(
    '/v1/messages/explain',
    {
      config: { access: { scope: 'messages:send' }, idempotency: 'none', shed: 'ui' },
      schema: {
        operationId: 'explainMessage',
        summary: 'Say what would happen to a message, without sending it',
        tags,
        body: messageRequestSchema,
        response: {
          200: strictObject({
            decision: decisionSchema,
            contact_id: Type.Union([uuid(), Type.Null()]),
            sender_id: uuid(),
            sms: Type.Union([smsSizeSchema, Type.Null()]),
            routing: nullable(routingSchema),
            reroute: nullable(foreseenSchema),
          }),
        },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const asked = request.body as MessageRequest;
      const now = Temporal.Now.instant();
      const [message = new Fault('internal')] = await deps.route(workspaceId, [asked], now);
      if (message instanceof Fault) throw message;
      const answer = await explain(deps.worker, workspaceId, message);
      const { provider, settings } = message.account;
      return {
        decision: answer.decision,
        contact_id: answer.contactId,
        sender_id: answer.senderId,
        sms: provider.measureSms?.(message.content, settings) ?? null,
        routing: message.routing && presentRouting(message.routing, null),
        reroute: message.routing && (await deps.foresee(workspaceId, asked, now)),
      };
    },
  );

  server.get(
    '/v1/messages',
    {
      config: { access: { scope: 'messages:read' }, shed: 'ui' },
      schema: {
        operationId: 'listMessages',
        summary: 'List messages, newest first',
        tags,
        querystring: strictObject({
          direction: Type.Optional(oneOf(['outbound', 'inbound'])),
          status: Type.Optional(oneOf([...liveStatuses, ...settledStatuses])),
          purpose: Type.Optional(oneOf(purposes)),
          type: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
          contact: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 160,
              description: 'Id of a contact, a phone number with +, or an e-mail address',
            }),
          ),
          sender_id: Type.Optional(uuid()),
          after: Type.Optional(cursor()),
          limit: Type.Optional(pageLimit()),
        }),
        response: { 200: page(messageSchema) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const { contact, direction, status, purpose, type, sender_id: senderId } = request.query;
      return deps.cursors.page({ workspaceId, list: 'messages' }, request.query, {
        read: ([before], limit) =>
          withWorkspace(deps.db, workspaceId, async (tx) => {
            const contactId = contact === undefined ? undefined : await findContactAnywhere(tx, workspaceId, contact);
            if (contact !== undefined && contactId === undefined) return [];
            const filter = { workspaceId, direction, status, purpose, type, senderId, contactId, before };
            return listMessages(tx, filter, limit);
          }),
        positionOf: ({ id }) => [id],
        present: presentMessage,
      });
    },
  );

  server.get(
    '/v1/messages/:id',
    {
      config: { access: { scope: 'messages:read' }, shed: 'api' },
      schema: {
        operationId: 'getMessage',
        summary: 'A message and where it is',
        tags,
        params: messagePath,
        response: { 200: messageSchema },
      },
    },
    async (request) => presentMessage(await getMessage(deps.db, callerOf(request).workspaceId, request.params.id)),
  );

  server.get(
    '/v1/messages/:id/trace',
    {
      config: { access: { scope: 'messages:read' }, shed: 'ui' },
      schema: {
        operationId: 'traceMessage',
        summary: 'The whole story of a message',
        description:
          '`events` is what happened; `waits_for` says what keeps a message at this moment that was not handed over yet, or whose outcome is not known.',
        tags,
        params: messagePath,
        response: { 200: traceSchema },
      },
    },
    async (request) =>
      presentTrace(await traceMessage(deps.db, callerOf(request).workspaceId, request.params.id, deps.account)),
  );

  server.post(
    '/v1/messages/:id/cancel',
    {
      config: { access: { scope: 'messages:send' }, shed: 'api' },
      schema: {
        operationId: 'cancelMessage',
        summary: 'Take back a message that still waits',
        tags,
        params: messagePath,
        response: { 200: messageSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return presentMessage(
        await cancelMessage(
          { request: deps.db, worker: deps.worker },
          caller.workspaceId,
          request.params.id,
          actorOf(caller),
        ),
      );
    },
  );

  server.post(
    '/v1/messages/:id/read',
    {
      config: { access: { scope: 'messages:send' }, shed: 'api' },
      schema: {
        operationId: 'markMessageAsRead',
        summary: 'Mark a received message as read, with a typing indicator if wanted',
        tags,
        params: messagePath,
        body: strictObject({ typing: Type.Optional(Type.Boolean()) }),
        response: { 200: strictObject({ read: Type.Literal(true) }) },
      },
    },
    async (request) => {
      await deps.markAsRead(
        callerOf(request).workspaceId,
        request.params.id,
        request.body.typing ?? false,
        request.trace,
      );
      return { read: true as const };
    },
  );
}

function checkedOrFault(body: unknown): MessageRequest | Fault {
  try {
    return readBatchItem(body);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function respondOne(result: AcceptResult | undefined): { status: number; body: unknown } {
  if (!result || result.kind === 'refused') {
    const fault = result?.fault ?? new Fault('internal');
    return { status: fault.status, body: problemOf(fault, '') };
  }
  if (result.kind === 'blocked') return { status: result.fault.status, body: problemOf(result.fault, '') };
  return { status: 202, body: presentAccepted(result) };
}

function respondMany(results: AcceptResult[]): { status: number; body: unknown } {
  return {
    status: 200,
    body: {
      results: results.map((result) => {
        if (result.kind === 'accepted') return presentAccepted(result);
        const { request_id: _, ...problem } = problemOf(result.fault, '');
        return result.kind === 'blocked'
          ? { id: result.messageId, status: 'blocked', problem }
          : { id: null, status: 'refused', problem };
      }),
    },
  };
}

function presentAccepted(result: Extract<AcceptResult, { kind: 'accepted' }>): {
  id: string;
  status: string;
  created_at: string;
  decision: unknown;
} {
  return {
    id: result.messageId,
    status: result.status,
    created_at: result.createdAt.toString(),
    decision: result.decision,
  };
}

interface Reply {
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  type(contentType: string): Reply;
  serializer(fn: (payload: unknown) => string): Reply;
  send(body: unknown): unknown;
}

function sendAnswer(reply: Reply, answer: AcceptAnswer, requestId: string): never {
  reply.code(answer.status);
  if (answer.replayed) reply.header('idempotency-replayed', 'true');
  if (answer.status < 400) return reply.send(answer.body) as never;
  return reply
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({ ...(answer.body as object), request_id: requestId }) as never;
}
