import type { Vault } from '#accounts/vault.ts';
import type { Database, ReservedConnection } from '#platform/database.ts';
import type { AddressPolicy } from '#platform/outgoing-address.ts';
import { checkedConnector } from '#platform/outgoing.ts';
import type { Log } from '#platform/telemetry.ts';
import { listAllFacts } from './account-facts-store.ts';
import { Breakers } from './breakers.ts';
import { listOpenBreakers } from './breakers-store.ts';
import { settingsOf } from './connections.ts';
import * as store from './connections-store.ts';
import type { DirectoryConnection, DirectorySender, Paused } from './directory-connection.ts';
import { fingerprint, senderOf } from './directory-entry.ts';
import { ProviderHttp, type ProviderTransport } from './provider-http.ts';
import type { ConnectionSecrets, ConnectionSettings } from './provider.ts';
import { type ProviderAdapter, adapters } from './providers.ts';
import { RoundTrips } from './round-trips.ts';
import { openSecrets } from './secrets.ts';
import { listAllStops } from './stops-store.ts';
import { type Reached, webhookUrlOf } from './webhook-address.ts';

export interface DirectoryDeps extends Reached {
  /** The worker's pool: the directory knows all workspaces. */
  db: Database;
  vault: Vault;
  log: Log;
  /** Which base URLs connections may have: public ones, and what the operator allows, such as the sandbox. */
  addressPolicy: AddressPolicy;
  /** How often everything is read without being told; 10,000 when absent. */
  refreshMs?: number;
}

const usualRefreshMs = 10_000;
const noteMs = 1_000;
/** What changes while nobody listens is seen when the listening begins again. */
const listenAgainMs = 250;

/**
 * All connections and senders in memory, with opened secrets, so that no message needs a query to find its way. A change
 * in any process is seen by all within moments (LISTEN) and at the latest after ten seconds.
 */
