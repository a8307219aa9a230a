import { prepared, type Queryable, sql } from '#platform/database.ts';
import type { ForcedBreaker } from './breaker.ts';
import type { Lane } from './lanes.ts';
import type { CredentialCheck } from './provider-account.ts';

export type PausedBy = 'person' | 'provider';

export interface ConnectionRow {
  workspace_id: string;
  id: string;
  provider: string;
  name: string;
  base_url: string;
  api_version: string;
  business_account_id: string;
  app_id: string | null;
  messaging_account_id: string | null;
  direct_send: boolean;
  options: Record<string, string>;
  secrets: Buffer;
  status: 'active' | 'paused';
  paused_reason: string | null;
  paused_by: PausedBy | null;
  breaker_forced: ForcedBreaker | null;
  breaker_until: Temporal.Instant | null;
  breaker_reason: string | null;
  checks: CredentialCheck[];
  checked_at: Temporal.Instant | null;
  challenge_seen_at: Temporal.Instant | null;
  first_webhook_at: Temporal.Instant | null;
  last_webhook_at: Temporal.Instant | null;
  created_at: Temporal.Instant;
}

export interface SenderRow {
  workspace_id: string;
  id: string;
  connection_id: string;
  external_id: string;
  phone: string | null;
  display_name: string | null;
  status: 'active' | 'paused';
  paused_reason: string | null;
  paused_by: PausedBy | null;
  paused_until: Temporal.Instant | null;
  throughput_per_second: number;
  pair_burst: number | null;
  pair_seconds: number | null;
  created_at: Temporal.Instant;
}

export interface LaneStopRow {
  workspace_id: string;
  sender_id: string;
  lane: Lane;
  stopped_at: Temporal.Instant;
  stopped_by: string;
  reason: string;
}

const connectionColumns = sql`workspace_id, id, provider, name, base_url, api_version, business_account_id, app_id, messaging_account_id,
  direct_send, options, secrets, status, paused_reason, paused_by, breaker_forced, breaker_until,
  breaker_reason, checks, checked_at, challenge_seen_at, first_webhook_at, last_webhook_at, created_at`;
const senderColumns = sql`workspace_id, id, connection_id, external_id, phone, display_name, status, paused_reason, paused_by,
  paused_until, throughput_per_second, pair_burst, pair_seconds, created_at`;

/** Everything that is in use, of all workspaces: hundreds of rows, read by every process when something changed. */
export function listAllConnections(db: Queryable): Promise<ConnectionRow[]> {
  return db.query(
    prepared('all-connections', sql`select ${connectionColumns} from connection where removed_at is null order by id`),
  );
}

export function listAllSenders(db: Queryable): Promise<SenderRow[]> {
  return db.query(
    prepared('all-senders', sql`select ${senderColumns} from sender where removed_at is null order by id`),
  );
}

export function listAllLaneStops(db: Queryable): Promise<LaneStopRow[]> {
  return db.query(
    prepared(
      'all-lane-stops',
      sql`select workspace_id, sender_id, lane, stopped_at, stopped_by, reason from lane_stop`,
    ),
  );
}

export async function findConnection(
  db: Queryable,
  workspaceId: string,
  id: string,
): Promise<ConnectionRow | undefined> {
  const rows = await db.query<ConnectionRow>(
    sql`select ${connectionColumns} from connection where workspace_id = ${workspaceId} and id = ${id} and removed_at is null`,
  );
  return rows[0];
}

export function listSenders(db: Queryable, workspaceId: string): Promise<SenderRow[]> {
  return db.query(
    sql`select ${senderColumns} from sender where workspace_id = ${workspaceId} and removed_at is null order by id`,
  );
}

export async function findSender(db: Queryable, workspaceId: string, id: string): Promise<SenderRow | undefined> {
  const rows = await db.query<SenderRow>(
    sql`select ${senderColumns} from sender where workspace_id = ${workspaceId} and id = ${id} and removed_at is null`,
  );
  return rows[0];
}

export async function findSenderByExternalId(
  db: Queryable,
  workspaceId: string,
  externalId: string,
): Promise<SenderRow | undefined> {
  const rows = await db.query<SenderRow>(
    sql`select ${senderColumns} from sender where workspace_id = ${workspaceId} and external_id = ${externalId} and removed_at is null limit 1`,
  );
  return rows[0];
}

export async function updateBaseUrl(db: Queryable, workspaceId: string, id: string, baseUrl: string): Promise<void> {
  await db.query(
    sql`update connection set base_url = ${baseUrl} where workspace_id = ${workspaceId} and id = ${id} and base_url <> ${baseUrl}`,
  );
}

