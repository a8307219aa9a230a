import { type Queryable, prepared, sql } from '#platform/database.ts';

export interface ForwardingRow {
  workspaceId: string;
  id: string;
  url: string;
  secrets: Buffer;
  verifiedAt: Temporal.Instant;
}

export async function findForwarding(db: Queryable, workspaceId: string): Promise<ForwardingRow | undefined> {
  const [row] = await db.query<ForwardingRow>(
    sql`select workspace_id as "workspaceId", id, url, secrets, verified_at as "verifiedAt" from forwarding
        where workspace_id = ${workspaceId}::uuid`,
  );
  return row;
}

/** Of these workspaces, those that have webhooks sent on. */
export async function listForwardingWorkspaces(db: Queryable, workspaceIds: string[]): Promise<Set<string>> {
  const rows = await db.query<{ workspaceId: string }>(
    prepared(
      'forwarding-workspaces',
      sql`select workspace_id as "workspaceId" from forwarding where workspace_id = any(${workspaceIds}::uuid[])`,
    ),
  );
  return new Set(rows.map(({ workspaceId }) => workspaceId));
}

export async function upsertForwarding(
  db: Queryable,
  row: Pick<ForwardingRow, 'workspaceId' | 'id' | 'url' | 'secrets'>,
): Promise<void> {
  await db.query(
    sql`insert into forwarding (workspace_id, id, url, secrets)
        values (${row.workspaceId}::uuid, ${row.id}::uuid, ${row.url}, ${row.secrets})
        on conflict (workspace_id) do update
          set id = excluded.id, url = excluded.url, secrets = excluded.secrets, verified_at = now()`,
  );
}

export async function deleteForwarding(db: Queryable, workspaceId: string): Promise<void> {
  await db.query(sql`delete from forwarding where workspace_id = ${workspaceId}::uuid`);
}

/** How a delivery becomes a job. */
export interface DeliveryJob {
  name: string;
  maxAttempts: number;
}

export interface NewDelivery {
  workspaceId: string;
  id: string;
  rawWebhookId?: string;
  messageId?: string;
}

/**
 * Writes down what is to be sent on, with a job for each. Of messages only those that end
 * here and were sent with the words of the Cloud API, which their `metadata` tells by this name; of webhooks only those of
 * Meta, since receivers read no others.
 */
export async function insertDeliveries(
  db: Queryable,
  deliveries: NewDelivery[],
  job: DeliveryJob & { sentByName: string },
): Promise<void> {
  if (deliveries.length === 0) return;
  await db.query(
    prepared(
      'forwarding-deliveries',
      sql`with input as (
            select x.* from json_to_recordset(${JSON.stringify(deliveries)}::json) as x(
              "workspaceId" uuid, id uuid, "rawWebhookId" uuid, "messageId" uuid)
          ), written as (
            insert into forwarding_delivery (workspace_id, id, raw_webhook_id, message_id)
            select i."workspaceId", i.id, i."rawWebhookId", i."messageId" from input i
            where (i."messageId" is null or exists (
                select 1 from message m
                where m.workspace_id = i."workspaceId" and m.id = i."messageId" and m.metadata ->> ${job.sentByName} is not null))
              and (i."rawWebhookId" is null or exists (
                select 1 from raw_webhook r join connection c on c.workspace_id = r.workspace_id and c.id = r.connection_id
                where r.workspace_id = i."workspaceId" and r.id = i."rawWebhookId" and c.provider = 'whatsapp-cloud'))
            on conflict do nothing
            returning workspace_id, id
          )
          select add_background_job(${job.name}, json_build_object('workspaceId', workspace_id, 'deliveryId', id), ${job.name} || ':' || id,
                                    ${job.maxAttempts}::integer)
          from written`,
    ),
  );
}

export interface DeliveryRow {
  id: string;
  rawWebhookId: string | null;
  messageId: string | null;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  httpStatus: number | null;
  error: string | null;
  createdAt: Temporal.Instant;
  attemptedAt: Temporal.Instant | null;
}

const columns = sql`id, raw_webhook_id as "rawWebhookId", message_id as "messageId", state, attempts, http_status as "httpStatus", error,
  created_at as "createdAt", attempted_at as "attemptedAt"`;

export async function findDelivery(db: Queryable, workspaceId: string, id: string): Promise<DeliveryRow | undefined> {
  const [row] = await db.query<DeliveryRow>(
    sql`select ${columns} from forwarding_delivery where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid`,
  );
  return row;
}

/** Deliveries, newest first. */
export function listDeliveries(
  db: Queryable,
  filter: { workspaceId: string; state: string | undefined; before: string | undefined },
  limit: number,
): Promise<DeliveryRow[]> {
  return db.query(
    sql`select ${columns} from forwarding_delivery
        where workspace_id = ${filter.workspaceId}::uuid and id < ${filter.before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'}::uuid
          and (${filter.state ?? null}::text is null or state = ${filter.state ?? null})
        order by id desc limit ${limit}`,
  );
}

export async function updateDelivery(
  db: Queryable,
  workspaceId: string,
  id: string,
  outcome: { state: DeliveryRow['state']; httpStatus: number | null; error: string | null },
): Promise<void> {
  await db.query(
    sql`update forwarding_delivery
        set state = ${outcome.state}, attempts = attempts + 1, http_status = ${outcome.httpStatus}::smallint,
            error = ${outcome.error?.slice(0, 1000) ?? null}, attempted_at = now()
        where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid and state = 'pending'`,
  );
}

/** Gives a delivery that came to an end a new job, when there is somebody to send to. False when it did not. */
export async function repeatDelivery(
  db: Queryable,
  workspaceId: string,
  id: string,
  job: DeliveryJob,
): Promise<boolean> {
  const rows = await db.query<object>(
    sql`with repeated as (
          update forwarding_delivery set state = 'pending'
          where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid and state <> 'pending'
            and exists (select 1 from forwarding where workspace_id = ${workspaceId}::uuid)
          returning workspace_id, id
        )
        select add_background_job(${job.name}, json_build_object('workspaceId', workspace_id, 'deliveryId', id), ${job.name} || ':' || id,
                                  ${job.maxAttempts}::integer)
        from repeated`,
  );
  return rows.length > 0;
}

export async function deleteOldDeliveries(owner: Queryable, days: number): Promise<void> {
  await owner.query(
    sql`delete from forwarding_delivery where created_at < now() - make_interval(days => ${days}) and state <> 'pending'`,
  );
}
