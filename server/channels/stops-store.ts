import { prepared, type Queryable, sql } from '#platform/database.ts';
import type { StopScope } from './lanes.ts';

export interface StopRow {
  workspace_id: string;
  scope: StopScope;
  stopped_at: Temporal.Instant;
  stopped_by: string;
  reason: string;
}

const columns = sql`workspace_id, scope, stopped_at, stopped_by, reason`;

/** Of all workspaces, for the message path. */
export function listAllStops(db: Queryable): Promise<StopRow[]> {
  return db.query(prepared('all-workspace-stops', sql`select ${columns} from workspace_stop`));
}

export function listStops(db: Queryable, workspaceId: string): Promise<StopRow[]> {
  return db.query(
    sql`select ${columns} from workspace_stop where workspace_id = ${workspaceId}::uuid order by stopped_at`,
  );
}

/** The first stop stands: its time and reason are what a person wants to know. */
export async function insertStop(db: Queryable, stop: Omit<StopRow, 'stopped_at'>): Promise<boolean> {
  const rows = await db.query(sql`
    insert into workspace_stop (workspace_id, scope, stopped_by, reason)
    values (${stop.workspace_id}::uuid, ${stop.scope}, ${stop.stopped_by}, ${stop.reason})
    on conflict on constraint workspace_stop_pk do nothing returning scope`);
  return rows.length > 0;
}

export async function deleteStop(db: Queryable, workspaceId: string, scope: StopScope): Promise<boolean> {
  const rows = await db.query(
    sql`delete from workspace_stop where workspace_id = ${workspaceId}::uuid and scope = ${scope} returning scope`,
  );
  return rows.length > 0;
}
