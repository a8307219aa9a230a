import { type Queryable, sql } from '#platform/database.ts';

export interface DeletionNotice {
  workspaceId: string;
  id: string;
  connectionId: string;
  rawWebhookId: string;
  rawBody: string;
  value: unknown;
  reason: string;
}

const field = 'data_deletion';

/** Keeps a request for deletion as it came, and as a notice that people see. A repeated one is there already. */
export async function insertDeletionRequest(db: Queryable, request: DeletionNotice): Promise<void> {
  await db.query(
    sql`with fresh as (
          insert into provider_notice (workspace_id, id, connection_id, raw_webhook_id, kind, field, value, reason)
          values (${request.workspaceId}::uuid, ${request.id}::uuid, ${request.connectionId}::uuid, ${request.rawWebhookId}::uuid,
                  'account', ${field}, ${JSON.stringify(request.value)}::jsonb, ${request.reason})
          on conflict do nothing
          returning workspace_id, connection_id, raw_webhook_id
        )
        insert into raw_webhook (workspace_id, id, connection_id, body)
        select workspace_id, raw_webhook_id, connection_id, ${request.rawBody} from fresh`,
  );
}

export async function findDeletionRequest(
  db: Queryable,
  key: { workspaceId: string; connectionId: string; id: string },
): Promise<{ receivedAt: Temporal.Instant } | undefined> {
  const [row] = await db.query<{ receivedAt: Temporal.Instant }>(
    sql`select received_at as "receivedAt" from provider_notice
        where workspace_id = ${key.workspaceId}::uuid and id = ${key.id}::uuid and connection_id = ${key.connectionId}::uuid
          and field = ${field}`,
  );
  return row;
}