export interface NewConnection {
  workspaceId: string;
  id: string;
  provider: string;
  name: string;
  baseUrl: string;
  apiVersion: string;
  businessAccountId: string;
  appId: string | null;
  messagingAccountId?: string;
  directSend?: boolean;
  options: Readonly<Record<string, string>>;
  secrets: Buffer;
  checks: CredentialCheck[];
}

export async function insertConnection(db: Queryable, connection: NewConnection): Promise<void> {
  const { workspaceId, id, provider, name, baseUrl, apiVersion, businessAccountId, appId, options, secrets, checks } =
    connection;
  const { messagingAccountId = null, directSend = false } = connection;
  await db.query(sql`
    insert into connection (workspace_id, id, provider, name, base_url, api_version, business_account_id, app_id, messaging_account_id, direct_send, options,
      secrets, checks, checked_at)
    values (${workspaceId}, ${id}, ${provider}, ${name}, ${baseUrl}, ${apiVersion}, ${businessAccountId}, ${appId}, ${messagingAccountId}, ${directSend},
      ${JSON.stringify(options)}, ${secrets},
      ${JSON.stringify(checks)}, ${checks.length === 0 ? null : sql`now()`})`);
}

export interface NewSender {
  workspaceId: string;
  id: string;
  connectionId: string;
  externalId: string;
  phone: string | null;
  displayName: string | null;
  throughputPerSecond: number;
  pairBurst: number | null;
  pairSeconds: number | null;
}

/** Violates `sender_number_unique` when the workspace uses the number by this provider already. */
export async function insertSender(db: Queryable, sender: NewSender): Promise<void> {
  const { workspaceId, id, connectionId, externalId, phone, displayName, throughputPerSecond, pairBurst, pairSeconds } =
    sender;
  await db.query(sql`
    insert into sender (workspace_id, id, connection_id, provider, external_id, phone, display_name, throughput_per_second, pair_burst, pair_seconds)
    select c.workspace_id, ${id}::uuid, c.id, c.provider, ${externalId}::text, ${phone}::text, ${displayName}::text, ${throughputPerSecond}::int, ${pairBurst}::int, ${pairSeconds}::int
    from connection c where c.workspace_id = ${workspaceId} and c.id = ${connectionId}`);
}

export async function updateSecrets(db: Queryable, workspaceId: string, id: string, secrets: Buffer): Promise<boolean> {
  const rows = await db.query(sql`
    update connection set secrets = ${secrets}
    where workspace_id = ${workspaceId} and id = ${id} and removed_at is null returning id`);
  return rows.length > 0;
}

export interface SettingChanges {
  /** Null takes it away. */
  messagingAccountId?: string | null;
  directSend?: boolean;
}

/** What is absent stays. */
export async function updateSettings(
  db: Queryable,
  workspaceId: string,
  id: string,
  { messagingAccountId, directSend }: SettingChanges,
): Promise<void> {
  await db.query(sql`
    update connection set direct_send = coalesce(${directSend ?? null}, direct_send),
      messaging_account_id = case when ${messagingAccountId !== undefined} then ${messagingAccountId ?? null} else messaging_account_id end
    where workspace_id = ${workspaceId} and id = ${id} and removed_at is null`);
}

export async function updateChecks(
  db: Queryable,
  workspaceId: string,
  id: string,
  checks: CredentialCheck[],
): Promise<void> {
  await db.query(sql`
    update connection set checks = ${JSON.stringify(checks)}, checked_at = now() where workspace_id = ${workspaceId} and id = ${id}`);
}

/** Marks the connection and its senders as removed and forgets the secrets. */
export async function updateRemoved(db: Queryable, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db.query(sql`
    update connection set removed_at = now(), secrets = null
    where workspace_id = ${workspaceId} and id = ${id} and removed_at is null returning id`);
  await db.query(sql`
    update sender set removed_at = now() where workspace_id = ${workspaceId} and connection_id = ${id} and removed_at is null`);
  return rows.length > 0;
}

export interface Pause {
  reason: string;
  by: PausedBy;
  until: Temporal.Instant | null;
  /** When the attempt began whose refusal is the reason: what was resumed after it stays so. Null for a person. */
  learntAt: Temporal.Instant | null;
}

/** A person's pause stands over a provider's, and so does that it was resumed meanwhile: then it gives false, as when there
 *  is no such sender. */
export async function updateSenderPause(
  db: Queryable,
  workspaceId: string,
  id: string,
  pause: Pause,
): Promise<boolean> {
  const rows = await db.query(sql`
    update sender set status = 'paused', paused_reason = ${pause.reason}, paused_by = ${pause.by}, paused_until = ${pause.until}, paused_at = now()
    where workspace_id = ${workspaceId} and id = ${id} and removed_at is null
      and not (status = 'paused' and paused_by = 'person' and ${pause.by} = 'provider' and coalesce(paused_until > now(), true))
      and coalesce(resumed_at <= ${pause.learntAt}::timestamptz, true)
    returning id`);
  return rows.length > 0;
}

