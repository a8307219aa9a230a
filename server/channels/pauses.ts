import { actorOf, recordAudit } from '#accounts/accounts.ts';
import type { Queryable } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import type { Caller } from '#platform/http.ts';
import type { ForcedBreaker } from './breaker.ts';
import { liftRestrictions } from './account-facts-store.ts';
import * as store from './connections-store.ts';
import type { Lane } from './lanes.ts';

/** Who pauses: a person, or the provider. It refused an attempt, which was marked at that instant; or, without one, it said
 *  so by itself. */
export type PauseActor = Caller | { workspaceId: string; provider: string; attemptedAt: Temporal.Instant | null };

/** Holds all messages of a sender, until `until` or until somebody resumes it. A person's pause stands over a provider's,
 *  and a refusal of an attempt from before somebody resumed it says nothing new: then nothing changes. Throws `not_found` to a
 *  person. */
export async function pauseSender(
  tx: Queryable,
  actor: PauseActor,
  senderId: string,
  pause: { reason: string; until?: Temporal.Instant },
): Promise<void> {
  const { workspaceId } = actor;
  const isPaused = await store.updateSenderPause(tx, workspaceId, senderId, {
    reason: pause.reason,
    until: pause.until ?? null,
    by: pausedBy(actor),
    learntAt: 'provider' in actor ? actor.attemptedAt : null,
  });
  await record(tx, actor, isPaused, 'sender.pause', `sender:${senderId}`, {
    reason: pause.reason,
    until: pause.until?.toString() ?? null,
  });
}

/** Lets messages go again, whoever paused it. Throws `not_found`. */
export async function resumeSender(tx: Queryable, caller: Caller, senderId: string): Promise<void> {
  const isResumed = await store.updateSenderResumed(tx, caller.workspaceId, senderId);
  await record(tx, caller, isResumed, 'sender.resume', `sender:${senderId}`, {});
}

/** Holds all messages of all senders of a connection. As `pauseSender`, without an end. Many refusals at once pause once. */
export async function pauseConnection(
  tx: Queryable,
  actor: PauseActor,
  connectionId: string,
  reason: string,
): Promise<void> {
  const isPaused = await store.updateConnectionPause(tx, actor.workspaceId, connectionId, {
    reason,
    by: pausedBy(actor),
    learntAt: 'provider' in actor ? actor.attemptedAt : null,
  });
  await record(tx, actor, isPaused, 'connection.pause', `connection:${connectionId}`, { reason });
}

/** Lets messages go again, whoever paused it, and takes no account of what the provider had restricted. Throws `not_found`. */
export async function resumeConnection(tx: Queryable, caller: Caller, connectionId: string): Promise<void> {
  const isResumed = await store.updateConnectionResumed(tx, caller.workspaceId, connectionId);
  if (isResumed) await liftRestrictions(tx, caller.workspaceId, connectionId);
  await record(tx, caller, isResumed, 'connection.resume', `connection:${connectionId}`, {});
}

/** The provider takes back what it had said; a pause of a person stands. */
export async function resumeAfterProvider(
  tx: Queryable,
  actor: Exclude<PauseActor, Caller>,
  connectionId: string,
): Promise<void> {
  const isResumed = await store.updateConnectionResumed(tx, actor.workspaceId, connectionId, 'provider');
  await record(tx, actor, isResumed, 'connection.resume', `connection:${connectionId}`, {});
}

/** Forces the breaker of an account open or closed, until an instant or for good; null: it decides by itself again. Throws
 *  `not_found`. */
export async function forceBreaker(
  tx: Queryable,
  caller: Caller,
  connectionId: string,
  forced: { state: ForcedBreaker; until: Temporal.Instant | null } | null,
  reason: string,
): Promise<void> {
  const isForced = await store.updateBreaker(tx, caller.workspaceId, connectionId, forced && { ...forced, reason });
  await record(tx, caller, isForced, 'connection.breaker', `connection:${connectionId}`, {
    state: forced ? `forced_${forced.state}` : 'automatic',
    until: forced?.until?.toString() ?? null,
    reason,
  });
}

/** Stops one lane of a sender. A lane that is stopped stays as it is, with its first reason. Throws `not_found`. */
export async function stopLane(
  tx: Queryable,
  caller: Caller,
  senderId: string,
  lane: Lane,
  reason: string,
): Promise<void> {
  const { workspaceId } = caller;
  if (!(await store.findSender(tx, workspaceId, senderId))) throw senderNotFound();
  const isNew = await store.insertLaneStop(tx, {
    workspace_id: workspaceId,
    sender_id: senderId,
    lane,
    stopped_by: actorOf(caller),
    reason,
  });
  if (isNew) await record(tx, caller, true, 'lane.stop', `sender:${senderId}`, { lane, reason });
}

/** Lets a lane go on; one that runs stays as it is. Throws `not_found`. */
export async function resumeLane(tx: Queryable, caller: Caller, senderId: string, lane: Lane): Promise<void> {
  const { workspaceId } = caller;
  if (!(await store.findSender(tx, workspaceId, senderId))) throw senderNotFound();
  const wasStopped = await store.deleteLaneStop(tx, workspaceId, senderId, lane);
  if (wasStopped) await record(tx, caller, true, 'lane.resume', `sender:${senderId}`, { lane });
}

function senderNotFound(): Fault {
  return new Fault('not_found', { detail: 'There is no such sender.' });
}

function pausedBy(actor: PauseActor): store.PausedBy {
  return 'provider' in actor ? 'provider' : 'person';
}

async function record(
  tx: Queryable,
  actor: PauseActor,
  isDone: boolean,
  action: string,
  subject: string,
  details: Record<string, unknown>,
): Promise<void> {
  const byProvider = 'provider' in actor;
  if (!isDone) {
    // Many refusals of one batch pause once; what a person has paused needs no second reason.
    if (byProvider) return;
    throw new Fault('not_found', { detail: 'There is no such sender or connection.' });
  }
  await store.notifyChanged(tx, actor.workspaceId);
  await recordAudit(tx, {
    workspaceId: actor.workspaceId,
    actor: byProvider ? 'system' : actorOf(actor),
    action,
    subject,
    details,
  });
}
