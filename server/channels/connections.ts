import { actorOf, recordAudit } from '#accounts/accounts.ts';
import type { Vault } from '#accounts/vault.ts';
import { type Database, type Queryable, violatedConstraint, withWorkspace } from '#platform/database.ts';
import { Fault, invalidField } from '#platform/fault.ts';
import type { Caller } from '#platform/http.ts';
import { newId } from '#platform/ids.ts';
import type { AddressPolicy } from '#platform/outgoing-address.ts';
import { isStoppedByProvider } from './account-facts-store.ts';
import * as store from './connections-store.ts';
import type { ConnectionSecrets, ConnectionSettings } from './provider.ts';
import type { AccountAccess, AccountReport, CredentialCheck, ProviderCalls } from './provider-account.ts';
import { type ProviderAdapter, adapters } from './providers.ts';
import { checkSecrets, failedChecks, readBaseUrl, refuseFailed, withKey } from './connection-checks.ts';
import { openSecrets, sealSecrets } from './secrets.ts';
import { type Reached, webhookUrlOf } from './webhook-address.ts';

export interface ConnectionDeps extends Reached {
  vault: Vault;
  /** For looking at accounts; it obeys `addressPolicy`. */
  calls: ProviderCalls;
  /** Which base URLs a connection may have: public ones, and what the operator allows, such as the sandbox. */
  addressPolicy: AddressPolicy;
}

export interface NewSenderRequest {
  /** The provider's id of the sender: for the Cloud API the phone number id. */
  senderExternalId: string;
  /** E.164; what the provider tells counts more. */
  phone?: string;
  throughputPerSecond?: number;
  /** Saves although a check failed. */
  force?: boolean;
}

/** An account with its first sender. */
export interface NewConnectionRequest extends NewSenderRequest {
  provider: string;
  name?: string;
  baseUrl?: string;
  apiVersion?: string;
  businessAccountId: string;
  appId?: string;
  /** The messaging account that messages are sent for, where the number has several. */
  messagingAccountId?: string;
  /** The provider lets the account send free content that is billed as a category; false when absent. */
  directSend?: boolean;
  /** What only this provider needs. */
  options?: Readonly<Record<string, string>>;
  secrets: ConnectionSecrets;
}

export interface SecretChanges {
  accessToken?: string;
  appSecret?: string;
  verifyToken?: string;
  dropPreviousAppSecret?: boolean;
  /** Saves although a check failed. */
  force?: boolean;
}

export interface AddedConnection {
  connectionId: string;
  senderId: string;
  checks: CredentialCheck[];
  callbackUrl: string | null;
}

/**
 * Adds a provider account with its first sender. The credentials are tried first: when a check fails, nothing is saved
 * and the Fault `invalid_request` lists in words what is wrong, unless `force` is set. Throws `conflict` when the
 * workspace uses the number already, `address_refused` for a base URL that may not be called.
 */