export class ConnectionDirectory implements AsyncDisposable {
  readonly #deps: DirectoryDeps;
  #connections = new Map<string, DirectoryConnection>();
  #senders = new Map<string, DirectorySender>();
  #opened = new Map<string, { sealed: Buffer; secrets: ConnectionSecrets }>();
  readonly #transports = new Map<string, { opened: string; transport: ProviderTransport }>();
  readonly #breakers: Breakers;
  readonly #trips = new Map<string, RoundTrips>();
  readonly #listeners = new Set<() => void>();
  readonly #noted = new Map<string, store.WebhookSeen>();
  #refreshing: Promise<void> | null = null;
  #isStale = false;
  #state = '';
  #listening: ReservedConnection | null = null;
  #timer: NodeJS.Timeout | null = null;
  #listenTimer: NodeJS.Timeout | null = null;
  #noteTimer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(deps: DirectoryDeps) {
    this.#deps = deps;
    this.#breakers = new Breakers(deps.db, deps.log);
  }

  /** Reads everything and keeps itself up to date from then on. Throws when the database cannot be read. */
  async start(): Promise<void> {
    await this.#listen();
    await this.refresh();
    this.#timer = setInterval(() => void this.#refreshInBackground(), this.#deps.refreshMs ?? usualRefreshMs);
    this.#timer.unref();
  }

  senderById(senderId: string): DirectorySender | undefined {
    return this.#senders.get(senderId);
  }

  sendersOfWorkspace(workspaceId: string): DirectorySender[] {
    return [...this.#senders.values()].filter((sender) => sender.workspaceId === workspaceId);
  }

  senders(): DirectorySender[] {
    return [...this.#senders.values()];
  }

  connectionById(connectionId: string): DirectoryConnection | undefined {
    return this.#connections.get(connectionId);
  }

  connections(): DirectoryConnection[] {
    return [...this.#connections.values()];
  }

  /** Calls back when something has changed that sending depends on. Returns how to stop that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Reads everything now. What was committed before the call is seen after it. */
  async refresh(): Promise<void> {
    if (this.#refreshing) {
      // The reading under way may have begun before the caller's commit, so one more follows it.
      this.#isStale = true;
      await this.#refreshing.catch(() => undefined);
      if (!this.#isStale) return this.#refreshing ?? undefined;
    }
    this.#isStale = false;
    this.#refreshing = this.#read().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  /** A webhook with a valid signature came. Written in batches, a second later: the times are for people. */
  sawWebhook(connectionId: string): void {
    const connection = this.#connections.get(connectionId);
    if (!connection) return;
    this.#noted.set(connectionId, { workspaceId: connection.workspaceId, connectionId, at: Temporal.Now.instant() });
    this.#noteTimer ??= setTimeout(() => {
      this.#noteTimer = null;
      this.#writeNotes().catch((error: unknown) =>
        this.#deps.log.warn({ err: error }, 'the times of webhooks were not written'),
      );
    }, noteMs);
  }

  /** Stops following changes, writes what is noted, and waits for the calls under way. */
  async stop(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer) clearInterval(this.#timer);
    if (this.#listenTimer) clearTimeout(this.#listenTimer);
    if (this.#noteTimer) clearTimeout(this.#noteTimer);
    this.#listening?.release(true);
    this.#listening = null;
    await this.#refreshing?.catch(() => undefined);
    await this.#writeNotes().catch(() => undefined);
    await Promise.all([...this.#transports.values()].map(({ transport }) => transport.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #read(): Promise<void> {
    const { db } = this.#deps;
    const [connectionRows, senderRows, stopRows, workspaceStopRows, factRows, openRows] = await Promise.all([
      store.listAllConnections(db),
      store.listAllSenders(db),
      store.listAllLaneStops(db),
      listAllStops(db),
      listAllFacts(db),
      listOpenBreakers(db),
    ]);
    const factsOf = Map.groupBy(factRows, (row) => `${row.workspace_id} ${row.business_account_id}`);
    const stops = Map.groupBy(stopRows, (stop) => stop.sender_id);
    const stopsOf = Map.groupBy(workspaceStopRows, (stop) => stop.workspace_id);
    const sendersOf = Map.groupBy(senderRows, (sender) => sender.connection_id);
    const connections = new Map<string, DirectoryConnection>();
    const senders = new Map<string, DirectorySender>();
    const opened = new Map<string, { sealed: Buffer; secrets: ConnectionSecrets }>();
    for (const row of connectionRows) {
      const connection = await this.#connectionOf(row, opened);
      if (!connection) continue;
      const facts = factsOf.get(`${row.workspace_id} ${row.business_account_id}`) ?? [];
      const own = (sendersOf.get(row.id) ?? []).map((sender) =>
        senderOf(sender, connection, stops.get(sender.id) ?? [], stopsOf.get(row.workspace_id) ?? [], facts),
      );
      for (const sender of own) senders.set(sender.senderId, sender);
      const idOf = new Map(own.map((sender) => [sender.externalId, sender.senderId]));
      // "*" is any of them: a report may be about a message of the connection and not say who sent it.
      const any = own[0]?.senderId;
      const senderId = (externalId: string) => idOf.get(externalId) ?? (externalId === '*' ? any : undefined);
      connections.set(row.id, { ...connection, senders: own, senderId });
    }
    // All at once: nobody sees a sender of the new state with a connection of the old.
    this.#connections = connections;
    this.#senders = senders;
    this.#opened = opened;
    this.#closeUnused();
    this.#breakers.keepOnly(connections);
    this.#breakers.hear(openRows);
    const state = fingerprint(connectionRows, senderRows, stopRows, workspaceStopRows, factRows);
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  async #connectionOf(row: store.ConnectionRow, opened: Map<string, { sealed: Buffer; secrets: ConnectionSecrets }>) {
    const adapter = adapters.get(row.provider);
    if (!adapter) {
      this.#deps.log.error(
        { connectionId: row.id, provider: row.provider },
        'a connection has a provider that this version does not know',
      );
      return undefined;
    }
    const secrets = await this.#secretsOf(row, opened);
    const known = secrets ?? { accessToken: '', appSecrets: [], verifyToken: '' };
    const settings = settingsOf(this.#deps, row, known);
    const paused: Paused | null =
      secrets === undefined
        ? {
            reason:
              'The credentials cannot be decrypted: the secret key of this server is not the one they were stored with.',
            until: null,
          }
        : row.status === 'paused'
          ? { reason: row.paused_reason ?? '', until: null }
          : null;
    return {
      workspaceId: row.workspace_id,
      connectionId: row.id,
      name: row.name,
      provider: adapter.provider,
      account: adapter.account,
      settings,
      secrets: known,
      http: this.#transportOf(row, adapter, settings, known),
      ...this.#breakers.viewOf(row),
      trips: this.#tripsOf(row.id),
      paused,
      callbackUrl: webhookUrlOf(this.#deps, { provider: row.provider, connectionId: row.id, baseUrl: row.base_url }),
      checks: row.checks,
      challengeSeenAt: row.challenge_seen_at,
      firstWebhookAt: row.first_webhook_at,
      lastWebhookAt: row.last_webhook_at,
    };
  }

  /** Undefined when they cannot be opened: this connection is paused then, and the others go on. */
  async #secretsOf(row: store.ConnectionRow, opened: Map<string, { sealed: Buffer; secrets: ConnectionSecrets }>) {
    const known = this.#opened.get(row.id);
    try {
      const secrets = known?.sealed.equals(row.secrets)
        ? known.secrets
        : await openSecrets(this.#deps.db, this.#deps.vault, row.secrets, {
            workspaceId: row.workspace_id,
            connectionId: row.id,
          });
      opened.set(row.id, { sealed: row.secrets, secrets });
      return secrets;
    } catch (error) {
      this.#deps.log.error({ connectionId: row.id, err: error }, 'the secrets of a connection cannot be opened');
      return undefined;
    }
  }

  #transportOf(
    row: store.ConnectionRow,
    adapter: ProviderAdapter,
    settings: ConnectionSettings,
    secrets: ConnectionSecrets,
  ): ProviderTransport {
    // Over HTTP each request brings its credentials; other transports sign in with them and have their own options.
    const opened = adapter.openTransport
      ? JSON.stringify([settings, row.secrets.toString('base64')])
      : settings.baseUrl;
    const known = this.#transports.get(row.id);
    if (known?.opened === opened) return known.transport;
    void known?.transport.close();
    const { addressPolicy } = this.#deps;
    const transport =
      adapter.openTransport?.(settings, secrets, addressPolicy) ??
      new ProviderHttp(settings.baseUrl, {}, checkedConnector(addressPolicy));
    this.#transports.set(row.id, { opened, transport });
    return transport;
  }

  #tripsOf(connectionId: string): RoundTrips {
    const trips = this.#trips.get(connectionId) ?? new RoundTrips();
    this.#trips.set(connectionId, trips);
    return trips;
  }

  #closeUnused(): void {
    for (const id of this.#trips.keys()) if (!this.#connections.has(id)) this.#trips.delete(id);
    for (const [id, { transport }] of this.#transports) {
      if (this.#connections.has(id)) continue;
      this.#transports.delete(id);
      // Waits for the calls under way; their outcomes still count.
      void transport.close();
    }
  }

  async #listen(): Promise<void> {
    const reserved = await this.#deps.db.reserve();
    if (this.#isClosed || this.#listening) return reserved.release();
    this.#listening = reserved;
    reserved.client.on('notification', () => void this.#refreshInBackground());
    // Both may come for one loss, and the place in the pool is given back once.
    const lose = (): void => {
      if (this.#listening !== reserved) return;
      this.#listening = null;
      reserved.release(true);
      this.#listenSoon();
    };
    reserved.client.once('end', lose);
    reserved.client.once('error', lose);
    try {
      await reserved.client.query('listen carillon_connections');
    } catch (error) {
      lose();
      throw error;
    }
  }

  #listenSoon(): void {
    if (this.#isClosed) return;
    this.#listenTimer ??= setTimeout(() => {
      this.#listenTimer = null;
      this.#listen().then(
        () => this.#refreshInBackground(),
        () => this.#listenSoon(),
      );
    }, listenAgainMs).unref();
  }

  async #refreshInBackground(): Promise<void> {
    if (this.#isClosed) return;
    try {
      await this.refresh();
    } catch (error) {
      // What is known stays in use; the database's absence shows everywhere else.
      this.#deps.log.warn({ err: error }, 'the connections could not be read again');
    }
  }

  async #writeNotes(): Promise<void> {
    const seen = [...this.#noted.values()];
    this.#noted.clear();
    if (seen.length > 0) await store.updateWebhooksSeen(this.#deps.db, seen);
  }
}
