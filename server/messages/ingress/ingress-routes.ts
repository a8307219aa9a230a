import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ConnectionSecrets, ConnectionSettings } from '#channels/provider.ts';
import type { Provider } from '#channels/provider-port.ts';
import type { CursorCodec } from '#platform/cursor.ts';
import { isEqualConstantTime } from '#platform/crypto.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { webhookScope } from '#platform/webhook-scope.ts';
import { cursor, instant, nullable, oneOf, page, pageLimit, strictObject, uuid } from '#platform/schema.ts';
import { isUuid } from '#platform/schema.ts';
import type { Ingress } from './ingress.ts';
import { findRawWebhook, insertReplayTask, listNotices, listRawWebhooks, type RawWebhookRow } from './ingress-store.ts';

export interface WebhookConnection {
  workspaceId: string;
  connectionId: string;
  provider: Provider;
  secrets: ConnectionSecrets;
  settings: ConnectionSettings;
}

export interface IngressRoutesDeps {
  db: Database;
  worker: Database;
  ingress: Ingress;
  cursors: CursorCodec;
  connection: (connectionId: string) => WebhookConnection | undefined;
  onChallenge: (connection: WebhookConnection) => void;
  onWebhook: (connection: WebhookConnection) => void;
  onBadSignature: (connectionId: string) => void;
}

/** The Cloud API sends at most 3 MB. */
const webhookLimitBytes = 3 * 1024 * 1024;

const rawSummary = strictObject({
  id: uuid(),
  connection_id: uuid(),
  received_at: instant(),
  state: oneOf(['pending', 'applied', 'quarantined']),
  attempts: Type.Integer(),
  error: nullable(Type.String()),
  size_bytes: Type.Integer(),
});

const notice = strictObject({
  id: uuid(),
  connection_id: uuid(),
  sender_id: nullable(uuid()),
  raw_webhook_id: uuid(),
  kind: oneOf(['account', 'unknown', 'unrouted', 'quarantined', 'unsupported', 'conflict']),
  field: Type.String(),
  value: Type.Unknown(),
  reason: nullable(Type.String()),
  received_at: instant(),
});

const path = strictObject({ id: uuid() });
const called = { config: { access: 'public', kind: 'webhook', shed: 'ingress' }, schema: { hide: true } } as const;

/** The address of a connection. `key` is there where the provider does not sign. */
interface Address {
  provider: string;
  connectionId: string;
  key?: string;
}

