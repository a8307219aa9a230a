import { acceptWithin, type OwnMessage } from '#messages/accept/accept-within.ts';
import type { MessageRequest } from '#messages/accept/prepare.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import type { Routing, Skipped } from '#messages/routing/routing.ts';
import { type Weighed, weigh } from '#messages/routing/weigh.ts';
import { type Database, isDatabaseUnavailable, type Queryable } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';
import {
  decideReroute,
  type RerouteCandidate,
  type RerouteDecision,
  type RerouteFacts,
  type Trigger,
} from './decide-reroute.ts';
import {
  closeDecided,
  type Decided,
  listOldMessages,
  listOpen,
  lockOpen,
  lockPlaces,
  type OldMessage,
  type OpenOne,
  takePlaces,
} from './reroute-store.ts';

export interface RerouteDeps {
  db: Database;
  log: Log;
  senders: (workspaceId: string) => SenderAccount[];
  /** Senders whose provider does not answer at the moment. */
  silent: () => ReadonlySet<string>;
}

/**
 * Decides about the oldest messages that may be said in another way, at most `limit` of one workspace. What is rerouted
 * becomes a new message, accepted by the usual rules for the new sender, and with it in one commit the old one is taken
 * from whoever could send it again. So it happens once: what dies before the commit did nothing, and after it nothing is
 * left to do. Gives how many were decided, and how many were rerouted.
 */
export async function rerouteOpen(deps: RerouteDeps, limit: number): Promise<{ decided: number; rerouted: number }> {
  const open = await listOpen(deps.db, limit);
  if (open.length === 0) return { decided: 0, rerouted: 0 };
  try {
    return await deps.db.transaction((tx) => rerouteWithin(tx, deps, open));
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    deps.log.warn({ error }, 'messages could not be rerouted together');
  }
  // One that cannot be worked out must not hold up the others: it stays where it is, as a dead letter mostly.
  const sum = { decided: 0, rerouted: 0 };
  for (const one of open) {
    const { decided, rerouted } = await rerouteAlone(deps, one);
    sum.decided += decided;
    sum.rerouted += rerouted;
  }
  return sum;
}

async function rerouteAlone(deps: RerouteDeps, one: OpenOne): Promise<{ decided: number; rerouted: number }> {
  try {
    return await deps.db.transaction((tx) => rerouteWithin(tx, deps, [one]));
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    deps.log.error({ error }, 'a message could not be rerouted');
    return deps.db.transaction(async (tx) => {
      const [mine] = await lockOpen(tx, [one]);
      if (!mine) return { decided: 0, rerouted: 0 };
      const no = { rule: 'failed', detail: 'It could not be worked out.', skipped: [] };
      await closeDecided(tx, one.workspaceId, [refused(one.messageId, one.trigger, no)]);
      return { decided: 1, rerouted: 0 };
    });
  }
}