export async function addConnection(
  db: Database,
  deps: ConnectionDeps,
  caller: Caller,
  wanted: NewConnectionRequest,
): Promise<AddedConnection> {
  const adapter = adapterOf(wanted.provider);
  const { workspaceId } = caller;
  const connectionId = newId();
  const baseUrl = readBaseUrl(wanted.baseUrl ?? adapter.usualBaseUrl, adapter, deps.addressPolicy);
  const secrets = checkSecrets(withKey(wanted.secrets, adapter), adapter);
  const access: AccountAccess = {
    settings: {
      baseUrl,
      apiVersion: wanted.apiVersion ?? adapter.usualApiVersion,
      businessAccountId: wanted.businessAccountId,
      ...(wanted.appId === undefined ? undefined : { appId: wanted.appId }),
      ...(wanted.messagingAccountId === undefined ? undefined : { messagingAccountId: wanted.messagingAccountId }),
      directSend: wanted.directSend ?? false,
      options: wanted.options ?? {},
      webhookUrl: webhookUrlOf(deps, { provider: wanted.provider, connectionId, baseUrl, secrets }),
    },
    secrets,
    senderExternalId: wanted.senderExternalId,
  };
  const report = await adapter.account.checkCredentials(deps.calls, access, null);
  if (wanted.force !== true) refuseFailed(report);
  const senderId = await withWorkspace(db, workspaceId, async (tx) => {
    await store.insertConnection(tx, {
      workspaceId,
      id: connectionId,
      provider: wanted.provider,
      name: wanted.name ?? report.displayName ?? adapter.title,
      ...access.settings,
      appId: wanted.appId ?? report.appId ?? null,
      secrets: await sealSecrets(tx, deps.vault, access.secrets, { workspaceId, connectionId }),
      checks: report.checks,
    });
    const id = await insertSender(tx, adapter, report, wanted, { workspaceId, connectionId });
    const details = { provider: wanted.provider, sender: id, checked: failedChecks(report).length === 0 };
    await recordChange(tx, caller, 'connection.add', `connection:${connectionId}`, details);
    return id;
  });
  return {
    connectionId,
    senderId,
    checks: report.checks,
    callbackUrl: access.settings.webhookUrl,
  };
}

/** Adds a further number of the same account. Throws as `addConnection` does. */
export async function addSender(
  db: Database,
  deps: ConnectionDeps,
  caller: Caller,
  connectionId: string,
  wanted: NewSenderRequest,
): Promise<{ senderId: string }> {
  const { workspaceId } = caller;
  const { adapter, access } = await loadAccess(db, deps, workspaceId, connectionId, wanted.senderExternalId);
  const report = await adapter.account.checkCredentials(deps.calls, access, null);
  if (wanted.force !== true) refuseFailed(report);
  const senderId = await withWorkspace(db, workspaceId, async (tx) => {
    const id = await insertSender(tx, adapter, report, wanted, { workspaceId, connectionId });
    await recordChange(tx, caller, 'sender.add', `sender:${id}`, { connection: connectionId });
    return id;
  });
  return { senderId };
}

/** Throws `not_found`, also for what another workspace has. */
export async function getConnection(tx: Queryable, workspaceId: string, id: string): Promise<store.ConnectionRow> {
  const row = await store.findConnection(tx, workspaceId, id);
  if (!row) throw new Fault('not_found', { detail: 'There is no such connection.' });
  return row;
}

/** Looks at the credentials again and keeps what was found. A connection that the provider's refusal had paused goes on
 *  when everything is right. */
export async function checkConnection(
  db: Database,
  deps: ConnectionDeps,
  caller: Caller,
  id: string,
): Promise<CredentialCheck[]> {
  const { workspaceId } = caller;
  const { adapter, access, callbackUrl } = await loadAccess(db, deps, workspaceId, id);
  const report = await adapter.account.checkCredentials(deps.calls, access, callbackUrl);
  await withWorkspace(db, workspaceId, async (tx) => {
    const isResumed = await keepReport(tx, workspaceId, id, report);
    await store.notifyChanged(tx, workspaceId);
    if (isResumed)
      await recordChange(tx, caller, 'connection.resume', `connection:${id}`, { because: 'the credentials work' });
  });
  return report.checks;
}

/** Has the provider send the account's webhooks here; returns the address. Throws `conflict` when nobody told this
 *  server's public address, `upstream_failed` when the provider refuses. */
export async function subscribeWebhooks(
  db: Database,
  deps: ConnectionDeps,
  caller: Caller,
  id: string,
): Promise<string> {
  const { adapter, access, callbackUrl } = await loadAccess(db, deps, caller.workspaceId, id);
  if (callbackUrl === null) {
    throw new Fault('conflict', {
      detail: 'The public address of this server is not known. Set CARILLON_PUBLIC_URL and start it again.',
    });
  }
  if (!adapter.account.subscribe)
    throw new Fault('conflict', { detail: `${adapter.title} cannot be told by machine where webhooks go.` });
  await adapter.account.subscribe(deps.calls, access, callbackUrl);
  // What was found before says that nothing comes here. When it cannot be looked at again, the next check will tell.
  await checkConnection(db, deps, caller, id).catch(() => undefined);
  return callbackUrl;
}

