import type { Lane } from './lanes.ts';

// The words that adapters and the message path have in common: what is sent, what becomes of it, what a provider can do.

/** How a person is addressed. A phone is E.164 with "+"; `provider_user` is the provider's own id (for WhatsApp the BSUID, or
 *  what UltraMsg calls a lid). A `group` is several people who are written to at once, by the provider's id of the group. */
export type Recipient =
  | { kind: 'phone'; value: string }
  | { kind: 'provider_user'; value: string }
  | { kind: 'group'; value: string }
  | { kind: 'email'; value: string };

/** What is said, in the Cloud API's own words: `type` and the object of the same name. Other adapters translate it. */
export interface MessageContent {
  type: string;
  [kind: string]: unknown;
}

/** Options of the Marketing Messages API, in its own words. */
export interface MarketingOptions {
  product_policy?: 'CLOUD_API_FALLBACK' | 'STRICT';
  message_activity_sharing?: boolean;
}

/** Free content that is billed as a category, and so may go outside the service window: Meta's Direct Send. */
export interface DirectSend {
  category: 'utility' | 'authentication' | 'service';
  /** For so long the provider keeps it for a phone that is off. */
  ttl_seconds?: number;
  /** What the provider is to call the content. */
  template_name?: string;
}

export interface OutboundMessage {
  recipient: Recipient;
  content: MessageContent;
  /** The provider's id of the message that this one answers. */
  replyToProviderId?: string;
  /** The message is delivered only while the person's key has this hash. */
  identityKeyHash?: string;
  /** Set: it goes by the provider's product for marketing. */
  marketingMessages?: MarketingOptions;
  /** Set: the content is billed as a category, and needs no service window. */
  directSend?: DirectSend;
  /** Comes back with every status of the message (for providers that can), and ties it to our attempt: at most 60 of
   *  A-Z, a-z, 0-9 and ":_-". */
  callbackData: string;
  /** Its line at the sender, for providers with priorities of their own. */
  lane: Lane;
  /** After this it is of no use, for providers that can be told. */
  expiresAt: Temporal.Instant | null;
  /** When it is handed over, by the clock that `expiresAt` is of. */
  writtenAt?: Temporal.Instant;
}

export interface SenderAddress {
  /** The provider's id of the sender: for the Cloud API the phone_number_id. */
  externalId: string;
}

