import { type Queryable, sql } from '#platform/database.ts';

/** Adds lines to the timelines of messages. */
export async function insertMessageEvents(
  db: Queryable,
  events: { workspaceId: string; messageId: string; kind: string; detail: unknown; rawWebhookId?: string | null }[],
): Promise<void> {
  if (events.length === 0) return;
  await db.query(
    sql`insert into message_event (workspace_id, message_id, id, kind, detail, raw_webhook_id)
        select "workspaceId", "messageId", gen_random_uuid(), kind, detail, "rawWebhookId"
        from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as x("workspaceId" uuid, "messageId" uuid, kind text, detail jsonb, "rawWebhookId" uuid)`,
  );
}
