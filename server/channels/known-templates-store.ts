import { type Queryable, sql } from '#platform/database.ts';
import type { TemplateStatus } from './lessons.ts';

export interface TemplateKey {
  workspaceId: string;
  businessAccountId: string;
  name: string;
  language: string;
}

interface SideTold extends TemplateKey {
  providerId: string | null;
  /** By the provider's clock, an ISO instant. */
  at: string;
}

export interface StatusTold extends SideTold {
  status: TemplateStatus;
  reason: string | null;
  until: string | null;
}

/** Writes what is newer than what is known. Of two words at one time the one that stops counts. Gives the templates whose
 *  status was replaced. */
export function upsertStatuses(
  db: Queryable,
  told: StatusTold[],
): Promise<(TemplateKey & { status: TemplateStatus })[]> {
  return db.query(
    sql`insert into known_template as t (workspace_id, business_account_id, name, language, provider_id, status, status_reason, status_until, status_at)
        select distinct on (1, 2, 3, 4) "workspaceId", "businessAccountId", name, language, "providerId", status, reason, until, at
        from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as x(
          "workspaceId" uuid, "businessAccountId" text, name text, language text, "providerId" text, at timestamptz, status text, reason text, until timestamptz)
        order by 1, 2, 3, 4, at desc, status <> 'approved' desc, status desc
        on conflict (workspace_id, business_account_id, name, language) do update
          set provider_id = coalesce(excluded.provider_id, t.provider_id), status = excluded.status,
              status_reason = excluded.status_reason, status_until = excluded.status_until, status_at = excluded.status_at,
              heard_at = now()
          where t.status_at is null
            or (excluded.status_at, excluded.status <> 'approved', excluded.status) > (t.status_at, t.status <> 'approved', t.status)
        returning workspace_id as "workspaceId", business_account_id as "businessAccountId", name, language, status`,
  );
}

export async function upsertQualities(db: Queryable, told: (SideTold & { quality: string })[]): Promise<void> {
  await db.query(
    sql`insert into known_template as t (workspace_id, business_account_id, name, language, provider_id, quality, quality_at)
        select distinct on (1, 2, 3, 4) "workspaceId", "businessAccountId", name, language, "providerId", quality, at
        from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as x(
          "workspaceId" uuid, "businessAccountId" text, name text, language text, "providerId" text, at timestamptz, quality text)
        order by 1, 2, 3, 4, at desc, quality desc
        on conflict (workspace_id, business_account_id, name, language) do update
          set provider_id = coalesce(excluded.provider_id, t.provider_id), quality = excluded.quality, quality_at = excluded.quality_at
          where t.quality_at is null or (excluded.quality_at, excluded.quality) > (t.quality_at, t.quality)`,
  );
}

/** A later word that names the category alone leaves a change that was announced. */
export async function upsertCategories(
  db: Queryable,
  told: (SideTold & { category: string; next: string | null; nextAt: string | null })[],
): Promise<void> {
  await db.query(
    sql`insert into known_template as t (workspace_id, business_account_id, name, language, provider_id, category, next_category,
                                        next_category_at, category_at)
        select distinct on (1, 2, 3, 4) "workspaceId", "businessAccountId", name, language, "providerId", category, next, "nextAt", at
        from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as x(
          "workspaceId" uuid, "businessAccountId" text, name text, language text, "providerId" text, at timestamptz, category text,
          next text, "nextAt" timestamptz)
        order by 1, 2, 3, 4, at desc, next nulls last, category desc
        on conflict (workspace_id, business_account_id, name, language) do update
          set provider_id = coalesce(excluded.provider_id, t.provider_id),
              category = excluded.category,
              next_category = case when excluded.next_category is not null then excluded.next_category
                                   when t.category = excluded.category then t.next_category end,
              next_category_at = case when excluded.next_category is not null then excluded.next_category_at
                                      when t.category = excluded.category then t.next_category_at end,
              category_at = excluded.category_at
          where t.category_at is null or (excluded.category_at, excluded.category) >= (t.category_at, t.category)`,
  );
}

export async function upsertComponents(db: Queryable, told: (SideTold & { components: unknown })[]): Promise<void> {
  await db.query(
    sql`insert into known_template as t (workspace_id, business_account_id, name, language, provider_id, components, components_at)
        select distinct on (1, 2, 3, 4) "workspaceId", "businessAccountId", name, language, "providerId", components, at
        from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as x(
          "workspaceId" uuid, "businessAccountId" text, name text, language text, "providerId" text, at timestamptz, components jsonb)
        order by 1, 2, 3, 4, at desc, components desc
        on conflict (workspace_id, business_account_id, name, language) do update
          set provider_id = coalesce(excluded.provider_id, t.provider_id), components = excluded.components, components_at = excluded.components_at
          where t.components_at is null or (excluded.components_at, excluded.components) > (t.components_at, t.components)`,
  );
}

export interface KnownTemplateRow {
  name: string;
  language: string;
  providerId: string | null;
  status: TemplateStatus | null;
  statusReason: string | null;
  statusUntil: Temporal.Instant | null;
  statusAt: Temporal.Instant | null;
  quality: string | null;
  category: string | null;
  nextCategory: string | null;
  nextCategoryAt: Temporal.Instant | null;
}

/** By name and language; `after` is the place of the last one of the page before. */
export function listTemplates(
  db: Queryable,
  of: { workspaceId: string; businessAccountId: string },
  filter: { status: string | null; after: { name: string; language: string } | null },
  limit: number,
): Promise<KnownTemplateRow[]> {
  return db.query(
    sql`select name, language, provider_id as "providerId", status, status_reason as "statusReason", status_until as "statusUntil",
               status_at as "statusAt", quality, category, next_category as "nextCategory", next_category_at as "nextCategoryAt"
        from known_template
        where workspace_id = ${of.workspaceId}::uuid and business_account_id = ${of.businessAccountId}
          and (${filter.status}::text is null or status = ${filter.status})
          and (name, language) > (coalesce(${filter.after?.name ?? null}::text, ''), coalesce(${filter.after?.language ?? null}::text, ''))
        order by name, language limit ${limit}`,
  );
}
