import { Type } from 'typebox';
import type { CursorCodec } from '#platform/cursor.ts';
import { type Database, type Queryable, withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { type Caller, callerOf, type HttpServer } from '#platform/http.ts';
import { instant, nullable, oneOf, page, strictObject, uuid } from '#platform/schema.ts';
import type { ConnectionDirectory } from './connection-directory.ts';
import type { DirectorySender } from './directory-connection.ts';
import { pageQuery, pagesOf } from './directory-page.ts';
import { senderHealth } from './health.ts';
import { lanes } from './lanes.ts';
import { pauseSender, resumeLane, resumeSender, stopLane } from './pauses.ts';
import { restrictions } from './lessons.ts';

export interface SendersRoutesDeps {
  /** The pool whose role row level security binds. */
  db: Database;
  directory: ConnectionDirectory;
  cursors: CursorCodec;
}

export const healthSchema = strictObject({ state: oneOf(['ok', 'degraded', 'down']), detail: Type.String() });

export const senderSchema = strictObject({
  id: uuid(),
  connection_id: uuid(),
  provider: Type.String(),
  channel: oneOf(['whatsapp', 'sms', 'email']),
  external_id: Type.String({ description: "The provider's id; for the Cloud API the phone number id" }),
  phone: nullable(Type.String()),
  display_name: nullable(Type.String()),
  status: oneOf(['active', 'paused']),
  paused_reason: nullable(Type.String()),
  paused_until: nullable(instant()),
  throughput_per_second: Type.Integer(),
  stopped_lanes: Type.Array(
    strictObject({
      lane: oneOf(lanes),
      on: oneOf(['sender', 'workspace'], {
        description: 'A lane that is stopped on the workspace is so on all senders',
      }),
      reason: Type.String(),
      stopped_at: instant(),
      stopped_by: Type.String(),
    }),
  ),
  known: strictObject(
    {
      quality: nullable(
        Type.String({ description: 'RED after a flag; null when it is not told, or no longer flagged' }),
      ),
      messaging_limit: nullable(Type.String({ description: "The provider's tier, for example TIER_2K" })),
      conversations_per_day: nullable(
        Type.Integer({ description: 'How many may be begun; null when unlimited or not told' }),
      ),
      name_status: nullable(Type.String()),
      name_rejection: nullable(Type.String()),
      username: nullable(Type.String()),
      restrictions: Type.Array(
        strictObject({ restriction: oneOf(restrictions), reason: Type.String(), until: nullable(instant()) }),
        { description: 'What its account may not do now' },
      ),
    },
    { description: 'What the provider told of the number' },
  ),
  health: healthSchema,
});

const path = strictObject({ id: uuid() });
const lanePath = strictObject({ id: uuid(), lane: oneOf(lanes) });
const reason = Type.String({ minLength: 1, maxLength: 500 });
const read = { access: { scope: 'connections:read' }, shed: 'ui' } as const;
const write = { access: { scope: 'connections:write' }, shed: 'ui' } as const;
/** Somebody who stops sending, or lets it go on, gets through whatever else is too much. */
const stopButton = { ...write, shed: 'never' } as const;
// Stopping must work when the server is busiest.
const laneWrite = { access: { scope: 'lanes:write' }, shed: 'never' } as const;
const tags = ['senders'];

/** Senders: list, pause, resume, and the stop button of each lane. */
export function sendersRoutes(server: HttpServer, { db, directory, cursors }: SendersRoutesDeps): void {
  /** The caller's own sender. Throws `not_found`, also for another workspace's. */
  function shown(workspaceId: string, id: string) {
    const sender = directory.senderById(id);
    if (sender?.workspaceId !== workspaceId) throw new Fault('not_found', { detail: 'There is no such sender.' });
    return presentSender(sender);
  }

  /** Makes the change, waits until the message path knows it, and shows the sender as it is then. */
  async function changed(caller: Caller, id: string, change: (tx: Queryable) => Promise<void>) {
    await withWorkspace(db, caller.workspaceId, change);
    await directory.refresh();
    return shown(caller.workspaceId, id);
  }

  server.get(
    '/v1/senders',
    {
      config: read,
      schema: {
        operationId: 'listSenders',
        summary: 'List the senders',
        tags,
        querystring: pageQuery,
        response: { 200: page(senderSchema) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const own = directory.sendersOfWorkspace(workspaceId);
      return cursors.page({ workspaceId, list: 'senders' }, request.query, {
        ...pagesOf(own, (one) => one.senderId),
        present: presentSender,
      });
    },
  );

  server.get(
    '/v1/senders/:id',
    {
      config: read,
      schema: {
        operationId: 'getSender',
        summary: 'Get a sender',
        tags,
        params: path,
        response: { 200: senderSchema },
      },
    },
    async (request) => shown(callerOf(request).workspaceId, request.params.id),
  );

  server.post(
    '/v1/senders/:id/pause',
    {
      config: stopButton,
      schema: {
        operationId: 'pauseSender',
        summary: 'Hold everything that it would send',
        tags,
        params: path,
        body: strictObject({ reason, until: Type.Optional(instant({ description: 'It goes on by itself then' })) }),
        response: { 200: senderSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const { reason: why, until } = request.body;
      const pause = { reason: why, ...(until === undefined ? undefined : { until: Temporal.Instant.from(until) }) };
      return changed(caller, id, (tx) => pauseSender(tx, caller, id, pause));
    },
  );

  server.post(
    '/v1/senders/:id/resume',
    {
      config: stopButton,
      schema: {
        operationId: 'resumeSender',
        summary: 'Let it send again',
        tags,
        params: path,
        response: { 200: senderSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      return changed(caller, id, (tx) => resumeSender(tx, caller, id));
    },
  );

  server.post(
    '/v1/senders/:id/lanes/:lane/stop',
    {
      config: laneWrite,
      schema: {
        operationId: 'stopLane',
        summary: 'Stop one lane',
        tags,
        params: lanePath,
        body: strictObject({ reason }),
        response: { 200: senderSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id, lane } = request.params;
      return changed(caller, id, (tx) => stopLane(tx, caller, id, lane, request.body.reason));
    },
  );

  server.post(
    '/v1/senders/:id/lanes/:lane/resume',
    {
      config: laneWrite,
      schema: {
        operationId: 'resumeLane',
        summary: 'Let a lane go on',
        tags,
        params: lanePath,
        response: { 200: senderSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id, lane } = request.params;
      return changed(caller, id, (tx) => resumeLane(tx, caller, id, lane));
    },
  );
}

export function presentSender(sender: DirectorySender) {
  const { paused } = sender;
  return {
    id: sender.senderId,
    connection_id: sender.connectionId,
    provider: sender.provider.name,
    channel: sender.provider.capabilities.channel,
    external_id: sender.externalId,
    phone: sender.phone,
    display_name: sender.displayName,
    status: paused ? ('paused' as const) : ('active' as const),
    paused_reason: paused?.reason ?? null,
    paused_until: paused?.until?.toString() ?? null,
    throughput_per_second: sender.throughputPerSecond,
    stopped_lanes: [...sender.stoppedLanes].map(([lane, stop]) => ({
      lane,
      on: stop.on,
      reason: stop.reason,
      stopped_at: stop.stoppedAt.toString(),
      stopped_by: stop.stoppedBy,
    })),
    known: presentKnown(sender),
    health: senderHealth(sender),
  };
}

function presentKnown({ known, restrictions: standing }: DirectorySender) {
  return {
    quality: known.quality?.rating ?? null,
    messaging_limit: known.limit?.tier ?? null,
    conversations_per_day: known.limit?.perDay ?? null,
    name_status: known.name?.decision ?? null,
    name_rejection: known.name?.reason ?? null,
    username: known.username?.username ?? null,
    restrictions: standing.map(({ restriction, reason: why, until }) => ({
      restriction,
      reason: why,
      until: until?.toString() ?? null,
    })),
  };
}
