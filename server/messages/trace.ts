import type { Message } from './message.ts';
import type { Routing } from './routing/routing.ts';
import type { AttemptRow, OpenPlace, TimelineRow } from './messages-store.ts';

export interface TraceEvent {
  at: string;
  kind: string;
  title: string;
  detail: Record<string, unknown>;
  /** The fact had been overtaken when it came. */
  late?: boolean;
  raw_webhook_id?: string;
}

/** The story of one message from trigger to receipt, in the order of its facts. Pure. */
export function buildTrace(
  message: Message,
  story: { attempts: AttemptRow[]; events: TimelineRow[]; place: OpenPlace | null },
): TraceEvent[] {
  const lines: TraceEvent[] = [];
  if (message.direction === 'outbound') {
    lines.push({
      at: message.createdAt.toString(),
      kind: 'accepted',
      title: message.status === 'blocked' && message.decision?.outcome === 'block' ? 'Asked for' : 'Accepted',
      detail: { purpose: message.purpose, to: message.address },
    });
    if (message.decision && !story.place?.hold) {
      lines.push({
        at: message.createdAt.toString(),
        kind: 'decision',
        title: decisionTitle(message.decision.outcome, message.decision.rule),
        detail: { ...message.decision },
      });
    }
  }
  if (message.routing) lines.push(routingLine(message, message.routing));
  for (const attempt of story.attempts) lines.push(...attemptLines(attempt));
  if (story.place?.state === 'dispatching' && story.place.dispatchingAt) {
    lines.push({
      at: isoOf(story.place.dispatchingAt),
      kind: 'dispatching',
      title: 'Being handed to the provider',
      detail: { attempt_no: story.place.attemptNo },
    });
  }
  if (story.place?.hold && typeof story.place.hold === 'object') {
    lines.push({
      at: message.createdAt.toString(),
      kind: 'decision',
      title: decisionTitle('hold', String((story.place.hold as { rule?: unknown }).rule)),
      detail: { ...story.place.hold },
    });
  }
  for (const event of story.events) lines.push(timelineLine(event));
  return lines.sort((a, b) => Temporal.Instant.compare(a.at, b.at));
}

function routingLine({ createdAt, senderId }: Message, routing: Routing): TraceEvent {
  const { rule, skipped, price, said_as, hop, rerouted_from, reason } = routing;
  return {
    at: createdAt.toString(),
    kind: 'routed',
    title: hop === 0 ? `Sender chosen by the rule "${rule.name}"` : `Rerouted by the rule "${rule.name}"`,
    detail: withoutNulls({ rule, sender_id: senderId, skipped, price, said_as, rerouted_from, reason }),
  };
}

function attemptLines(attempt: AttemptRow): TraceEvent[] {
  const lines: TraceEvent[] = [];
  if (attempt.dispatchingAt) {
    lines.push({
      at: attempt.dispatchingAt.toString(),
      kind: 'dispatching',
      title: `Attempt ${attempt.attemptNo}: handed to the provider`,
      detail: { attempt_no: attempt.attemptNo },
    });
  }
  lines.push({
    at: attempt.settledAt.toString(),
    kind: 'attempt',
    title: `Attempt ${attempt.attemptNo}: ${outcomeWords[attempt.outcome] ?? attempt.outcome}`,
    detail: withoutNulls({
      attempt_no: attempt.attemptNo,
      outcome: attempt.outcome,
      http_status: attempt.httpStatus,
      provider_message_ids: attempt.providerMessageIds,
      reason: attempt.reason,
      error: attempt.error,
      error_row: attempt.errorRow,
      next_action: attempt.nextAction,
      resolved_by: attempt.resolvedBy,
    }),
  });
  return lines;
}

const outcomeWords: Record<string, string> = {
  accepted: 'the provider took it',
  rejected: 'the provider refused it',
  throttled: 'the provider asked to slow down',
  not_written: 'nothing was sent',
  unknown: 'the outcome is unknown',
  presumed_not_accepted: 'later receipts came without it, so it was most likely not taken',
};

const timelineTitles: Record<string, string> = {
  received: 'Received',
  held: 'Held right before sending',
  blocked: 'Blocked right before sending',
  expired: 'Expired',
  canceled: 'Canceled',
  resend: 'Sent once more, because its outcome stayed unknown',
  give_up: 'Given up: no receipt told the outcome',
  conflict: 'The provider contradicts itself',
  corrected: 'Corrected by a later receipt',
  redriven: 'Put back into the queue',
  discarded: 'Discarded',
  rerouted: 'Rerouted: another message took its place',
  not_rerouted: 'Not rerouted',
  restored: 'The database was restored while it waited',
  edited: 'Edited by who wrote it',
  revoked: 'Taken back by who wrote it',
  consent_suspected: 'May be a consent keyword',
  media: 'File',
};

function timelineLine(event: TimelineRow): TraceEvent {
  const isStatus = event.kind === 'status';
  const title = isStatus ? `Receipt: ${String(event.detail['status'])}` : (timelineTitles[event.kind] ?? event.kind);
  return {
    at: event.at.toString(),
    kind: event.kind,
    title,
    detail: event.detail,
    ...(event.detail['late'] === true ? { late: true } : {}),
    ...(event.rawWebhookId ? { raw_webhook_id: event.rawWebhookId } : {}),
  };
}

function decisionTitle(outcome: string, rule: string): string {
  const words = rule.replaceAll('_', ' ');
  if (outcome === 'send') return `Decided to send: ${words}`;
  return outcome === 'hold' ? `Held: ${words}` : `Blocked: ${words}`;
}

function isoOf(text: string): string {
  return Temporal.Instant.from(text).toString();
}

function withoutNulls(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