/**
 * Replaces secrets; those that are not given stay. The last app secret stays valid beside a new one, so that no webhook
 * is refused while the provider changes over; `dropPreviousAppSecret` ends that. The new set is tried first, as in
 * `addConnection`.
 */
export async function rotateSecrets(
  db: Database,
  deps: ConnectionDeps,
  caller: Caller,
  id: string,
  changes: SecretChanges,
): Promise<CredentialCheck[]> {
  const { workspaceId } = caller;
  const { adapter, access, callbackUrl } = await loadAccess(db, deps, workspaceId, id);
  const [current, previous] = access.secrets.appSecrets;
  const newest = changes.appSecret ?? current;
  const older = changes.appSecret === undefined || changes.appSecret === current ? previous : current;
  const secrets = checkSecrets(
    {
      accessToken: changes.accessToken ?? access.secrets.accessToken,
      appSecrets: [newest, ...(changes.dropPreviousAppSecret === true ? [] : [older])].filter(
        (secret): secret is string => secret !== undefined,
      ),
      verifyToken: changes.verifyToken ?? access.secrets.verifyToken,
    },
    adapter,
  );
  const report = await adapter.account.checkCredentials(deps.calls, { ...access, secrets }, callbackUrl);
  if (changes.force !== true) refuseFailed(report);
  await withWorkspace(db, workspaceId, async (tx) => {
    const sealed = await sealSecrets(tx, deps.vault, secrets, { workspaceId, connectionId: id });
    if (!(await store.updateSecrets(tx, workspaceId, id, sealed))) throw new Fault('not_found');
    await keepReport(tx, workspaceId, id, report);
    await recordChange(tx, caller, 'connection.rotate_secrets', `connection:${id}`, { changed: Object.keys(changes) });
  });
  return report.checks;
}

/** Changes how messages are sent by the account; what is absent stays. Throws `not_found`, and `invalid_request` for a
 *  provider that has neither. */
export async function changeSettings(
  tx: Queryable,
  caller: Caller,
  id: string,
  changes: store.SettingChanges,
): Promise<void> {
  const { provider } = await getConnection(tx, caller.workspaceId, id);
  // Both belong to the Cloud API. Set for another provider they would be without effect, in silence.
  if (!adapterOf(provider).provider.capabilities.directSend) {
    const name = changes.directSend === undefined ? 'messaging_account_id' : 'direct_send';
    throw invalidField(`/${name}`, 'Only connections of the WhatsApp Cloud API have this.');
  }
  await store.updateSettings(tx, caller.workspaceId, id, changes);
  await recordChange(tx, caller, 'connection.change', `connection:${id}`, { ...changes });
}

/** Ends the use of an account: its webhooks are refused, its senders send nothing, its secrets are gone. Its messages
 *  stay. Throws `not_found`. */
export async function removeConnection(tx: Queryable, caller: Caller, id: string): Promise<void> {
  if (!(await store.updateRemoved(tx, caller.workspaceId, id)))
    throw new Fault('not_found', { detail: 'There is no such connection.' });
  await recordChange(tx, caller, 'connection.remove', `connection:${id}`, {});
}

/** What requests to the account need of its row. */
export function settingsOf(deps: Reached, row: store.ConnectionRow, secrets: ConnectionSecrets): ConnectionSettings {
  const { provider, id: connectionId, base_url: baseUrl } = row;
  return {
    baseUrl,
    apiVersion: row.api_version,
    businessAccountId: row.business_account_id,
    ...(row.app_id === null ? undefined : { appId: row.app_id }),
    ...(row.messaging_account_id === null ? undefined : { messagingAccountId: row.messaging_account_id }),
    directSend: row.direct_send,
    options: row.options,
    webhookUrl: webhookUrlOf(deps, { provider, connectionId, baseUrl, secrets }),
  };
}

