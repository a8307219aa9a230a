import { Type } from 'typebox';
import type { CursorCodec } from '#platform/cursor.ts';
import { type Database, type Queryable, withWorkspace } from '#platform/database.ts';
import { type Caller, callerOf, type HttpServer } from '#platform/http.ts';
import { callsWithin } from '#platform/outgoing.ts';
import { nullable, oneOf, page, strictObject, uuid } from '#platform/schema.ts';
import type { TraceContext } from '#platform/trace-context.ts';
import {
  addConnection,
  addSender,
  changeSettings,
  checkConnection,
  type ConnectionDeps,
  removeConnection,
  rotateSecrets,
  subscribeWebhooks,
} from './connections.ts';
import type { ConnectionDirectory } from './connection-directory.ts';
import { breakerRoutes } from './breaker-routes.ts';
import { pauseConnection, resumeConnection } from './pauses.ts';
import { pageQuery, pagesOf } from './directory-page.ts';
import {
  checks,
  connectionSchema,
  externalId,
  presentConnection,
  secret,
  showConnection,
} from './present-connection.ts';
import { presentSender, senderSchema, sendersRoutes } from './senders-routes.ts';
import { stopsRoutes } from './stops-routes.ts';
import { templatesRoutes } from './templates-routes.ts';

export interface ConnectionsRoutesDeps extends ConnectionDeps {
  /** The pool whose role row level security binds. */
  db: Database;
  directory: ConnectionDirectory;
  cursors: CursorCodec;
}

const newSender = {
  phone_number_id: Type.String({
    minLength: 1,
    maxLength: 100,
    pattern: '^\\+?[A-Za-z0-9_.-]+$',
    description: "The provider's id of the number; of Twilio the number itself, with +",
  }),
  phone: Type.Optional(
    Type.String({ pattern: '^\\+[1-9][0-9]{5,14}$', description: 'E.164; what the provider tells counts more' }),
  ),
  throughput_per_second: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  force: Type.Optional(Type.Boolean({ description: 'Save although a check fails' })),
};
const messagingAccount = externalId(
  'Of the messaging account that messages are sent for, where the number has several',
);
const directSend = Type.Boolean({
  description: 'The provider lets this account use Direct Send: free content that is billed as a category',
});
const path = strictObject({ id: uuid() });
const read = { access: { scope: 'connections:read' }, shed: 'ui' } as const;
const write = { access: { scope: 'connections:write' }, shed: 'ui' } as const;
/** Somebody who stops sending, or lets it go on, gets through whatever else is too much. */
const stopButton = { ...write, shed: 'never' } as const;
const tags = ['connections'];

