import type { MessageRequest } from '#messages/accept/prepare.ts';
import { chooseCandidate } from '#messages/routing/choose.ts';
import type { RouterDeps } from '#messages/routing/router.ts';
import type { Rule } from '#messages/routing/rule.ts';
import type { Weighed } from '#messages/routing/weigh.ts';
import { decideReroute } from './decide-reroute.ts';
import { candidateOf, isBound } from './reroute.ts';
import { findLastInbound } from './reroute-store.ts';

/** Where a message would go if its sender was refused now, in a way that another channel answers. */
export interface Foreseen {
  /** Null: nowhere. */
  sender_id: string | null;
  /** Why not; null when it would go. */
  rule: string | null;
  detail: string | null;
}

/** Whether and where a message would be rerouted, decided as it would be then, on what is known now. */
export async function foresee(
  { db, senders }: Pick<RouterDeps, 'db' | 'senders'>,
  workspaceId: string,
  request: MessageRequest,
  { rule, weighed, contactId }: { rule: Rule; weighed: readonly Weighed[]; contactId: string | null },
  now: Temporal.Instant,
): Promise<Foreseen> {
  const { place } = chooseCandidate(weighed, rule.reroute);
  const first = place === null ? undefined : weighed[place];
  const connectionId = senders(workspaceId).find(({ senderId }) => senderId === first?.sender_id)?.connectionId;
  const decision = decideReroute(
    {
      trigger: 'refused',
      purpose: request.purpose,
      error: { code: '', title: '', reroute: 'channel' },
      isOvertaken: false,
      rank: 0,
      hasUnknownAttempt: false,
      liveUntil: null,
      waitedSeconds: 0,
      reroute: rule.reroute,
      hop: 0,
      triedConnections: connectionId === undefined ? [] : [connectionId],
      isBoundToSender: request.reply_to !== undefined || isBound(request.content),
      expiresAt: first?.prepared?.expiresAt ?? null,
      lastInboundAt: contactId === null ? null : await findLastInbound(db, workspaceId, contactId),
    },
    weighed.map(candidateOf),
    now,
  );
  if (!decision.reroutes) return { sender_id: null, rule: decision.rule, detail: decision.detail };
  return { sender_id: weighed[decision.place]?.sender_id ?? null, rule: null, detail: null };
}
