import { actorOf, recordAudit } from '#accounts/accounts.ts';
import type { Queryable } from '#platform/database.ts';
import type { Caller } from '#platform/http.ts';
import { notifyChanged } from './connections-store.ts';
import type { StopScope } from './lanes.ts';
import { deleteStop, insertStop } from './stops-store.ts';

/** Stops everything that the workspace sends, or one lane on all of its senders. What is stopped stays so, with its first
 *  reason. No further message leaves once this is committed. */
export async function stop(tx: Queryable, caller: Caller, scope: StopScope, reason: string): Promise<void> {
  const row = { workspace_id: caller.workspaceId, scope, stopped_by: actorOf(caller), reason };
  if (await insertStop(tx, row)) await tell(tx, caller, 'workspace.stop', { scope, reason });
}

/** Takes a stop back; what runs stays as it is. */
export async function endStop(tx: Queryable, caller: Caller, scope: StopScope): Promise<void> {
  if (await deleteStop(tx, caller.workspaceId, scope)) await tell(tx, caller, 'workspace.resume', { scope });
}

async function tell(tx: Queryable, caller: Caller, action: string, details: Record<string, unknown>): Promise<void> {
  const { workspaceId } = caller;
  await notifyChanged(tx, workspaceId);
  await recordAudit(tx, { workspaceId, actor: actorOf(caller), action, subject: `workspace:${workspaceId}`, details });
}