/** Provider accounts and their senders: add, list, check, change, pause, remove. No secret is ever in an answer. */
export function connectionsRoutes(server: HttpServer, deps: ConnectionsRoutesDeps): void {
  const { db, directory, cursors } = deps;
  const within = ({ trace }: { trace: TraceContext }) => ({ ...deps, calls: callsWithin(deps.calls, trace) });
  sendersRoutes(server, { db, directory, cursors });
  stopsRoutes(server, { db, directory });
  templatesRoutes(server, { db, cursors });
  breakerRoutes(server, { db, directory });

  const shown = (workspaceId: string, id: string) => showConnection(deps, workspaceId, id);

  /** Makes the change, waits until the message path knows it, and shows the connection as it is then. */
  async function changed(caller: Caller, id: string, change: (tx: Queryable) => Promise<void>) {
    await withWorkspace(db, caller.workspaceId, change);
    await directory.refresh();
    return shown(caller.workspaceId, id);
  }

  server.get(
    '/v1/connections',
    {
      config: read,
      schema: {
        operationId: 'listConnections',
        summary: 'List the connections with their senders and health',
        tags,
        querystring: pageQuery,
        response: { 200: page(connectionSchema) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const own = directory.connections().filter((one) => one.workspaceId === workspaceId);
      return cursors.page({ workspaceId, list: 'connections' }, request.query, {
        ...pagesOf(own, (one) => one.connectionId),
        present: presentConnection,
      });
    },
  );

  server.get(
    '/v1/connections/:id',
    {
      config: read,
      schema: {
        operationId: 'getConnection',
        summary: 'Get a connection',
        tags,
        params: path,
        response: { 200: connectionSchema },
      },
    },
    async (request) => shown(callerOf(request).workspaceId, request.params.id),
  );

  server.post(
    '/v1/connections',
    {
      config: write,
      schema: {
        operationId: 'addConnection',
        summary: 'Connect a provider account',
        description: 'Tries the credentials first; when one does not work, nothing is saved and the problem says why.',
        tags,
        body: strictObject({
          provider: oneOf(['whatsapp-cloud']),
          name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          base_url: Type.Optional(
            Type.String({ minLength: 8, maxLength: 500, description: 'Of the Graph API or what speaks like it' }),
          ),
          api_version: Type.Optional(Type.String({ pattern: '^v[0-9]{1,3}\\.[0-9]{1,2}$' })),
          business_account_id: externalId('The id of the WhatsApp Business Account'),
          app_id: Type.Optional(externalId('The id of the app; found by the token when absent')),
          messaging_account_id: Type.Optional(messagingAccount),
          direct_send: Type.Optional(directSend),
          access_token: secret('Of a system user'),
          app_secret: secret('Verifies webhooks'),
          verify_token: secret('Chosen by you; the provider repeats it when it verifies the callback URL'),
          ...newSender,
        }),
        response: { 201: strictObject({ ...connectionSchema.properties, sender_id: uuid() }) },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { body } = request;
      const added = await addConnection(db, within(request), caller, {
        provider: body.provider,
        businessAccountId: body.business_account_id,
        senderExternalId: body.phone_number_id,
        secrets: { accessToken: body.access_token, appSecrets: [body.app_secret], verifyToken: body.verify_token },
        ...defined({
          name: body.name,
          baseUrl: body.base_url,
          apiVersion: body.api_version,
          appId: body.app_id,
          messagingAccountId: body.messaging_account_id,
          directSend: body.direct_send,
          phone: body.phone,
          throughputPerSecond: body.throughput_per_second,
          force: body.force,
        }),
      });
      await directory.refresh();
      reply.code(201);
      return {
        ...(await shown(caller.workspaceId, added.connectionId)),
        callback_url: added.callbackUrl,
        sender_id: added.senderId,
      };
    },
  );

  server.patch(
    '/v1/connections/:id',
    {
      config: write,
      schema: {
        operationId: 'changeConnection',
        summary: 'Change how messages are sent by the account',
        description: 'What is absent stays; null takes the messaging account away.',
        tags,
        params: path,
        body: strictObject(
          {
            messaging_account_id: Type.Optional(nullable(messagingAccount)),
            direct_send: Type.Optional(directSend),
          },
          { minProperties: 1 },
        ),
        response: { 200: connectionSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const { messaging_account_id: messagingAccountId, direct_send } = request.body;
      const changes = defined({ messagingAccountId, directSend: direct_send });
      return changed(caller, id, (tx) => changeSettings(tx, caller, id, changes));
    },
  );

  server.post(
    '/v1/connections/:id/senders',
    {
      config: write,
      schema: {
        operationId: 'addSender',
        summary: 'Add a further number of the account',
        tags,
        params: path,
        body: strictObject(newSender),
        response: { 201: senderSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const { senderId } = await addSender(db, within(request), callerOf(request), request.params.id, {
        senderExternalId: body.phone_number_id,
        ...defined({ phone: body.phone, throughputPerSecond: body.throughput_per_second, force: body.force }),
      });
      await directory.refresh();
      const sender = directory.senderById(senderId);
      if (!sender) throw new Error(`The directory does not have the sender ${senderId}.`);
      reply.code(201);
      return presentSender(sender);
    },
  );

  server.post(
    '/v1/connections/:id/check',
    {
      config: write,
      schema: {
        operationId: 'checkConnection',
        summary: 'Try the credentials again',
        tags,
        params: path,
        response: { 200: strictObject({ checks }) },
      },
    },
    async (request) => {
      const found = await checkConnection(db, within(request), callerOf(request), request.params.id);
      await directory.refresh();
      return { checks: found };
    },
  );

  server.post(
    '/v1/connections/:id/subscribe',
    {
      config: write,
      schema: {
        operationId: 'subscribeConnection',
        summary: 'Have the provider send the webhooks of the account here',
        tags,
        params: path,
        response: { 200: strictObject({ callback_url: Type.String() }) },
      },
    },
    async (request) => {
      const address = await subscribeWebhooks(db, within(request), callerOf(request), request.params.id);
      await directory.refresh();
      return { callback_url: address };
    },
  );

  server.put(
    '/v1/connections/:id/secrets',
    {
      config: write,
      schema: {
        operationId: 'rotateSecrets',
        summary: 'Replace secrets',
        description: 'What is absent stays. The previous app secret stays valid beside a new one until it is dropped.',
        tags,
        params: path,
        body: strictObject({
          access_token: Type.Optional(secret('Of a system user')),
          app_secret: Type.Optional(secret('Verifies webhooks')),
          verify_token: Type.Optional(
            secret(
              'Chosen by you. Where webhooks are not signed it is the last part of their address: 32 random characters or more',
            ),
          ),
          drop_previous_app_secret: Type.Optional(Type.Boolean()),
          force: newSender.force,
        }),
        response: { 200: strictObject({ checks }) },
      },
    },
    async (request) => {
      const { body } = request;
      const changes = defined({
        accessToken: body.access_token,
        appSecret: body.app_secret,
        verifyToken: body.verify_token,
        dropPreviousAppSecret: body.drop_previous_app_secret,
        force: body.force,
      });
      const found = await rotateSecrets(db, within(request), callerOf(request), request.params.id, changes);
      await directory.refresh();
      return { checks: found };
    },
  );

  server.post(
    '/v1/connections/:id/pause',
    {
      config: stopButton,
      schema: {
        operationId: 'pauseConnection',
        summary: 'Hold everything that its senders would send',
        tags,
        params: path,
        body: strictObject({ reason: Type.String({ minLength: 1, maxLength: 500 }) }),
        response: { 200: connectionSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      return changed(caller, id, (tx) => pauseConnection(tx, caller, id, request.body.reason));
    },
  );

  server.post(
    '/v1/connections/:id/resume',
    {
      config: stopButton,
      schema: {
        operationId: 'resumeConnection',
        summary: 'Let its senders send again',
        tags,
        params: path,
        response: { 200: connectionSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      return changed(caller, id, (tx) => resumeConnection(tx, caller, id));
    },
  );

  server.delete(
    '/v1/connections/:id',
    {
      config: write,
      schema: {
        operationId: 'removeConnection',
        summary: 'End the use of an account and forget its secrets',
        tags,
        params: path,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      await withWorkspace(db, caller.workspaceId, (tx) => removeConnection(tx, caller, request.params.id));
      await directory.refresh();
      return reply.code(204).send(null);
    },
  );
}

type Defined<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

/** Without the fields that are undefined. */
function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<Fields>;
}
