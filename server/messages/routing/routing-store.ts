import type { KnownAs } from '#contacts/contacts.ts';
import { type Queryable, sql } from '#platform/database.ts';
import type { Channel, Rule, RuleDefinition } from './rule.ts';

export interface RuleRow {
  id: string;
  position: number;
  rule: RuleDefinition;
  createdAt: Temporal.Instant;
  updatedAt: Temporal.Instant;
}

const columns = sql`id, position, rule, created_at as "createdAt", updated_at as "updatedAt"`;

/** The rules of a workspace, in their order. */
export function listRuleRows(db: Queryable, workspaceId: string): Promise<RuleRow[]> {
  return db.query(
    sql`select ${columns} from routing_rule where workspace_id = ${workspaceId}::uuid order by position, id`,
  );
}

export async function listRules(db: Queryable, workspaceId: string): Promise<Rule[]> {
  return (await listRuleRows(db, workspaceId)).map(({ id, position, rule }) => ({ ...rule, id, position }));
}

export async function findRuleRow(db: Queryable, workspaceId: string, id: string): Promise<RuleRow | undefined> {
  const [row] = await db.query<RuleRow>(
    sql`select ${columns} from routing_rule where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid`,
  );
  return row;
}

/** Without a position it becomes the last. */
export async function insertRule(
  db: Queryable,
  row: { workspaceId: string; id: string; position: number | null; rule: RuleDefinition },
): Promise<void> {
  await db.query(
    sql`insert into routing_rule (workspace_id, id, position, rule)
        values (${row.workspaceId}::uuid, ${row.id}::uuid,
                coalesce(${row.position}::integer, (select max(position) + 1 from routing_rule where workspace_id = ${row.workspaceId}::uuid), 1),
                ${JSON.stringify(row.rule)}::jsonb)`,
  );
}

/** Without a position it stays where it is. False when there is no such rule. */
export async function updateRule(
  db: Queryable,
  row: { workspaceId: string; id: string; position: number | null; rule: RuleDefinition },
): Promise<boolean> {
  const rows = await db.query<object>(
    sql`update routing_rule set rule = ${JSON.stringify(row.rule)}::jsonb, position = coalesce(${row.position}::integer, position), updated_at = now()
        where workspace_id = ${row.workspaceId}::uuid and id = ${row.id}::uuid returning id`,
  );
  return rows.length > 0;
}

export async function deleteRule(db: Queryable, workspaceId: string, id: string): Promise<boolean> {
  const rows = await db.query<object>(
    sql`delete from routing_rule where workspace_id = ${workspaceId}::uuid and id = ${id}::uuid returning id`,
  );
  return rows.length > 0;
}

export interface PersonKey {
  n: number;
  /** Null when the recipient is given by contact. */
  kind: KnownAs['kind'] | null;
  matchKey: string | null;
  contactId: string | null;
}

export interface PersonRow {
  n: number;
  contactId: string;
  preferredChannel: Channel | null;
  phone: string | null;
  userId: string | null;
}

/** What rules look at of the recipients that are known, whichever channel knows them. */
export function findRecipients(db: Queryable, workspaceId: string, keys: PersonKey[]): Promise<PersonRow[]> {
  return db.query(
    sql`select k.n, c.id as "contactId", c.preferred_channel as "preferredChannel",
               (select i.value from identity i where i.workspace_id = c.workspace_id and i.contact_id = c.id and i.kind = 'phone'
                order by i.channel = 'any' desc limit 1) as phone,
               (select i.value from identity i where i.workspace_id = c.workspace_id and i.contact_id = c.id and i.kind = 'provider_user'
                limit 1) as "userId"
        from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(n int, kind text, "matchKey" text, "contactId" uuid)
        cross join lateral (
          (select i.contact_id from identity i
           where k.kind is not null and i.workspace_id = ${workspaceId}::uuid and i.channel = any('{any,whatsapp,sms,email}'::text[])
             and i.kind = k.kind and i.match_key = k."matchKey"
           order by i.channel = 'any' desc limit 1)
          union all
          select coalesce(p.merged_into, p.id) from contact p
          where k.kind is null and p.workspace_id = ${workspaceId}::uuid and p.id = k."contactId"
        ) own
        join contact c on c.workspace_id = ${workspaceId}::uuid and c.id = own.contact_id`,
  );
}
