import { Type } from 'typebox';
import type { HttpServer } from '#platform/http.ts';
import { strictObject } from '#platform/schema.ts';
import { addAndShow, addedSchema, connectionOptions } from './add-and-show.ts';
import type { ConnectionsRoutesDeps } from './connections-routes.ts';
import { secret } from './present-connection.ts';
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
          ...connectionOptions,
        }),
        response: { 201: addedSchema },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const instance = instanceId(body.instance_id);
      // UltraMsg shows the address with the instance at its end.
      const baseUrl = body.base_url?.replace(/\/instance\d+\/*$/, '');
      return addAndShow(
        deps,
        request,
        reply,
        { ...body, base_url: baseUrl },
        {
          provider: providerName,
          businessAccountId: instance,
          senderExternalId: instance,
          // The key of the webhooks' address is made, so that nobody chooses one that can be guessed.
          secrets: { accessToken: body.token, appSecrets: [], verifyToken: '' },
        },
      );
    },
  );
}
