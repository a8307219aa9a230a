import { Type } from 'typebox';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { callsWithin } from '#platform/outgoing.ts';
import { strictObject, uuid } from '#platform/schema.ts';
import { addConnection } from './connections.ts';
import type { ConnectionsRoutesDeps } from './connections-routes.ts';
import { connectionSchema, secret, showConnection } from './present-connection.ts';
import { instanceId } from './providers/ultramsg/instance.ts';
import { providerName } from './providers/ultramsg/provider-name.ts';

/** Connecting an instance of UltraMsg. */
export function addUltramsgRoutes(server: HttpServer, deps: ConnectionsRoutesDeps): void {
  server.post(
    '/v1/connections/ultramsg',
    {
      config: { access: { scope: 'connections:write' }, shed: 'ui' },
      schema: {
        operationId: 'addUltramsgConnection',
        summary: 'Connect an instance of UltraMsg',
        description:
          'Tries the token first; when it does not work, nothing is saved and the problem says why. The phone may be linked later.',
        tags: ['connections'],
        body: strictObject({
          name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          base_url: Type.Optional(
            Type.String({ minLength: 8, maxLength: 500, description: 'Of UltraMsg or what speaks like it' }),
          ),
          instance_id: Type.String({
            minLength: 1,
            maxLength: 100,
            pattern: '^[A-Za-z0-9_.-]+$',
            description: 'As UltraMsg shows it, e.g. instance1150; digits alone will do',
          }),
          token: secret('Shown beside it'),
          throughput_per_second: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
          force: Type.Optional(Type.Boolean({ description: 'Save although a check fails' })),
        }),
        response: {
          201: strictObject({
            ...connectionSchema.properties,
            sender_id: uuid(),
          }),
        },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { body } = request;
      const instance = instanceId(body.instance_id);
      const added = await addConnection(deps.db, { ...deps, calls: callsWithin(deps.calls, request.trace) }, caller, {
        provider: providerName,
        businessAccountId: instance,
        senderExternalId: instance,
        // The key of the webhooks' address is made, so that nobody chooses one that can be guessed.
        secrets: { accessToken: body.token, appSecrets: [], verifyToken: '' },
        ...(body.name === undefined ? undefined : { name: body.name }),
        // UltraMsg shows the address with the instance at its end.
        ...(body.base_url === undefined ? undefined : { baseUrl: body.base_url.replace(/\/instance\d+\/*$/, '') }),
        ...(body.throughput_per_second === undefined ? undefined : { throughputPerSecond: body.throughput_per_second }),
        ...(body.force === undefined ? undefined : { force: body.force }),
      });
      await deps.directory.refresh();
      reply.code(201);
      return {
        ...(await showConnection(deps, caller.workspaceId, added.connectionId)),
        sender_id: added.senderId,
        // Whole, this once: whoever knows it can pretend to be UltraMsg.
        callback_url: added.callbackUrl,
      };
    },
  );
}
