import type { AccountBreaker, ForcedBreaker } from './breaker.ts';
import type { Lane } from './lanes.ts';
import type { MessagingLimit, Restriction } from './lessons.ts';
import type { ProviderAccount, CredentialCheck } from './provider-account.ts';
import type { ProviderTransport } from './provider-http.ts';
import type { RoundTrips } from './round-trips.ts';
import type { ConnectionSecrets, ConnectionSettings } from './provider.ts';
import type { Provider } from './provider-port.ts';

/** Why nothing goes now. `until` is null when somebody must act. */
export interface Paused {
  reason: string;
  until: Temporal.Instant | null;
}

/** Stopped by hand. */
export interface Stopped {
  reason: string;
  stoppedAt: Temporal.Instant;
  stoppedBy: string;
}

/** What an account may not do, and until when; null: until somebody lifts it. */
export interface Restricted extends Paused {
  restriction: Restriction;
}

/** What the provider told of a number. */
export interface KnownNumber {
  quality?: { event: string; rating: string | null };
  limit?: MessagingLimit;
  throughput?: { perSecond: number };
  name?: { decision: string; name: string | null; reason: string | null };
  username?: { status: string; username: string | null };
}

/** A connection as the message path sees it, with its secrets. */
export interface DirectoryConnection {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly name: string;
  readonly provider: Provider;
  /** Looks at the account, fetches files. */
  readonly account: ProviderAccount;
  readonly settings: ConnectionSettings;
  readonly secrets: ConnectionSecrets;
  readonly http: ProviderTransport;
  readonly breaker: AccountBreaker;
  /** What an operator says over it; `forcedOf` says whether that still holds. */
  readonly forced: { state: ForcedBreaker; reason: string; until: Temporal.Instant | null } | null;
  /** Of this process. */
  readonly trips: RoundTrips;
  readonly paused: Paused | null;
  readonly callbackUrl: string | null;
  readonly checks: readonly CredentialCheck[];
  readonly challengeSeenAt: Temporal.Instant | null;
  readonly firstWebhookAt: Temporal.Instant | null;
  readonly lastWebhookAt: Temporal.Instant | null;
  readonly senders: readonly DirectorySender[];
  /** The workspace's sender with this id of the provider, when it belongs to this connection. */
  senderId(externalId: string): string | undefined;
}

/** What an operator says over the breaker now; null when nobody does, or its time is over. */
export function forcedOf({ breaker, forced }: DirectoryConnection): DirectoryConnection['forced'] {
  return breaker.forced(performance.now()) === null ? null : forced;
}

/** A sender as the message path sees it: all that a send needs. */
export interface DirectorySender {
  readonly workspaceId: string;
  readonly senderId: string;
  readonly externalId: string;
  readonly phone: string | null;
  readonly displayName: string | null;
  readonly connectionId: string;
  readonly connectionName: string;
  readonly provider: Provider;
  readonly settings: ConnectionSettings;
  readonly secrets: ConnectionSecrets;
  readonly http: ProviderTransport;
  readonly breaker: AccountBreaker;
  /** What is set for it, as far as the provider's word allows. */
  readonly throughputPerSecond: number;
  readonly known: KnownNumber;
  /** Of its account, at the moment of reading. */
  readonly restrictions: readonly Restricted[];
  readonly pairLimit: { burst: number; secondsPerMessage: number } | null;
  /** Of the sender or its whole connection, at the moment of reading. */
  readonly paused: Paused | null;
  /** Its workspace sends nothing at all. */
  readonly stopped: Stopped | null;
  /** On this sender or on all of the workspace. */
  readonly stoppedLanes: ReadonlyMap<Lane, Stopped & { on: 'sender' | 'workspace' }>;
}
