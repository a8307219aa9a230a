import type { FactRow } from './account-facts-store.ts';
import type { DirectoryConnection, DirectorySender, Paused, Stopped } from './directory-connection.ts';
import type * as store from './connections-store.ts';
import type { Lane } from './lanes.ts';
import { restrictionsOf } from './restriction-facts.ts';
import { rateOf, type RateFacts } from './sender-rate.ts';
import type { StopRow } from './stops-store.ts';

/** What sending depends on, as one text. The times at which webhooks were seen change all the time and are left out; a
 *  pause that has ended by itself counts as ended. */
export function fingerprint(
  connections: store.ConnectionRow[],
  senders: store.SenderRow[],
  stops: store.LaneStopRow[],
  workspaceStops: StopRow[],
  facts: FactRow[],
): string {
  const nowMs = Date.now();
  return JSON.stringify([
    connections.map((row) => [
      row.id,
      row.base_url,
      row.api_version,
      row.options,
      row.status,
      row.direct_send,
      row.messaging_account_id,
      row.secrets.toString('base64'),
    ]),
    senders.map((row) => [
      row.id,
      row.status,
      (row.paused_until?.epochMilliseconds ?? Number.POSITIVE_INFINITY) > nowMs,
      row.throughput_per_second,
    ]),
    stops.map((stop) => `${stop.sender_id} ${stop.lane}`).sort(),
    workspaceStops.map((stop) => `${stop.workspace_id} ${stop.scope}`).sort(),
    facts.map((row) => [row.business_account_id, row.subject, row.fact, row.value]),
  ]);
}

/** The view of a sender's row. */
export function senderOf(
  row: store.SenderRow,
  connection: Omit<DirectoryConnection, 'senders' | 'senderId'>,
  stops: readonly store.LaneStopRow[],
  workspaceStops: readonly StopRow[],
  facts: readonly FactRow[],
): DirectorySender {
  const known = Object.fromEntries(
    facts.filter((fact) => fact.subject === row.id).map((fact) => [fact.fact, fact.value]),
  ) as DirectorySender['known'];
  const own: Paused | null =
    row.status === 'paused' ? { reason: row.paused_reason ?? '', until: row.paused_until } : null;
  const everything = workspaceStops.find(({ scope }) => scope === 'everything');
  const untilMs = own?.until?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
  return {
    workspaceId: row.workspace_id,
    senderId: row.id,
    externalId: row.external_id,
    phone: row.phone,
    displayName: row.display_name,
    connectionId: connection.connectionId,
    connectionName: connection.name,
    provider: connection.provider,
    settings: connection.settings,
    secrets: connection.secrets,
    http: connection.http,
    breaker: connection.breaker,
    throughputPerSecond: rateOf(
      row.throughput_per_second,
      connection.provider.capabilities.defaultThroughputPerSecond,
      known satisfies RateFacts,
    ),
    known,
    get restrictions() {
      return restrictionsOf(facts);
    },
    pairLimit:
      row.pair_burst === null || row.pair_seconds === null
        ? null
        : { burst: row.pair_burst, secondsPerMessage: row.pair_seconds },
    // Read at each look: a pause with an end is over then, without anybody writing that.
    get paused() {
      return connection.paused ?? (own !== null && Date.now() < untilMs ? own : null);
    },
    stopped: everything ? stoppedBy(everything) : null,
    stoppedLanes: stoppedLanesOf(stops, workspaceStops),
  };
}

function stoppedLanesOf(
  stops: readonly store.LaneStopRow[],
  workspaceStops: readonly StopRow[],
): DirectorySender['stoppedLanes'] {
  const lanes = new Map<Lane, Stopped & { on: 'sender' | 'workspace' }>();
  for (const stop of workspaceStops) {
    if (stop.scope !== 'everything') lanes.set(stop.scope, { ...stoppedBy(stop), on: 'workspace' });
  }
  for (const stop of stops) lanes.set(stop.lane, { ...stoppedBy(stop), on: 'sender' });
  return lanes;
}

function stoppedBy(stop: Pick<StopRow, 'reason' | 'stopped_at' | 'stopped_by'>): Stopped {
  return { reason: stop.reason, stoppedAt: stop.stopped_at, stoppedBy: stop.stopped_by };
}
