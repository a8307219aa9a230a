import { trustedPool } from '#platform/outgoing.ts';
import type { Database } from '#platform/database.ts';
import type { Caller } from '#platform/http.ts';
import { addConnection, type ConnectionDeps } from './connections.ts';
import { webhookPath } from './webhook-address.ts';
import { findSenderByExternalId, notifyChanged, updateBaseUrl } from './connections-store.ts';
import { adapters } from './providers.ts';

interface SandboxCredentials {
  base_url: string;
  access_token: string;
  phone_number_id: string;
  waba_id: string;
  app_id: string;
  app_secret: string;
  verify_token: string;
}

const provider = 'whatsapp-cloud';

/**
 * Connects the workspace with the simulated WhatsApp that runs beside the server, as a person would connect a real number:
 * with its credentials, through the same checks. At every start, because both may have come up on other ports.
 */
export async function connectSandbox(
  db: Database,
  deps: ConnectionDeps,
  sandbox: { workspaceId: string; sandboxAddress: string; serverAddress: string; refresh: () => Promise<void> },
): Promise<void> {
  const credentials = await readCredentials(sandbox.sandboxAddress);
  const { workspaceId } = sandbox;
  const caller: Caller = { workspaceId, keyId: 'system', scopes: new Set(['*']) };
  const known = await findSenderByExternalId(db, workspaceId, credentials.phone_number_id);
  const secrets = {
    accessToken: credentials.access_token,
    appSecrets: [credentials.app_secret],
    verifyToken: credentials.verify_token,
  };
  let connectionId = known?.connection_id;
  if (connectionId === undefined) {
    const added = await addConnection(db, deps, caller, {
      provider,
      name: 'Sandbox',
      baseUrl: credentials.base_url,
      businessAccountId: credentials.waba_id,
      appId: credentials.app_id,
      senderExternalId: credentials.phone_number_id,
      secrets,
    });
    connectionId = added.connectionId;
  } else {
    await updateBaseUrl(db, workspaceId, connectionId, credentials.base_url);
    await notifyChanged(db, workspaceId);
  }
  // The sandbox calls the webhook's address while it subscribes: by then the directory must know the connection.
  await sandbox.refresh();
  const adapter = adapters.get(provider);
  if (!adapter) throw new Error(`There is no adapter for ${provider}.`);
  await adapter.account.subscribe?.(
    deps.calls,
    {
      settings: {
        baseUrl: credentials.base_url,
        apiVersion: adapter.usualApiVersion,
        businessAccountId: credentials.waba_id,
        appId: credentials.app_id,
        options: {},
        webhookUrl: null,
      },
      secrets,
      senderExternalId: credentials.phone_number_id,
    },
    sandbox.serverAddress + webhookPath(provider, connectionId),
  );
}

async function readCredentials(address: string): Promise<SandboxCredentials> {
  const pool = trustedPool(address, { connections: 1, timeoutMs: 5_000 });
  try {
    const answer = await pool.request({ method: 'GET', path: '/_sandbox/credentials' });
    return (await answer.body.json()) as SandboxCredentials;
  } finally {
    await pool.close();
  }
}
