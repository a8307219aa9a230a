import { type Queryable, prepared, sql } from '#platform/database.ts';

/** A person edited a message of theirs, or took it back. Times are ISO instants. */
export interface Change {
  workspaceId: string;
  /** The message that says so. */
  changeId: string;
  /** The provider's id of the message that it changes. */
  originalId: string;
  kind: 'edited' | 'revoked';
  providerAt: string;
  rawWebhookId: string;
}

/** A received message that somebody changed. */
export interface Original {
  workspaceId: string;
  originalId: string;
  messageId: string;
  contactId: string;
  senderId: string;
}

/** The received messages that these ids of the provider belong to; ids that are not known are absent. */
export function findOriginals(
  db: Queryable,
  keys: Pick<Original, 'workspaceId' | 'originalId'>[],
): Promise<Original[]> {
  return db.query(
    sql`select m.workspace_id as "workspaceId", m.provider_message_id as "originalId", m.id as "messageId",
               m.contact_id as "contactId", m.sender_id as "senderId"
        from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, "originalId" text)
        join message m on m.workspace_id = k."workspaceId" and m.provider_message_id = k."originalId" and m.direction = 'inbound'`,
  );
}

/** Keeps changes until the message that they are about is known. */
export async function insertEarlyChanges(db: Queryable, changes: Change[]): Promise<void> {
  if (changes.length === 0) return;
  await db.query(
    sql`insert into early_change (workspace_id, change_id, original_id, kind, provider_at, raw_webhook_id)
        select "workspaceId", "changeId", "originalId", kind, "providerAt", "rawWebhookId"
        from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as x(
          "workspaceId" uuid, "changeId" uuid, "originalId" text, kind text, "providerAt" timestamptz, "rawWebhookId" uuid)`,
  );
}

const columns = sql`e.workspace_id as "workspaceId", e.change_id as "changeId", e.original_id as "originalId", e.kind,
  to_char(e.provider_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "providerAt", e.raw_webhook_id as "rawWebhookId"`;

/** Takes out the changes that came before these messages. */
export function takeEarlyChanges(db: Queryable, keys: Pick<Change, 'workspaceId' | 'originalId'>[]): Promise<Change[]> {
  return db.query(
    prepared(
      'early-changes-take',
      sql`delete from early_change e
          using jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, "originalId" text)
          where e.workspace_id = k."workspaceId" and e.original_id = k."originalId"
          returning ${columns}`,
    ),
  );
}

/** Takes out changes whose message is there: two processes received the one and the other at the same time. */
export function takeMatchedChanges(db: Queryable, limit: number): Promise<Change[]> {
  return db.query(
    sql`delete from early_change e using (
          select e.workspace_id, e.change_id from early_change e
          where exists (
            select 1 from message m
            where m.workspace_id = e.workspace_id and m.provider_message_id = e.original_id and m.direction = 'inbound')
          limit ${limit} for update of e skip locked) found
        where e.workspace_id = found.workspace_id and e.change_id = found.change_id
        returning ${columns}`,
  );
}