/** The provider called with the right token: the callback URL is configured there. */
export async function recordChallengeSeen(db: Queryable, workspaceId: string, connectionId: string): Promise<void> {
  await store.updateChallengeSeen(db, workspaceId, connectionId);
  await store.notifyChanged(db, workspaceId);
}

async function recordChange(
  tx: Queryable,
  caller: Caller,
  action: string,
  subject: string,
  details: Record<string, unknown>,
): Promise<void> {
  const { workspaceId } = caller;
  await store.notifyChanged(tx, workspaceId);
  await recordAudit(tx, { workspaceId, actor: actorOf(caller), action, subject, details });
}

function adapterOf(provider: string): ProviderAdapter {
  const adapter = adapters.get(provider);
  if (!adapter) throw invalidField('/provider', `It must be one of: ${[...adapters.keys()].join(', ')}.`, 'enum');
  return adapter;
}

/** Everything that is needed to talk with the account: in one transaction, which is over before the first call. */
async function loadAccess(
  db: Database,
  deps: ConnectionDeps,
  workspaceId: string,
  connectionId: string,
  senderExternalId?: string,
) {
  return withWorkspace(db, workspaceId, async (tx) => {
    const row = await getConnection(tx, workspaceId, connectionId);
    const senders = await store.listSenders(tx, workspaceId);
    const first = senders.find((sender) => sender.connection_id === connectionId);
    const secrets = await openSecrets(tx, deps.vault, row.secrets, { workspaceId, connectionId });
    const settings = settingsOf(deps, row, secrets);
    const access: AccountAccess = {
      settings,
      secrets,
      senderExternalId: senderExternalId ?? first?.external_id ?? '',
    };
    return { adapter: adapterOf(row.provider), access, callbackUrl: settings.webhookUrl };
  });
}

async function insertSender(
  tx: Queryable,
  { provider: { capabilities } }: ProviderAdapter,
  report: AccountReport,
  wanted: NewSenderRequest,
  place: { workspaceId: string; connectionId: string },
): Promise<string> {
  const id = newId();
  try {
    await store.insertSender(tx, {
      ...place,
      id,
      externalId: wanted.senderExternalId,
      phone: report.phone ?? wanted.phone ?? null,
      displayName: report.displayName ?? null,
      throughputPerSecond:
        wanted.throughputPerSecond ?? report.throughputPerSecond ?? capabilities.defaultThroughputPerSecond,
      pairBurst: capabilities.pairLimit?.burst ?? null,
      pairSeconds: capabilities.pairLimit?.secondsPerMessage ?? null,
    });
  } catch (error) {
    const constraint = violatedConstraint(error);
    if (constraint !== 'sender_number_unique' && constraint !== 'sender_external_id_unique') throw error;
    throw new Fault('conflict', {
      detail: 'The workspace has this number already. Change its connection, or remove that first.',
      cause: error,
    });
  }
  return id;
}

/** True when a connection that the provider's refusal had paused goes on. Good credentials do not end a ban. */
async function keepReport(tx: Queryable, workspaceId: string, id: string, report: AccountReport): Promise<boolean> {
  await store.updateChecks(tx, workspaceId, id, report.checks);
  if (failedChecks(report).length > 0 || (await isStoppedByProvider(tx, workspaceId, id))) return false;
  return store.updateConnectionResumed(tx, workspaceId, id, 'provider');
}

/** Holds everything of every workspace until people have looked, as if each had paused its connections. Gives how many were
 *  not paused before. Call it as the owner of the tables. */
export function pauseEveryConnection(owner: Queryable, reason: string): Promise<number> {
  return store.updateEveryConnectionPause(owner, reason);
}