export async function updateConnectionPause(
  db: Queryable,
  workspaceId: string,
  id: string,
  pause: Omit<Pause, 'until'>,
): Promise<boolean> {
  const rows = await db.query(sql`
    update connection set status = 'paused', paused_reason = ${pause.reason}, paused_by = ${pause.by}, paused_at = now()
    where workspace_id = ${workspaceId} and id = ${id} and removed_at is null
      and not (status = 'paused' and paused_by = 'person' and ${pause.by} = 'provider')
      and coalesce(resumed_at <= ${pause.learntAt}::timestamptz, true)
    returning id`);
  return rows.length > 0;
}

/** False when there is no such connection. */
export async function updateBreaker(
  db: Queryable,
  workspaceId: string,
  id: string,
  forced: { state: ForcedBreaker; until: Temporal.Instant | null; reason: string } | null,
): Promise<boolean> {
  const rows = await db.query(sql`
    update connection set breaker_forced = ${forced?.state ?? null}, breaker_until = ${forced?.until ?? null}::timestamptz,
      breaker_reason = ${forced?.reason ?? null}
    where workspace_id = ${workspaceId} and id = ${id} and removed_at is null
    returning id`);
  return rows.length > 0;
}

/** Of all workspaces. Gives how many were active. */
export async function updateEveryConnectionPause(owner: Queryable, reason: string): Promise<number> {
  const rows = await owner.query(sql`
    update connection set status = 'paused', paused_reason = ${reason}, paused_by = 'person', paused_at = now()
    where removed_at is null and status = 'active' returning id`);
  return rows.length;
}

/** `onlyBy` leaves pauses of others as they are. */
export async function updateConnectionResumed(
  db: Queryable,
  workspaceId: string,
  id: string,
  onlyBy?: PausedBy,
): Promise<boolean> {
  const rows = await db.query(sql`
    update connection set status = 'active', paused_reason = null, paused_by = null, paused_at = null, resumed_at = now()
    where workspace_id = ${workspaceId} and id = ${id} and removed_at is null and (${onlyBy ?? null}::text is null or paused_by = ${onlyBy ?? null})
    returning id`);
  return rows.length > 0;
}

export async function updateSenderResumed(db: Queryable, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db.query(sql`
    update sender set status = 'active', paused_reason = null, paused_by = null, paused_until = null, paused_at = null, resumed_at = now()
    where workspace_id = ${workspaceId} and id = ${id} and removed_at is null returning id`);
  return rows.length > 0;
}

/** The first stop stands: its time and reason are what a person wants to know. */
export async function insertLaneStop(db: Queryable, stop: Omit<LaneStopRow, 'stopped_at'>): Promise<boolean> {
  const rows = await db.query(sql`
    insert into lane_stop (workspace_id, sender_id, lane, stopped_by, reason)
    values (${stop.workspace_id}, ${stop.sender_id}, ${stop.lane}, ${stop.stopped_by}, ${stop.reason})
    on conflict on constraint lane_stop_pk do nothing returning sender_id`);
  return rows.length > 0;
}

export async function deleteLaneStop(
  db: Queryable,
  workspaceId: string,
  senderId: string,
  lane: Lane,
): Promise<boolean> {
  const rows = await db.query(sql`
    delete from lane_stop where workspace_id = ${workspaceId} and sender_id = ${senderId} and lane = ${lane} returning sender_id`);
  return rows.length > 0;
}

export async function updateChallengeSeen(db: Queryable, workspaceId: string, id: string): Promise<void> {
  await db.query(
    sql`update connection set challenge_seen_at = now() where workspace_id = ${workspaceId} and id = ${id}`,
  );
}

export interface WebhookSeen {
  workspaceId: string;
  connectionId: string;
  at: Temporal.Instant;
}

/** One statement for many connections. Times only grow, whichever process writes last. */
export async function updateWebhooksSeen(db: Queryable, seen: readonly WebhookSeen[]): Promise<void> {
  await db.query(sql`
    update connection set first_webhook_at = least(first_webhook_at, seen.at), last_webhook_at = greatest(last_webhook_at, seen.at)
    from unnest(${seen.map((one) => one.workspaceId)}::uuid[], ${seen.map((one) => one.connectionId)}::uuid[],
      ${seen.map((one) => one.at.toString())}::timestamptz[]) as seen (workspace_id, id, at)
    where connection.workspace_id = seen.workspace_id and connection.id = seen.id`);
}

/** Tells every process that connections have changed, when the transaction commits. */
export async function notifyChanged(db: Queryable, workspaceId: string): Promise<void> {
  await db.query(sql`select pg_notify('carillon_connections', ${workspaceId})`);
}