async function rerouteWithin(
  tx: Queryable,
  { senders: sendersOf, silent }: RerouteDeps,
  chosen: OpenOne[],
): Promise<{ decided: number; rerouted: number }> {
  const open = await lockOpen(tx, chosen);
  const [{ workspaceId } = { workspaceId: '' }] = open;
  if (open.length === 0) return { decided: 0, rerouted: 0 };
  const messageIds = open.map(({ messageId }) => messageId);
  const locked = await lockPlaces(tx, workspaceId, messageIds);
  const known = await listOldMessages(tx, workspaceId, messageIds);
  // Whoever has the place of a message is done with it in a moment: then it is looked at.
  const olds = known.filter(({ place, messageId }) => place === null || locked.has(messageId));
  const triggerOf = new Map(open.map(({ messageId, trigger }) => [messageId, trigger]));
  const senders = sendersOf(workspaceId);
  const now = olds[0]?.now ?? Temporal.Now.instant();
  const weighed = await weigh(
    { db: tx, senders, silent: silent() },
    olds.map((old) => ({ workspaceId, request: requestOf(old), rule: ruleOf(old), contactId: old.contactId })),
    now,
  );
  const decisions = olds.map((old, n): Considered => {
    const trigger = triggerOf.get(old.messageId) ?? 'refused';
    const candidates = weighed[n] ?? [];
    const decision = decideReroute(factsOf(old, trigger, senders), candidates.map(candidateOf), now);
    return { old, trigger, decision, target: decision.reroutes ? candidates[decision.place] : undefined };
  });
  const hops = decisions.flatMap((one) => hopOf(workspaceId, one) ?? []);
  const hopIds = hops.map(({ old }) => old.messageId);
  const taken = await takePlaces(tx, workspaceId, hopIds);
  if (hops.some(({ old }) => (old.place !== null) !== taken.has(old.messageId)))
    throw new Error('A message that was locked has changed its place.');
  const results = await acceptWithin(tx, hops);
  const done = hops.map((hop, n): Decided => {
    const result = results[n];
    // The same facts were read a moment ago in this transaction, so it is a bug, and nothing of it may stay.
    if (result?.kind !== 'accepted') throw new Error(`A rerouted message was not accepted: ${hop.old.messageId}`);
    return rerouted(hop, result.messageId);
  });
  const refusals = decisions.flatMap(({ old, trigger, decision }) =>
    decision.reroutes ? [] : [refused(old.messageId, trigger, decision)],
  );
  const gone = messageIds.filter((id) => !known.some(({ messageId }) => messageId === id)).map(forgotten);
  const decided = [...done, ...refusals, ...gone];
  if (decided.length > 0) await closeDecided(tx, workspaceId, decided);
  return { decided: decided.length, rerouted: done.length };
}

/** Its message was deleted. */
function forgotten(messageId: string): Decided {
  const detail = { rule: 'overtaken', detail: 'The message is gone.', trigger: 'refused', skipped: [] } as const;
  return { messageId, rule: 'overtaken', isQuiet: true, nextMessageId: null, detail: { ...detail, skipped: [] } };
}

interface Considered {
  old: OldMessage;
  trigger: Trigger;
  decision: RerouteDecision;
  target: Weighed | undefined;
}

interface Hop extends OwnMessage {
  old: OldMessage;
  routing: Routing;
}

/** What was asked for at first, without a sender. */
function requestOf(old: OldMessage): MessageRequest {
  const { address, addressKind } = old;
  return {
    ...(addressKind === 'phone'
      ? { to: address }
      : addressKind === 'email'
        ? { to_email: address }
        : addressKind === 'group'
          ? { group_id: address }
          : { recipient: address }),
    purpose: old.purpose,
    content: old.routing?.original ?? old.content,
    ...(old.expiresAt ? { expires_at: old.expiresAt.toString() } : {}),
    ...(old.identityKeyHash === null ? {} : { recipient_identity_key_hash: old.identityKeyHash }),
    ...(old.marketingMessages ? { marketing_messages: old.marketingMessages } : {}),
    ...(old.directSend ? { direct_send: old.directSend } : {}),
    ...(old.tags ? { tags: old.tags } : {}),
    ...(old.metadata ? { metadata: old.metadata } : {}),
  };
}

// Without its rule a message has no candidates, and the decision says why.
function ruleOf({ routing, rule, position }: OldMessage) {
  const empty = {
    name: '',
    when: {},
    senders: [],
    order: 'listed',
    reroute: { enabled: false, max_hops: 0 },
    twins: [],
  } as const;
  return { ...(rule ?? { ...empty, senders: [], twins: [] }), id: routing?.rule.id ?? '', position: position ?? 0 };
}

