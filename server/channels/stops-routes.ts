import { Type } from 'typebox';
import { type Database, type Queryable, withWorkspace } from '#platform/database.ts';
import { type Caller, callerOf, type HttpServer } from '#platform/http.ts';
import { instant, oneOf, strictObject } from '#platform/schema.ts';
import type { ConnectionDirectory } from './connection-directory.ts';
import { stopScopes } from './lanes.ts';
import { endStop, stop } from './stops.ts';
import { listStops, type StopRow } from './stops-store.ts';

export interface StopsRoutesDeps {
  /** The pool whose role row level security binds. */
  db: Database;
  directory: ConnectionDirectory;
}

const stopsSchema = strictObject({
  data: Type.Array(
    strictObject({ scope: oneOf(stopScopes), reason: Type.String(), stopped_at: instant(), stopped_by: Type.String() }),
  ),
});

const path = strictObject({ scope: oneOf(stopScopes) });
// Stopping must work when the server is busiest.
const write = { access: { scope: 'lanes:write' }, shed: 'never' } as const;
const tags = ['stops'];

/** The stop button for all senders of a workspace: everything, or one lane. */
export function stopsRoutes(server: HttpServer, { db, directory }: StopsRoutesDeps): void {
  /** Makes the change, waits until the message path of this process knows it, and shows what stands then. */
  async function changed(caller: Caller, change: (tx: Queryable) => Promise<void>) {
    const rows = await withWorkspace(db, caller.workspaceId, async (tx) => {
      await change(tx);
      return listStops(tx, caller.workspaceId);
    });
    await directory.refresh();
    return present(rows);
  }

  server.get(
    '/v1/stops',
    {
      config: { access: { scope: 'lanes:read' }, shed: 'never' },
      schema: {
        operationId: 'listStops',
        summary: 'What is stopped on all senders',
        description: 'The stops of single senders are in GET /v1/senders.',
        tags,
        response: { 200: stopsSchema },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      return present(await withWorkspace(db, workspaceId, (tx) => listStops(tx, workspaceId)));
    },
  );

  server.put(
    '/v1/stops/:scope',
    {
      config: write,
      schema: {
        operationId: 'stop',
        summary: 'Stop everything, or one lane, on all senders',
        description:
          'Messages wait; nothing is lost. What is being handed over to a provider at this moment still goes. What is stopped already stays so, with its first reason.',
        tags,
        params: path,
        body: strictObject({ reason: Type.String({ minLength: 1, maxLength: 500 }) }),
        response: { 200: stopsSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return changed(caller, (tx) => stop(tx, caller, request.params.scope, request.body.reason));
    },
  );

  server.delete(
    '/v1/stops/:scope',
    {
      config: write,
      schema: {
        operationId: 'endStop',
        summary: 'Let everything, or one lane, go on',
        description:
          'Pauses and stops of single senders stand, and so does a stop of everything when one lane is resumed.',
        tags,
        params: path,
        response: { 200: stopsSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return changed(caller, (tx) => endStop(tx, caller, request.params.scope));
    },
  );
}

function present(rows: StopRow[]) {
  return {
    data: rows.map(({ scope, reason, stopped_at, stopped_by }) => ({
      scope,
      reason,
      stopped_at: stopped_at.toString(),
      stopped_by,
    })),
  };
}
