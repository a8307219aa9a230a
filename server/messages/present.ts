import type { Static } from 'typebox';
import type { Message, StoredError } from './message.ts';
import type { messageSchema, traceSchema } from './message-schemas.ts';
import type { Routing } from './routing/routing.ts';
import type { routingSchema } from './routing/routing-schemas.ts';
import type { Trace } from './messages.ts';

/** A message as the API writes it. */
export function presentMessage(message: Message): Static<typeof messageSchema> {
  const phone = message.addressKind === 'phone' ? message.address : null;
  return {
    id: message.id,
    direction: message.direction,
    status: message.status,
    purpose: message.purpose,
    type: message.type,
    content: message.content,
    to: phone,
    recipient: message.addressKind === 'provider_user' ? message.address : null,
    group_id: message.addressKind === 'group' ? message.address : null,
    to_email: message.addressKind === 'email' ? message.address : null,
    contact_id: message.contactId,
    contact: { id: message.contactId, name: message.contactName, phone },
    participant: message.participant,
    sender_id: message.senderId,
    reply_to: message.replyTo,
    choice: message.choice,
    recipient_identity_key_hash: message.identityKeyHash,
    marketing_messages: message.marketingMessages,
    direct_send: message.directSend,
    tags: message.tags,
    metadata: message.metadata,
    provider_message_id: message.providerMessageId,
    send_at: iso(message.sendAt),
    expires_at: iso(message.expiresAt),
    created_at: message.createdAt.toString(),
    updated_at: message.updatedAt.toString(),
    timestamps: {
      accepted_at: iso(message.acceptedAt),
      sent_at: iso(message.sentAt),
      delivered_at: iso(message.deliveredAt),
      read_at: iso(message.readAt),
      played_at: iso(message.playedAt),
      failed_at: iso(message.failedAt),
    },
    error: message.error && presentError(message.error),
    decision: message.decision,
    routing: message.routing && presentRouting(message.routing, message.reroutedTo),
    trace_id: message.traceId,
  };
}

/** Why a message goes by its sender, and which message took its place. */
export function presentRouting(routing: Routing, reroutedTo: string | null): Static<typeof routingSchema> {
  const { tried: _, ...shown } = routing;
  return { ...shown, rerouted_to: reroutedTo };
}

/** What the provider said, what to do about it, and what to tell whoever wrote the message. */
export function presentError({ error, row }: StoredError) {
  return {
    code: error.code,
    title: error.title,
    details: error.details ?? null,
    advice: row?.advice ?? null,
    tell: row?.tell ?? null,
  };
}

export function presentTrace(trace: Trace): Static<typeof traceSchema> {
  return {
    message: presentMessage(trace.message),
    events: trace.events,
    dead_letter: trace.deadLetter,
    media: trace.media,
    waits_for: trace.waitsFor && { ...trace.waitsFor, until: iso(trace.waitsFor.until) },
  };
}

function iso(instant: Temporal.Instant | null): string | null {
  return instant?.toString() ?? null;
}
