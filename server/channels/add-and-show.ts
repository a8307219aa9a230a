import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { callerOf } from '#platform/http.ts';
import { callsWithin } from '#platform/outgoing.ts';
import { strictObject, uuid } from '#platform/schema.ts';
import { addConnection, type NewConnectionRequest } from './connections.ts';
import type { ConnectionsRoutesDeps } from './connections-routes.ts';
import { connectionSchema, showConnection } from './present-connection.ts';

/** What is asked of every provider's connection alike. */
export const connectionOptions = {
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  force: Type.Optional(Type.Boolean({ description: 'Save although a check fails' })),
};

export const addedSchema = strictObject({ ...connectionSchema.properties, sender_id: uuid() });

interface Options {
  name?: string | undefined;
  base_url?: string | undefined;
  throughput_per_second?: number | undefined;
  force?: boolean | undefined;
}

/** Adds a connection as its route has read it, and answers with it. The address for webhooks is whole, this once: where they
 *  are not signed, whoever knows it can pretend to be the provider. */
export async function addAndShow(
  deps: ConnectionsRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { name, base_url: baseUrl, throughput_per_second: throughputPerSecond, force }: Options,
  wanted: NewConnectionRequest,
) {
  const caller = callerOf(request);
  const added = await addConnection(deps.db, { ...deps, calls: callsWithin(deps.calls, request.trace) }, caller, {
    ...wanted,
    ...(name === undefined ? undefined : { name }),
    ...(baseUrl === undefined ? undefined : { baseUrl }),
    ...(throughputPerSecond === undefined ? undefined : { throughputPerSecond }),
    ...(force === undefined ? undefined : { force }),
  });
  await deps.directory.refresh();
  reply.code(201);
  return {
    ...(await showConnection(deps, caller.workspaceId, added.connectionId)),
    sender_id: added.senderId,
    callback_url: added.callbackUrl,
  };
}
