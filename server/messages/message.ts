import type {
  DirectSend,
  ErrorReaction,
  MarketingOptions,
  MessageContent,
  ProviderError,
  Recipient,
} from '#channels/provider.ts';
import type { Choice } from './ingress/read-choice.ts';
import type { Routing } from './routing/routing.ts';

/** Why a message is sent. Lanes follow purposes: each has its place in the queue, its share of a limit, its stop button. */
export const purposes = ['authentication', 'transactional', 'service', 'marketing'] as const;
export type Purpose = (typeof purposes)[number];

export type Direction = 'outbound' | 'inbound';

/** Statuses of a message that is still ours to send. */
export type LiveStatus = 'queued' | 'scheduled' | 'held' | 'dispatching' | 'unknown';
/** Statuses of a message that left the outbox. `accepted` means by the provider. */
export type SettledStatus =
  | 'accepted'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'played'
  | 'failed'
  | 'expired'
  | 'canceled'
  | 'blocked'
  | 'unknown_final'
  | 'received';
export type MessageStatus = LiveStatus | SettledStatus;

export const liveStatuses: readonly LiveStatus[] = ['queued', 'scheduled', 'held', 'dispatching', 'unknown'];
export const settledStatuses: readonly SettledStatus[] = [
  'accepted',
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
  'expired',
  'canceled',
  'blocked',
  'unknown_final',
  'received',
];

/** What becomes of marketing that the product for it does not take: it goes as any message, or not at all. */
export const marketingPolicies = ['CLOUD_API_FALLBACK', 'STRICT'] as const;

/** What free content may be billed as, to go outside the service window. */
export const directSendCategories = ['utility', 'authentication', 'service'] as const;

/** What policy decided, with the rule and the facts it saw. `until` is null while a person has to act. */
export type Decision =
  | { outcome: 'send'; rule: string; facts: Record<string, unknown> }
  | { outcome: 'hold'; rule: string; facts: Record<string, unknown>; until: string | null }
  | { outcome: 'block'; rule: string; facts: Record<string, unknown> };

/** An error as it is kept on a message: what the provider said, and the row of its error table that decided. */
export interface StoredError {
  error: ProviderError;
  row?: ErrorReaction;
}

/** A message as the API shows it. Times are instants. */
export interface Message {
  id: string;
  direction: Direction;
  status: MessageStatus;
  purpose: Purpose;
  type: string;
  content: MessageContent;
  address: string;
  addressKind: Recipient['kind'];
  contactId: string;
  contactName: string | null;
  /** Who of the group wrote it. */
  participant: { id: string; name: string | null } | null;
  senderId: string;
  replyTo: string | null;
  /** The answer of an earlier message that it chooses by number or title. */
  choice: Choice | null;
  identityKeyHash: string | null;
  marketingMessages: MarketingOptions | null;
  directSend: DirectSend | null;
  tags: string[];
  metadata: Record<string, string>;
  providerMessageId: string | null;
  sendAt: Temporal.Instant | null;
  expiresAt: Temporal.Instant | null;
  createdAt: Temporal.Instant;
  updatedAt: Temporal.Instant;
  acceptedAt: Temporal.Instant | null;
  sentAt: Temporal.Instant | null;
  deliveredAt: Temporal.Instant | null;
  readAt: Temporal.Instant | null;
  playedAt: Temporal.Instant | null;
  failedAt: Temporal.Instant | null;
  error: StoredError | null;
  decision: Decision | null;
  routing: Routing | null;
  /** The message that took its place at another sender. */
  reroutedTo: string | null;
  traceId: string | null;
}

/** How a purpose is treated, as data. Durations in seconds; `expiresAfter` counts from the moment a message becomes due. */
export interface PurposePolicy {
  /** Share of a sender's throughput when every lane has work. */
  weight: number;
  expiresAfterSeconds: number;
  /** How long later messages of a conversation wait for one whose outcome is not known. */
  unknownBlocksSeconds: number;
  /** What happens to an unknown outcome that no receipt settled. */
  onUnknown: 'resend_once' | 'give_up' | 'ask';
  /** How long a receipt may take before `onUnknown` decides. */
  unknownAfterSeconds: number;
}

export const purposePolicies: Readonly<Record<Purpose, PurposePolicy>> = {
  authentication: {
    weight: 8,
    expiresAfterSeconds: 600,
    unknownBlocksSeconds: 0,
    onUnknown: 'resend_once',
    unknownAfterSeconds: 30,
  },
  transactional: {
    weight: 4,
    expiresAfterSeconds: 3 * 86_400,
    unknownBlocksSeconds: 30,
    onUnknown: 'give_up',
    unknownAfterSeconds: 900,
  },
  service: {
    weight: 4,
    expiresAfterSeconds: 86_400,
    unknownBlocksSeconds: 30,
    onUnknown: 'ask',
    unknownAfterSeconds: 900,
  },
  marketing: {
    weight: 1,
    expiresAfterSeconds: 86_400,
    unknownBlocksSeconds: 0,
    onUnknown: 'give_up',
    unknownAfterSeconds: 900,
  },
};