/** What providers call, and what became of it. */
export async function ingressRoutes(server: HttpServer, deps: IngressRoutesDeps): Promise<void> {
  await webhookScope(server, webhookLimitBytes, (scope) => {
    scope.get<{ Params: Address }>('/webhooks/:provider/:connectionId', called, async (request, reply) => {
      const connection = find(request.params, 'signed');
      const answer = connection.provider.answerHandshake?.(
        new URL(request.url, 'http://localhost').searchParams,
        connection.secrets,
      );
      if (answer === undefined) throw new Fault('not_found', { detail: 'Webhooks come here by POST.' });
      if (answer === null)
        throw new Fault('forbidden', { detail: 'The verify token is not the one of this connection.' });
      deps.onChallenge(connection);
      return reply.type('text/plain; charset=utf-8').send(answer);
    });

    scope.post<{ Params: Address }>('/webhooks/:provider/:connectionId', called, (request, reply) =>
      take(find(request.params, 'signed'), request, reply),
    );

    scope.post<{ Params: Address }>('/webhooks/:provider/:connectionId/:key', called, (request, reply) =>
      take(find(request.params, 'unsigned'), request, reply),
    );
  });

  async function take(connection: WebhookConnection, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const { provider, secrets, settings } = connection;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '';
    const here = settings.webhookUrl ?? `${request.protocol}://${request.host}${request.url.split('?')[0]}`;
    const url = query === '' ? here : `${here}?${query}`;
    if (!provider.verifyWebhook({ body, headers: request.headers, url }, secrets, settings)) {
      deps.onBadSignature(connection.connectionId);
      throw new Fault('invalid_signature', {
        detail:
          provider.capabilities.webhooks === 'signed'
            ? 'The body is not signed with the secret of this connection.'
            : 'The webhook does not belong to the account of this connection.',
      });
    }
    await deps.ingress.append(connection.workspaceId, connection.connectionId, body, query);
    deps.onWebhook(connection);
    return reply.code(200).type(provider.webhookAnswer.contentType).send(provider.webhookAnswer.body);
  }

  // A wrong key is answered as a connection that is not there: an address is right as a whole, or it is none.
  function find({ provider, connectionId, key }: Address, webhooks: 'signed' | 'unsigned'): WebhookConnection {
    const connection = isUuid(connectionId) ? deps.connection(connectionId.toLowerCase()) : undefined;
    const isRight =
      connection?.provider.name === provider &&
      connection.provider.capabilities.webhooks === webhooks &&
      (webhooks === 'signed' || isEqualConstantTime(key ?? '', connection.secrets.verifyToken));
    if (!connection || !isRight) {
      if (connection && key !== undefined) deps.onBadSignature(connection.connectionId);
      throw new Fault('not_found', { detail: 'There is no such connection.' });
    }
    return connection;
  }

  const tags = ['webhooks'];
  server.get(
    '/v1/webhooks',
    {
      config: { access: { scope: 'webhooks:read' }, shed: 'ui' },
      schema: {
        operationId: 'listWebhooks',
        summary: 'Provider webhooks as they came, newest first',
        tags,
        querystring: strictObject({
          state: Type.Optional(oneOf(['pending', 'applied', 'quarantined'])),
          after: Type.Optional(cursor()),
          limit: Type.Optional(pageLimit()),
        }),
        response: { 200: page(rawSummary) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const { state = null } = request.query;
      return deps.cursors.page({ workspaceId, list: 'webhooks' }, request.query, {
        read: ([after = null], limit) =>
          withWorkspace(deps.db, workspaceId, (tx) => listRawWebhooks(tx, workspaceId, { after, state }, limit)),
        positionOf: ({ id }) => [id],
        present: summaryOf,
      });
    },
  );

  server.get(
    '/v1/webhooks/:id',
    {
      config: { access: { scope: 'webhooks:read' }, shed: 'ui' },
      schema: {
        operationId: 'getWebhook',
        summary: 'A provider webhook with its exact body',
        tags,
        params: path,
        response: {
          200: strictObject({
            ...rawSummary.properties,
            body: Type.String(),
            body_encoding: oneOf(['utf8', 'base64']),
          }),
        },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const row = await withWorkspace(deps.db, workspaceId, (tx) => findRawWebhook(tx, workspaceId, request.params.id));
      if (!row)
        throw new Fault('not_found', {
          detail: 'There is no webhook with this id, or it was kept long enough and is gone.',
        });
      return {
        ...summaryOf(row),
        body: row.body,
        body_encoding: row.isBase64 ? ('base64' as const) : ('utf8' as const),
      };
    },
  );

  server.post(
    '/v1/webhooks/:id/replay',
    {
      config: { access: { scope: 'webhooks:replay' }, shed: 'ui' },
      schema: {
        operationId: 'replayWebhook',
        summary: 'Apply a kept webhook again; what took effect before does not happen twice',
        tags,
        params: path,
        response: { 202: strictObject({ id: uuid(), state: Type.Literal('pending') }) },
      },
    },
    async (request, reply) => {
      const { workspaceId } = callerOf(request);
      if (!(await insertReplayTask(deps.worker, workspaceId, request.params.id)))
        throw new Fault('not_found', { detail: 'There is no webhook with this id.' });
      deps.ingress.wake();
      reply.code(202);
      return { id: request.params.id, state: 'pending' as const };
    },
  );

  server.get(
    '/v1/provider-notices',
    {
      config: { access: { scope: 'webhooks:read' }, shed: 'ui' },
      schema: {
        operationId: 'listProviderNotices',
        summary:
          'What providers said that is not a message or a receipt: account news, unsupported kinds, unrouted and quarantined items',
        tags,
        querystring: strictObject({
          kind: Type.Optional(oneOf(['account', 'unknown', 'unrouted', 'quarantined', 'unsupported', 'conflict'])),
          after: Type.Optional(cursor()),
          limit: Type.Optional(pageLimit()),
        }),
        response: { 200: page(notice) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const { kind = null } = request.query;
      return deps.cursors.page({ workspaceId, list: 'provider_notices' }, request.query, {
        read: ([after = null], limit) =>
          withWorkspace(deps.db, workspaceId, (tx) => listNotices(tx, workspaceId, { after, kind }, limit)),
        positionOf: ({ id }) => [id],
        present: (row) => ({
          id: row.id,
          connection_id: row.connectionId,
          sender_id: row.senderId,
          raw_webhook_id: row.rawWebhookId,
          kind: row.kind as 'account',
          field: row.field,
          value: row.value,
          reason: row.reason,
          received_at: row.receivedAt.toString(),
        }),
      });
    },
  );
}

function summaryOf(row: RawWebhookRow) {
  return {
    id: row.id,
    connection_id: row.connectionId,
    received_at: row.receivedAt.toString(),
    state: row.state,
    attempts: row.attempts,
    error: row.error,
    size_bytes: row.isBase64 ? Math.floor((row.body.length * 3) / 4) : Buffer.byteLength(row.body),
  };
}
