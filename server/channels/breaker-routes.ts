import { Type } from 'typebox';
import { type Database, withWorkspace } from '#platform/database.ts';
import { invalidField } from '#platform/fault.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { instant, oneOf, strictObject, uuid } from '#platform/schema.ts';
import type { ConnectionDirectory } from './connection-directory.ts';
import { forceBreaker } from './pauses.ts';
import { connectionSchema, showConnection } from './present-connection.ts';

/** What an operator says over the breaker of an account. Gets through whatever else is too much. */
export function breakerRoutes(server: HttpServer, deps: { db: Database; directory: ConnectionDirectory }): void {
  server.post(
    '/v1/connections/:id/breaker',
    {
      config: { access: { scope: 'connections:write' }, shed: 'never' },
      schema: {
        operationId: 'setBreaker',
        summary: 'Force the breaker open or closed, or let it decide again',
        description:
          'Forced open, nothing goes to the provider: messages wait in the queue, and routing rules that reroute take other senders. Forced closed, they leave although calls fail. Back to automatic from forced open, one real message is tried first.',
        tags: ['connections'],
        params: strictObject({ id: uuid() }),
        body: strictObject({
          state: oneOf(['automatic', 'forced_open', 'forced_closed']),
          reason: Type.String({ minLength: 1, maxLength: 500, description: 'Kept in the audit trail' }),
          until: Type.Optional(instant({ description: 'It is automatic again from then on; not with automatic' })),
        }),
        response: { 200: connectionSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const { state, reason, until } = request.body;
      const end = until === undefined ? null : Temporal.Instant.from(until);
      if (end && state === 'automatic') throw invalidField('/until', 'Automatic has no end: leave it out.');
      if (end && Temporal.Instant.compare(end, Temporal.Now.instant()) <= 0)
        throw invalidField('/until', 'It must be in the future.');
      const forced = state === 'automatic' ? null : ({ state: states[state], until: end } as const);
      await withWorkspace(deps.db, caller.workspaceId, (tx) => forceBreaker(tx, caller, id, forced, reason));
      await deps.directory.refresh();
      return showConnection(deps, caller.workspaceId, id);
    },
  );
}

const states = { forced_open: 'open', forced_closed: 'closed' } as const;