function factsOf(old: OldMessage, trigger: Trigger, senders: readonly SenderAccount[]): RerouteFacts {
  const { routing, rule, error, letter, place } = old;
  const had = new Set([...(routing?.tried ?? []), old.senderId]);
  const account = senders.find(({ senderId }) => senderId === old.senderId);
  return {
    trigger,
    purpose: old.purpose,
    error: error && { ...error.error, reroute: error.row?.reroute ?? null },
    isOvertaken:
      place !== placeOf[trigger] || (trigger === 'refused' || trigger === 'reported' ? letter !== 'open' : false),
    rank: old.rank,
    hasUnknownAttempt: old.hasUnknownAttempt,
    liveUntil: account ? liveUntil(account, old) : null,
    waitedSeconds: old.waitedSeconds,
    reroute: routing === null ? undefined : (rule?.reroute ?? null),
    hop: routing?.hop ?? 0,
    triedConnections: senders.flatMap(({ senderId, connectionId }) => (had.has(senderId) ? [connectionId] : [])),
    isBoundToSender: old.replyTo !== null || isBound(routing?.original ?? old.content),
    expiresAt: old.expiresAt,
    lastInboundAt: old.lastInboundAt,
  };
}

/** Where in the outbox a message is for which this holds; null: nowhere. */
const placeOf: Readonly<Record<Trigger, OldMessage['place']>> = {
  refused: null,
  reported: null,
  not_delivered: null,
  unknown: 'unknown',
  waiting: 'queued',
};

// A redrive gave it a time of its own, which went with its place in the outbox.
function liveUntil({ provider }: SenderAccount, old: OldMessage): Temporal.Instant | null {
  if (old.dispatchingAt === null || old.wasRedriven) return null;
  return provider.deliversUntil?.(old, { at: old.dispatchingAt, isSent: old.rank >= 2 }) ?? null;
}

/** The content names a message or a file by an id that only the account has that it was made for. Pure. */
export function isBound(content: OldMessage['content']): boolean {
  if (content.type === 'reaction' || content.type === 'pin') return true;
  // A template may have a file in its header, and a contact card or a flow an id that is none of the provider's.
  const text = JSON.stringify(content);
  return /"(?:image|video|document|audio|sticker)":\{[^{}]*"id":/.test(text);
}

export function candidateOf(weighed: Weighed): RerouteCandidate {
  return { ...weighed, connectionId: weighed.account?.connectionId ?? null };
}

function hopOf(workspaceId: string, { old, decision, target }: Considered): Hop | undefined {
  if (!decision.reroutes || !target?.prepared || !target.said || !old.routing) return undefined;
  const original = old.routing.original ?? old.content;
  const routing: Routing = {
    rule: { id: old.routing.rule.id, name: old.rule?.name ?? old.routing.rule.name },
    skipped: decision.skipped,
    price: target.price,
    said_as: target.said.saidAs,
    original: target.said.saidAs === 'as_written' ? null : original,
    options: target.said.options,
    hop: old.routing.hop + 1,
    rerouted_from: old.messageId,
    reason: decision.reason,
    tried: [...old.routing.tried, old.senderId],
  };
  return {
    workspaceId,
    actor: `routing_rule:${routing.rule.id}`,
    traceparent: old.traceparent,
    contactId: old.contactId,
    prepared: { ...target.prepared, routing },
    old,
    routing,
  };
}

function rerouted({ old, routing, prepared }: Hop, nextMessageId: string): Decided {
  const { rule, hop, price, skipped } = routing;
  const detail = {
    message_id: nextMessageId,
    sender_id: prepared.account.senderId,
    rule,
    hop,
    reason: routing.reason ?? '',
    price,
    skipped,
  };
  return { messageId: old.messageId, rule: null, isQuiet: false, nextMessageId, detail };
}

function refused(
  messageId: string,
  trigger: Trigger,
  { rule, detail, skipped }: { rule: string; detail: string; skipped: Skipped[] },
): Decided {
  const isOfTime = trigger === 'not_delivered' || trigger === 'waiting';
  const isQuiet = isOfTime && (rule === 'already_delivered' || rule === 'overtaken');
  return { messageId, rule, isQuiet, nextMessageId: null, detail: { rule, detail, trigger, skipped } };
}
