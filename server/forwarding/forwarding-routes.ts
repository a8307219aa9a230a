import { Type } from 'typebox';
import type { Vault } from '#accounts/vault.ts';
import type { ProviderCalls } from '#channels/provider-account.ts';
import type { CursorCodec } from '#platform/cursor.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { callsWithin } from '#platform/outgoing.ts';
import { cursor, instant, nullable, oneOf, page, pageLimit, strictObject, uuid } from '#platform/schema.ts';
import { endForwarding, type Forwarding, getForwarding, redeliver, setForwarding } from './forwarding.ts';
import { type DeliveryRow, listDeliveries } from './forwarding-store.ts';

export interface ForwardingRoutesDeps {
  /** The pool whose role row level security binds. */
  db: Database;
  /** The pool that may add jobs. */
  worker: Database;
  vault: Vault;
  calls: ProviderCalls;
  cursors: CursorCodec;
}

const forwarding = strictObject({
  url: nullable(Type.String({ description: 'Where webhooks go; null when they do not go anywhere' })),
  verified_at: nullable(instant({ description: 'When the receiver answered the challenge' })),
});

const delivery = strictObject({
  id: uuid(),
  state: oneOf(['pending', 'delivered', 'failed']),
  raw_webhook_id: nullable(uuid({ description: "The provider's webhook that is sent on" })),
  message_id: nullable(uuid({ description: 'The message that ended before the provider took it' })),
  attempts: Type.Integer(),
  http_status: nullable(Type.Integer()),
  error: nullable(Type.String()),
  created_at: instant(),
  attempted_at: nullable(instant()),
});

const secret = (description: string) =>
  Type.String({ minLength: 1, maxLength: 2_000, pattern: '^[\\x21-\\x7e]+$', description });

/** Where webhooks are sent on to, and what became of each. */
export function forwardingRoutes(server: HttpServer, deps: ForwardingRoutesDeps): void {
  const { db, cursors } = deps;
  const tags = ['forwarding'];

  server.get(
    '/v1/forwarding',
    {
      config: { access: { scope: 'forwarding:read' }, shed: 'ui' },
      schema: {
        operationId: 'getForwarding',
        summary: 'Where webhooks are sent on to',
        tags,
        response: { 200: forwarding },
      },
    },
    async (request) => present(await getForwarding(db, callerOf(request).workspaceId)),
  );

  server.put(
    '/v1/forwarding',
    {
      config: { access: { scope: 'forwarding:write' }, shed: 'ui' },
      schema: {
        operationId: 'setForwarding',
        summary: "Send webhooks on, in Meta's shape",
        description:
          'The receiver is asked at once, as Meta asks: GET with hub.mode, hub.challenge and hub.verify_token. Nothing is saved until it answers with the challenge.',
        tags,
        body: strictObject({
          url: Type.String({ minLength: 1, maxLength: 2_000, description: 'https, reachable from this server' }),
          verify_token: secret('The word by which the receiver knows that it was meant'),
          app_secret: secret('Signs every webhook (X-Hub-Signature-256); what the receiver has as its app secret'),
        }),
        response: { 200: forwarding },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const { url, verify_token: verifyToken, app_secret: appSecret } = request.body;
      const calls = callsWithin(deps.calls, request.trace);
      await setForwarding({ ...deps, calls }, workspaceId, { url, verifyToken, appSecret });
      return present(await getForwarding(db, workspaceId));
    },
  );

  server.delete(
    '/v1/forwarding',
    {
      config: { access: { scope: 'forwarding:write' }, shed: 'ui' },
      schema: {
        operationId: 'endForwarding',
        summary: 'Send webhooks on no longer; what still waits is given up',
        tags,
        response: { 200: forwarding },
      },
    },
    async (request) => {
      await endForwarding(db, callerOf(request).workspaceId);
      return present(undefined);
    },
  );

  server.get(
    '/v1/forwarding/deliveries',
    {
      config: { access: { scope: 'forwarding:read' }, shed: 'ui' },
      schema: {
        operationId: 'listForwardingDeliveries',
        summary: 'What was sent on or waits for it, newest first',
        tags,
        querystring: strictObject({
          state: Type.Optional(oneOf(['pending', 'delivered', 'failed'])),
          after: Type.Optional(cursor()),
          limit: Type.Optional(pageLimit()),
        }),
        response: { 200: page(delivery) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const { state } = request.query;
      return cursors.page({ workspaceId, list: 'forwarding-deliveries' }, request.query, {
        read: ([before], limit) =>
          withWorkspace(db, workspaceId, (tx) => listDeliveries(tx, { workspaceId, state, before }, limit)),
        positionOf: ({ id }) => [id],
        present: presentDelivery,
      });
    },
  );

  server.post(
    '/v1/forwarding/deliveries/:id/redeliver',
    {
      config: { access: { scope: 'forwarding:write' }, shed: 'ui' },
      schema: {
        operationId: 'redeliverForwarding',
        summary: 'Send a webhook on again that was given up on, or was taken and lost',
        tags,
        params: strictObject({ id: uuid() }),
        response: { 202: strictObject({ id: uuid(), state: Type.Literal('pending') }) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await redeliver(deps.worker, callerOf(request).workspaceId, id);
      reply.code(202);
      return { id, state: 'pending' as const };
    },
  );
}

function present(found: Forwarding | undefined) {
  return { url: found?.url ?? null, verified_at: found?.verifiedAt.toString() ?? null };
}

function presentDelivery(row: DeliveryRow) {
  return {
    id: row.id,
    state: row.state,
    raw_webhook_id: row.rawWebhookId,
    message_id: row.messageId,
    attempts: row.attempts,
    http_status: row.httpStatus,
    error: row.error,
    created_at: row.createdAt.toString(),
    attempted_at: row.attemptedAt?.toString() ?? null,
  };
}
