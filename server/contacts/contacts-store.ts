import { type Queryable, type Sql, prepared, sql } from '#platform/database.ts';

export type IdentityKind = 'phone' | 'provider_user' | 'parent_provider_user' | 'username' | 'group' | 'email';

/** The channel of identities that hold on every channel: a phone belongs to one person, wherever they use it. Beside it stands
 *  the identity of each channel that the person is known on. */
export const anyChannel = 'any';

export interface IdentityKey {
  workspaceId: string;
  channel: string;
  kind: IdentityKind;
  matchKey: string;
}

export interface ContactRow {
  id: string;
  name: string | null;
  preferredChannel: 'whatsapp' | 'sms' | 'email' | null;
  createdAt: Temporal.Instant;
  updatedAt: Temporal.Instant;
  identities: { channel: string; kind: IdentityKind; value: string }[];
  suppressions: { channel: string; kind: string; reason: string; source: string; createdAt: string }[];
}

/** The contacts that the keys belong to, in one look-up by primary key each; keys that nobody has are absent. */
export function findContactsByIdentity(
  db: Queryable,
  keys: IdentityKey[],
): Promise<(IdentityKey & { contactId: string })[]> {
  return db.query(
    prepared(
      'identity-find',
      sql`select i.workspace_id as "workspaceId", i.channel, i.kind, i.match_key as "matchKey", i.contact_id as "contactId"
          from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, channel text, kind text, "matchKey" text)
          cross join lateral (
            select * from identity i
            where i.workspace_id = k."workspaceId" and i.channel = k.channel and i.kind = k.kind and i.match_key = k."matchKey"
            offset 0
          ) i`,
    ),
  );
}

export interface NewIdentity extends IdentityKey {
  value: string;
  contactId: string;
  name: string | null;
}

/** Adds contacts and identities that are not there yet. An identity that another process added first stays with its contact. */
export async function insertContacts(db: Queryable, identities: NewIdentity[]): Promise<void> {
  await db.query(
    sql`with input as materialized (
          select * from jsonb_to_recordset(${JSON.stringify(identities)}::jsonb) as x(
            "workspaceId" uuid, channel text, kind text, "matchKey" text, value text, "contactId" uuid, name text)
        ), fresh as (
          insert into contact (workspace_id, id, name)
          select distinct on ("workspaceId", "contactId") "workspaceId", "contactId", name from input
          order by "workspaceId", "contactId", name nulls last
          on conflict (workspace_id, id) do nothing
          returning id
        )
        insert into identity (workspace_id, channel, kind, match_key, value, contact_id)
        select "workspaceId", channel, kind, "matchKey", value, "contactId" from input
        order by "workspaceId", channel, kind, "matchKey"
        on conflict do nothing`,
  );
}

/** The address that WhatsApp really uses for a contact, once it said so; and a name for contacts that have none. */
export async function updateContactNames(
  db: Queryable,
  names: { workspaceId: string; contactId: string; name: string }[],
): Promise<void> {
  if (names.length === 0) return;
  await db.query(
    sql`update contact c set name = n.name, updated_at = now()
        from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as n("workspaceId" uuid, "contactId" uuid, name text)
        where c.workspace_id = n."workspaceId" and c.id = n."contactId" and c.name is distinct from n.name`,
  );
}

/** Gives all identities of a contact to another one. */
export async function updateOwners(
  db: Queryable,
  changes: { workspaceId: string; from: string; to: string }[],
): Promise<void> {
  await db.query(
    sql`update identity i set contact_id = k."to"
        from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as k("workspaceId" uuid, "from" uuid, "to" uuid)
        where i.workspace_id = k."workspaceId" and i.contact_id = k."from"`,
  );
}

/** Contacts without any identity: left over when two processes met the same new person. */
export async function deleteContactsWithoutIdentity(
  db: Queryable,
  keys: { workspaceId: string; contactId: string }[],
): Promise<void> {
  await db.query(
    sql`delete from contact c using jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("workspaceId" uuid, "contactId" uuid)
        where c.workspace_id = k."workspaceId" and c.id = k."contactId"
          and not exists (select 1 from identity i where i.workspace_id = c.workspace_id and i.contact_id = c.id)`,
  );
}

export interface SuppressionChange {
  workspaceId: string;
  contactId: string;
  channel: string;
  kind: 'stop' | 'marketing_stop' | 'block';
  reason: string;
  source: string;
  /** When the person said it, as an ISO instant; now when absent. */
  at?: string;
}

/** What somebody said of being written to, and when, as an ISO instant. */
export interface ConsentWord {
  workspaceId: string;
  contactId: string;
  channel: string;
  kind: 'stop' | 'marketing_stop';
  at: string;
}