/** What goes over the wire. `path` is relative to the connection's base URL. */
export interface ProviderRequest {
  method: 'POST' | 'GET' | 'DELETE';
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface ProviderResponse {
  httpStatus: number;
  /** Lower-case names. */
  headers: Record<string, string | string[] | undefined>;
  /** At most 1 MB; a longer answer is cut and `truncated` is set. */
  body: Uint8Array;
  truncated: boolean;
}

/** A row of the provider's error table: data with a date, never code. */
export interface ErrorReaction {
  provider: string;
  /** The provider's code, or `http_503`, `no_id`, `garbage` … for answers without one. */
  code: string;
  title: string;
  /**
   * retry: rejected for now, nothing was sent; try again after a pause.
   * retry_pair: the same, but only this recipient waits. retry_sender: only this sender slows down.
   * fail: no repetition helps for this message. pause_sender / pause_connection: nothing will go until a person acts;
   * queued messages are held, not burned. unknown: the provider may have sent it; reconcile.
   */
  reaction: 'retry' | 'retry_pair' | 'retry_sender' | 'fail' | 'pause_sender' | 'pause_connection' | 'unknown';
  /** Said to the operator: what it means and what to do. */
  advice: string;
  /** Said to whoever wrote the message, who has no access to the settings. Not in rows that were kept before it was told. */
  tell?: string;
  /** First pause in seconds for the retry reactions; grows by `backoffFactor`. */
  delaySeconds?: number;
  backoffFactor?: number;
  /** Also adds the contact to the suppressions of this kind. That a message could not be delivered is none: it does not say
   *  whether the person is not there, has an old phone, or wants nothing of us. */
  suppress?: 'stop' | 'marketing_stop';
  /** The day since which this row is believed to hold, and where it was read. */
  since: string;
}

/**
 * A whole row: beside the reaction, which the message path decides by, what docs and screens say and what those on duty
 * need. Every row that a reaction is taken from is one of these.
 */
export interface ErrorEntry extends ErrorReaction {
  /** The general code that this one comes as a subcode of. It may also come by itself. */
  subcodeOf?: string;
  /** Where it comes: in the answer to a call, in a webhook later, or in either. */
  shows: 'answer' | 'webhook' | 'both';
  /** The documented status of the answer; null when it comes by webhook only. */
  httpStatus: number | null;
  /**
   * What has to change before the same can succeed. wait: only time has to pass. receipt: nothing, its receipt tells how
   * it went. content: the message, or what a call asks for. template: the template or flow. request: the way in which it
   * is sent. account: settings, access, payment or registration. none: nothing that the business can do.
   */
  remedy: 'wait' | 'receipt' | 'content' | 'template' | 'request' | 'account' | 'none';
  /** For so long the same is refused again; absent when it is not known, or time does not help. */
  waitSeconds?: number;
  /** Whether the same thing may be said another way: as another template, or on another channel. Never when the message
   *  may have arrived, and never when the person does not want it. */
  reroute: 'template' | 'channel' | null;
  /** Somebody has to act now: those on duty are called. */
  pages: boolean;
  tell: string;
}

export interface ProviderError {
  code: string;
  subcode?: string;
  title: string;
  details?: string;
  traceId?: string;
}

/** What became of one attempt. Closed: the dispatcher is exhaustive over it. */
export type SendOutcome =
  | { outcome: 'accepted'; providerMessageIds: string[]; recipientId?: string; providerUserId?: string; held?: boolean }
  | { outcome: 'rejected'; error: ProviderError; row: ErrorReaction }
  | {
      outcome: 'throttled';
      scope: 'sender' | 'pair' | 'connection';
      retryAfterSeconds?: number;
      error: ProviderError;
      row: ErrorReaction;
    }
  | { outcome: 'not_written'; reason: string }
  | { outcome: 'unknown'; reason: string; httpStatus?: number; error?: ProviderError; row?: ErrorReaction };

export interface ContentProblem {
  /** JSON pointer below the content, e.g. `/text/body`. */
  pointer: string;
  message: string;
  /** `unsupported` when the kind as such is not sent by this adapter; otherwise `invalid`. */
  code: 'invalid' | 'unsupported';
}

/** When and why a content is to be sent: a few rules depend on it. */
export interface Occasion {
  sendAt: Temporal.Instant;
  lane: Lane;
  /** It goes by the provider's product for marketing. */
  marketingMessages?: boolean;
  /** The category that it is billed as, when it is to go without template outside the service window. */
  directSend?: DirectSend['category'] | undefined;
}

/** `needsWindow`: it may go only while the service window is open. `needsPhone`: it may go to phone numbers only.
 *  `audience`: whether it may go to groups only, or to people as well. */
export type ContentVerdict =
  | { ok: true; needsWindow: boolean; needsPhone: boolean; audience: 'groups' | 'both' }
  | { ok: false; problems: ContentProblem[] };

/** Somebody asks the provider to have data about them deleted, by the id that the app knows them by. */
export interface DeletionRequest {
  userId: string;
  issuedAt: Temporal.Instant;
}

export interface ConnectionSecrets {
  /** Authorizes our calls. */
  accessToken: string;
  /** Each verifies webhooks, the newest first; empty for a provider that does not sign them. */
  appSecrets: string[];
  /** Proves who subscribes. Where webhooks are not signed it is the last part of their address, which nobody can guess. */
  verifyToken: string;
}

export interface ConnectionSettings {
  baseUrl: string;
  /** For example `v26.0`; empty where there is none. */
  apiVersion: string;
  /** The provider's id of the account: of the WhatsApp Business Account, the instance, the mailbox … */
  businessAccountId: string;
  appId?: string;
  /** The messaging account that messages are sent for, where a number has several. */
  messagingAccountId?: string;
  /** The provider lets the account send free content that is billed as a category. */
  directSend?: boolean;
  /** What only this provider needs. */
  options: Readonly<Record<string, string>>;
  /** Where its webhooks arrive; null while nobody told this server's public address. */
  webhookUrl: string | null;
}

/** What a provider sent to the address of a connection. */
export interface WebhookRequest {
  /** As it came, whatever its type. */
  body: Uint8Array;
  /** Lower-case names. */
  headers: Record<string, string | string[] | undefined>;
  /** The whole address as the provider knows it, with the query. */
  url: string;
}

/** What a provider can do, as data: the composer, validation and routing read it. */
export interface Capabilities {
  channel: 'whatsapp' | 'sms' | 'email';
  /** False: it works without the consent of whom the channel belongs to. */
  official: boolean;
  /** Said wherever a connection is shown, when there is something to know before one relies on it. */
  warning: string | null;
  /** Sends what was reviewed beforehand, also outside a service window. */
  templates: boolean;
  /** Unsigned webhooks are known by their address alone, and are trusted less. */
  webhooks: 'signed' | 'unsigned';
  /** How many messages may wait in a queue of the provider's own; null: it hands over at once. */
  queueLimit: number | null;
  contentTypes: readonly string[];
  interactiveTypes: readonly string[];
  recipientKinds: readonly Recipient['kind'][];
  serviceWindowHours: number | null;
  markAsRead: boolean;
  typingIndicator: boolean;
  callbackData: boolean;
  /** A message can quote the one that it answers. */
  replies: boolean;
  /** A message can be bound to the key of the person's phone. */
  identityKeys: boolean;
  /** Marketing may go by a product of its own. */
  marketingMessages: boolean;
  /** Free content may be billed as a category, and go outside the service window. */
  directSend: boolean;
  idempotencyKey: boolean;
  defaultThroughputPerSecond: number;
  pairLimit: { burst: number; secondsPerMessage: number } | null;
  mediaLimits: Readonly<Record<string, { maxBytes: number; mimeTypes: readonly string[] }>>;
}

/** How a text travels as an SMS. Each segment is paid for. */
export interface SmsSize {
  encoding: 'GSM-7' | 'UCS-2';
  segments: number;
  /** As they are counted: some characters of GSM-7 count twice. */
  characters: number;
  /** The characters that GSM-7 does not have, each once. One of them makes the whole text UCS-2, of which less fits into a
   *  segment (70 characters in place of 160). */
  forcing: string[];
}
