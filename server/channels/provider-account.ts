import type { OutgoingAnswer, OutgoingClient, OutgoingRequest } from '#platform/outgoing.ts';
import type {
  ConnectionSecrets,
  ConnectionSettings,
  ErrorReaction,
  MessageContent,
  ProviderError,
  Recipient,
} from './provider.ts';

// The side of an adapter that talks with the account instead of translating.

/** What a provider has of a message whose outcome we do not know. `no` only when it surely has none. */
export type SentSearch =
  | {
      found: 'sent';
      providerMessageId: string;
      status: 'accepted' | 'sent' | 'delivered' | 'read' | 'failed';
      /** Of one that failed, with the row that says what it means. */
      error?: ProviderError;
      row?: ErrorReaction;
    }
  | { found: 'no' }
  | { found: 'unclear'; reason: string };

/** By what a message may be known to a provider that gave no answer to it. */
export interface SoughtMessage {
  callbackData: string;
  recipient: Recipient;
  content: MessageContent;
  writtenAt: Temporal.Instant;
}

/** A message that the provider took and could not send. */
export interface FailedMessage {
  providerMessageId: string;
  callbackData: string;
  error: ProviderError;
  row: ErrorReaction;
}

/** Whether an account can send now. */
export interface Readiness {
  ready: boolean;
  /** Why not, in words; otherwise what it is doing. */
  reason: string;
  /** How many messages wait in the provider's own queue; null when it did not say. */
  waiting: number | null;
}

/** One thing that was looked at while a connection is added, in words. */
export interface CredentialCheck {
  name: string;
  ok: boolean;
  message: string;
}

/** The calls that the account side of an adapter may make: an `OutgoingClient`. `connect` is for what is no HTTP. */
export type ProviderCalls = Pick<OutgoingClient, 'request' | 'open'> & Partial<Pick<OutgoingClient, 'connect'>>;

export interface AccountAccess {
  settings: ConnectionSettings;
  secrets: ConnectionSecrets;
  senderExternalId: string;
}

/** What was found with the credentials of an account. */
export interface AccountReport {
  /** One line for each thing that was looked at. `webhooks`, and `phone` where one is linked later, may fail while
   *  a connection is being made; nothing else may. */
  checks: CredentialCheck[];
  appId?: string;
  /** E.164. */
  phone?: string;
  displayName?: string;
  throughputPerSecond?: number;
}

/** A file of a message, as it arrives. `sha256` fits, or reading it fails. */
export interface FetchedMedia {
  mimeType: string;
  sizeBytes: number | null;
  sha256: string | null;
  body: AsyncIterable<Buffer>;
}

/** A file of ours on its way to the provider. */
export interface FileToUpload {
  filename: string;
  mimeType: string;
  sizeBytes: number;
  body: AsyncIterable<Buffer>;
}

export interface UploadedMedia {
  providerMediaId: string;
  /** Until when the provider keeps it. */
  expiresAt: Temporal.Instant;
}

/** A call of the provider's own API. Nothing of the caller's credentials may be in it. */
export interface PassedCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the version; each segment is encoded. */
  path: readonly string[];
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: NonNullable<OutgoingRequest['body']>;
}

/** The side of an adapter that talks with the account instead of translating. Every call has time-outs. */
export interface ProviderAccount {
  /** Tries the credentials and says in words what is wrong and what to do. Never throws for a refusal or an outage. */
  checkCredentials(calls: ProviderCalls, access: AccountAccess, callbackUrl: string | null): Promise<AccountReport>;
  /** Has webhooks sent to `callbackUrl`, which some providers call at once to verify it. Throws Fault `upstream_failed`.
   *  Absent: a person tells the provider. */
  subscribe?(calls: ProviderCalls, access: AccountAccess, callbackUrl: string): Promise<void>;
  /** Opens a file that a person sent. Throws MediaUnavailable. */
  fetchMedia(calls: ProviderCalls, access: AccountAccess, mediaId: string, maxBytes: number): Promise<FetchedMedia>;
  /** Gives the provider a file that messages are to be sent with. Throws Fault `upstream_failed`. Absent: it takes links. */
  uploadMedia?(calls: ProviderCalls, access: AccountAccess, file: FileToUpload): Promise<UploadedMedia>;
  /** One call of the provider's own API with the token of the account, answered as it is. Throws Fault `upstream_failed`.
   *  Absent: the API is another than that of the Cloud API. */
  passThrough?(
    calls: ProviderCalls,
    access: Pick<AccountAccess, 'settings' | 'secrets'>,
    call: PassedCall,
  ): Promise<OutgoingAnswer>;
  /** Looks for a message whose outcome is unknown. Throws Fault `upstream_failed`. Absent: only receipts tell. */
  findSent?(calls: ProviderCalls, access: AccountAccess, sought: SoughtMessage): Promise<SentSearch>;
  /** Looks whether the account can send. Throws Fault `upstream_failed`. Absent: its answers to messages tell. */
  readReadiness?(calls: ProviderCalls, access: AccountAccess): Promise<Readiness>;
  /** The latest messages that the provider took and could not send. Throws Fault `upstream_failed`. Absent: webhooks tell. */
  listFailed?(calls: ProviderCalls, access: AccountAccess): Promise<FailedMessage[]>;
}
