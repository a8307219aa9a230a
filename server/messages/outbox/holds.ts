import { heldStatuses } from '#messages/policy.ts';
import { type Queryable, sql } from '#platform/database.ts';

export interface TemplatesOfAccount {
  workspaceId: string;
  businessAccountId: string;
  name: string;
  language: string;
}

/** Puts messages back into the queue that waited for templates which may be used again. */
export async function releaseTemplates(db: Queryable, templates: TemplatesOfAccount[]): Promise<void> {
  if (templates.length === 0) return;
  await release(
    db,
    sql`select distinct "workspaceId" as workspace_id, "businessAccountId" as business_account_id, name, language
        from jsonb_to_recordset(${JSON.stringify(templates)}::jsonb) as x("workspaceId" uuid, "businessAccountId" text, name text, language text)`,
  );
}

/** The same for all templates of which we heard in the last minutes: a message may have been held by what its sender read
 *  a moment before. And for accounts whose restrictions a person has lifted. */
export async function releaseLately(db: Queryable): Promise<void> {
  await db.query(
    sql`with free as materialized (
          select distinct c.workspace_id, s.id as sender_id from account_fact f
          join connection c on c.workspace_id = f.workspace_id and c.business_account_id = f.business_account_id
          join sender s on s.workspace_id = c.workspace_id and s.connection_id = c.id
          where f.subject = 'account' and f.fact like 'restriction:%' and f.value ->> 'lifted' = 'true' and f.told_at > now() - interval '5 minutes'
        ), released as (
          update outbox o set due_at = now(), hold = null
          from free f
          where o.workspace_id = f.workspace_id and o.sender_id = f.sender_id and o.state = 'queued' and o.hold ->> 'rule' = 'account_restricted'
          returning o.workspace_id, o.message_id
        )
        insert into message_event (workspace_id, message_id, id, kind, detail)
        select workspace_id, message_id, gen_random_uuid(), 'released', '{"rule": "account_restricted"}' from released`,
  );
  await release(
    db,
    sql`select workspace_id, business_account_id, name, language from known_template
        where heard_at > now() - interval '5 minutes' and status <> all(${heldStatuses}::text[])`,
  );
}

// Reads the queues of the account's senders, which is worth it once in a template's life: so no message pays for an index.
async function release(db: Queryable, templates: ReturnType<typeof sql>): Promise<void> {
  await db.query(
    sql`with free as materialized (
          select t.workspace_id, t.name, t.language, s.id as sender_id from (${templates}) t
          join connection c on c.workspace_id = t.workspace_id and c.business_account_id = t.business_account_id
          join sender s on s.workspace_id = c.workspace_id and s.connection_id = c.id
        ), released as (
          update outbox o set due_at = now(), hold = null
          from free f
          where o.workspace_id = f.workspace_id and o.sender_id = f.sender_id and o.state = 'queued' and o.hold ->> 'rule' = 'template_paused'
            and o.hold #>> '{facts,template}' = f.name and o.hold #>> '{facts,language}' = f.language
          returning o.workspace_id, o.message_id, f.name
        )
        insert into message_event (workspace_id, message_id, id, kind, detail)
        select workspace_id, message_id, gen_random_uuid(), 'released', json_build_object('rule', 'template_paused', 'template', name)
        from released`,
  );
}