/** Keeps when each asked for an end; gives when each has last taken it back. Whoever says both at once waits for the other. */
export function upsertStopped(
  db: Queryable,
  words: ConsentWord[],
): Promise<(Omit<ConsentWord, 'at'> & { startedAt: Temporal.Instant | null })[]> {
  return db.query(
    sql`insert into consent_word as w (workspace_id, contact_id, channel, kind, stopped_at)
        select ${latestWords(words)}
        on conflict (workspace_id, contact_id, channel, kind) do update set stopped_at = greatest(w.stopped_at, excluded.stopped_at)
        returning w.workspace_id as "workspaceId", w.contact_id as "contactId", w.channel, w.kind, w.started_at as "startedAt"`,
  );
}

/** Keeps when each took it back. */
export async function upsertStarted(db: Queryable, words: ConsentWord[]): Promise<void> {
  await db.query(
    sql`insert into consent_word as w (workspace_id, contact_id, channel, kind, started_at)
        select ${latestWords(words)}
        on conflict (workspace_id, contact_id, channel, kind) do update set started_at = greatest(w.started_at, excluded.started_at)`,
  );
}

function latestWords(words: ConsentWord[]): Sql {
  return sql`"workspaceId", "contactId", channel, kind, max(at)
    from jsonb_to_recordset(${JSON.stringify(words)}::jsonb) as x("workspaceId" uuid, "contactId" uuid, channel text, kind text, at timestamptz)
    group by 1, 2, 3, 4 order by 1, 2, 3, 4`;
}

export async function insertSuppressions(db: Queryable, changes: SuppressionChange[]): Promise<void> {
  if (changes.length === 0) return;
  await db.query(
    sql`insert into suppression as s (workspace_id, contact_id, channel, kind, reason, source, created_at)
        select distinct on ("workspaceId", "contactId", channel, kind) "workspaceId", "contactId", channel, kind, reason, source,
               least(coalesce(at, now()), now())
        from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as x(
          "workspaceId" uuid, "contactId" uuid, channel text, kind text, reason text, source text, at timestamptz)
        order by "workspaceId", "contactId", channel, kind, at desc
        on conflict (workspace_id, contact_id, channel, kind) do update set created_at = excluded.created_at
        where s.created_at < excluded.created_at`,
  );
}

/** With `at`, only what had been said by then is taken back: word of it may come late. */
export async function deleteSuppressions(
  db: Queryable,
  keys: { workspaceId: string; contactId: string; channel: string; kind: string; at?: string }[],
): Promise<number> {
  if (keys.length === 0) return 0;
  const rows = await db.query<object>(
    sql`delete from suppression s using jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(
          "workspaceId" uuid, "contactId" uuid, channel text, kind text, at timestamptz)
        where s.workspace_id = k."workspaceId" and s.contact_id = k."contactId" and s.channel = k.channel and s.kind = k.kind
          and s.created_at <= coalesce(k.at, 'infinity')
        returning s.kind`,
  );
  return rows.length;
}

const contactColumns = sql`c.id, c.name, c.preferred_channel as "preferredChannel", c.created_at as "createdAt", c.updated_at as "updatedAt",
  coalesce((select jsonb_agg(jsonb_build_object('channel', i.channel, 'kind', i.kind, 'value', i.value) order by i.created_at)
            from identity i where i.workspace_id = c.workspace_id and i.contact_id = c.id and i.channel <> ${anyChannel}), '[]') as identities,
  coalesce((select jsonb_agg(jsonb_build_object('channel', s.channel, 'kind', s.kind, 'reason', s.reason, 'source', s.source, 'createdAt', s.created_at))
            from suppression s where s.workspace_id = c.workspace_id and s.contact_id = c.id), '[]') as suppressions`;

/** False when there is no such contact. One that was merged into another is changed as that one. */
export async function updatePreferredChannel(
  db: Queryable,
  workspaceId: string,
  id: string,
  channel: ContactRow['preferredChannel'],
): Promise<boolean> {
  const rows = await db.query<object>(
    sql`update contact c set preferred_channel = ${channel}, updated_at = now()
        from contact asked
        where asked.workspace_id = ${workspaceId}::uuid and asked.id = ${id}::uuid
          and c.workspace_id = asked.workspace_id and c.id = coalesce(asked.merged_into, asked.id)
        returning c.id`,
  );
  return rows.length > 0;
}

export async function findContact(db: Queryable, workspaceId: string, id: string): Promise<ContactRow | undefined> {
  const [row] = await db.query<ContactRow>(
    // One that was merged into another answers as that one.
    sql`select ${contactColumns} from contact asked
        join contact c on c.workspace_id = asked.workspace_id and c.id = coalesce(asked.merged_into, asked.id)
        where asked.workspace_id = ${workspaceId}::uuid and asked.id = ${id}::uuid`,
  );
  return row;
}

export function listContacts(
  db: Queryable,
  workspaceId: string,
  after: string | null,
  limit: number,
): Promise<ContactRow[]> {
  return db.query(
    sql`select ${contactColumns} from contact c
        where c.workspace_id = ${workspaceId}::uuid and c.merged_into is null and c.id < coalesce(${after}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        order by c.id desc limit ${limit}`,
  );
}
