import type { AccountBreaker } from '#channels/breaker.ts';
import type { Readiness } from '#channels/provider-account.ts';
import type { ProviderTransport } from '#channels/provider-http.ts';
import type {
  ConnectionSecrets,
  ConnectionSettings,
  DirectSend,
  MessageContent,
  ProviderError,
  SendOutcome,
} from '#channels/provider.ts';
import type { Provider } from '#channels/provider-port.ts';
import type { Purpose } from '#messages/message.ts';
import type { RestrictionFacts } from '#messages/policy.ts';
import type { Database } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';
import type { Tracing } from '#platform/tracing.ts';
import type { Settlement } from './outbox-store.ts';

/** A sender as dispatch sees it right now; asked for again before every batch. */
export interface SenderAccount {
  workspaceId: string;
  senderId: string;
  externalId: string;
  connectionId: string;
  /** E.164; null when the provider did not tell it. */
  phone: string | null;
  provider: Provider;
  settings: ConnectionSettings;
  secrets: ConnectionSecrets;
  http: ProviderTransport;
  /** Of its provider account: the same for all senders of the connection. */
  breaker: AccountBreaker;
  throughputPerSecond: number;
  pairLimit: { burst: number; secondsPerMessage: number } | null;
  paused: { reason: string; until: Temporal.Instant | null } | null;
  /** The workspace sends nothing at all. */
  stopped: { reason: string } | null;
  stoppedLanes: ReadonlyMap<Purpose, { reason: string }>;
  restrictions: readonly RestrictionFacts[];
}

export interface WorkerDeps {
  db: Database;
  log: Log;
  tracing: Tracing;
  callbackKey: Buffer;
  account: (senderId: string) => SenderAccount | undefined;
  settle: (settlement: Settlement) => Promise<void>;
  pause: (
    account: SenderAccount,
    scope: 'sender' | 'connection',
    reason: string,
    attemptedAt: Temporal.Instant,
  ) => Promise<void>;
  suppress: (
    account: SenderAccount,
    contactId: string,
    kind: 'stop' | 'marketing_stop',
    reason: string,
  ) => Promise<void>;
  /** A refusal that says something of the message's template, or of what the account may do. */
  learn: (
    account: SenderAccount,
    sent: { content: MessageContent; directSend: DirectSend | null },
    error: ProviderError,
    attemptedAt: Temporal.Instant,
  ) => Promise<void>;
  /** Whether the account can send, and how many messages wait at the provider; undefined when it cannot be asked. */
  readiness: (account: SenderAccount) => Promise<Readiness | undefined> | undefined;
  /** What is known of senders is older than what the database said. */
  stale: () => void;
  onAttempt: (account: SenderAccount, outcome: SendOutcome, ms: number) => void;
}
