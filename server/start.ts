import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeApiKey } from '#accounts/api-key.ts';
import { openFirstWorkspace } from '#accounts/accounts.ts';
import { Vault } from '#accounts/vault.ts';
import { connectSandbox } from '#channels/sandbox-connection.ts';
import { guardAgainstRestore } from '#messages/restore.ts';
import { openBlobStore } from '#platform/blob-store.ts';
import type { Config } from '#platform/config.ts';
import { connect, type Database } from '#platform/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres.ts';
import { configureFailpoints } from '#platform/failpoints.ts';
import { newId } from '#platform/ids.ts';
import { migrate } from '#platform/migrate.ts';
import type { AddressPolicy, AllowedTarget } from '#platform/outgoing-address.ts';
import { OutgoingClient } from '#platform/outgoing.ts';
import { DecryptionFailed } from '#platform/crypto.ts';
import { KeyRing } from '#platform/key-ring.ts';
import { keepSecretFile, loadKeyEncryptionKeys, replaceKeyFile } from '#platform/secret-key.ts';
import { rotateKeyEncryptionKey } from '#accounts/key-rotation.ts';
import { prepareJobs } from '#queue/jobs.ts';
import { createLog, type Log } from '#platform/telemetry.ts';
import { startTracing } from '#platform/tracing.ts';
import { compose } from './compose.ts';
import { findUnsafeSettings } from './durability.ts';
import { Housekeeping } from './housekeeping.ts';
import { type SandboxChild, startSandboxChild } from './sandbox-child.ts';
import { SingleServerLock } from './single-server.ts';
import { welcome } from './welcome.ts';

/** The server cannot start for a reason that a person can mend; the message says which. */
class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

const version = '0.1.0';

/** Starts everything that the configuration asks for, says where it is, and runs until a signal ends it. */
export async function startCarillon(config: Config): Promise<void> {
  const log = createLog({ level: config.logLevel });
  configureFailpoints(config.failpoints);
  await mkdir(config.dataFolder, { recursive: true });
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).reverse())
      await close().catch((error: unknown) => log.error({ error }, 'a part did not close'));
  };
  // A signal that comes while we start ends the start in an orderly way.
  let ending: Promise<void> | null = null;
  const end = (signal: string) => {
    if (ending) {
      // The second signal: what is under way becomes unknown and is reconciled at the next start.
      process.exit(1);
    }
    log.info({ signal }, 'shutting down');
    ending = closeAll()
      .then(() => log.drain(1_000))
      .then(() => process.exit(0));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end(signal));
  let isDying = false;
  const die = (error: unknown) => {
    log.fatal({ error }, 'an error that nobody caught; shutting down');
    // Further errors must not cut short what the first one has begun.
    if (isDying) return;
    isDying = true;
    setTimeout(() => process.exit(1), 10_000).unref();
    void closeAll()
      .then(() => log.drain(1_000))
      .finally(() => process.exit(1));
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);

  try {
    const { url, embedded } = await openDatabase(config, log, closers);
    const owner = connect({
      url,
      // One keeps the lock of the only server, one that of the housekeeping.
      maxConnections: 3,
      applicationName: 'carillon-owner',
      statementTimeoutMs: 60_000,
      onError: (error) => log.warn({ error }, 'a database connection was lost'),
    });
    closers.push(() => owner.close());
    await refuseUnsafe(owner);
    if (embedded) await becomeTheOnlyServer(owner, config, embedded, closers, log, () => end('the database'));
    const { applied } = await migrate(url);
    if (applied.length > 0) log.info({ migrations: applied.length }, 'the database was brought up to this release');
    const restored = await guardAgainstRestore(owner);
    if (restored)
      log.error(
        restored,
        'the database was restored or has failed over: connections are paused until somebody resumes them',
      );
    await prepareJobs(url, owner, log);
    const blobs = await openBlobStore(config.media);
    const housekeeping = new Housekeeping({ owner, blobs, log, days: config.retentionDays });
    closers.push(() => housekeeping.stop());
    await housekeeping.start();

    const onError = (error: Error) => log.warn({ error }, 'a database connection was lost');
    const worker = connect({
      url,
      role: 'carillon_worker',
      maxConnections: 12,
      applicationName: 'carillon-worker',
      indexPlans: true,
      onError,
    });
    closers.push(() => worker.close());
    const vital = connect({
      url,
      role: 'carillon_worker',
      // One stores webhooks, the others keep leases.
      maxConnections: 3,
      applicationName: 'carillon-vital',
      indexPlans: true,
      onError,
    });
    closers.push(() => vital.close());
    const request = connect({
      url,
      role: 'carillon_request',
      maxConnections: 8,
      applicationName: 'carillon-request',
      onError,
    });
    closers.push(() => request.close());

    const ring = await openKeyRing(config);
    const apiKey = await firstApiKey(config);
    const { workspaceId, isKeyUsable, secret } = await openFirstWorkspace(worker, { ring, key: apiKey }).catch(
      (error: unknown) => {
        throw error instanceof DecryptionFailed ? new StartProblem(wrongKey, { cause: error }) : error;
      },
    );
    const tracing = await startTracing(config.otlpEndpoint, version);
    closers.push(() => tracing[Symbol.asyncDispose]());

    const sandbox = await startSandbox(config, log, closers);
    const addressPolicy: AddressPolicy = {
      allowed: allowedTargets(config, sandbox),
      ownHosts: config.publicUrl ? [new URL(config.publicUrl).hostname] : [],
    };
    const calls = new OutgoingClient(addressPolicy, { tracing });
    closers.push(() => calls[Symbol.asyncDispose]());
    let localUrl: string | null = null;
    const channels = {
      vault: new Vault(ring),
      calls,
      addressPolicy,
      publicUrl: config.publicUrl,
      localUrl: () => localUrl,
    };
    const carillon = await compose({
      config,
      log,
      tracing,
      secret,
      channels,
      request,
      worker,
      vital,
      blobs,
      databaseUrl: url,
    });
    closers.push(() => carillon.stop());
    await carillon.start();
    const address = await carillon.server.listen({ port: config.port, host: config.host });
    localUrl = address;
    await carillon.directory.refresh();
    if (sandbox) {
      await connectWhenReady(log, () =>
        connectSandbox(worker, channels, {
          workspaceId,
          sandboxAddress: sandbox.address,
          serverAddress: address,
          refresh: () => carillon.directory.refresh(),
        }),
      );
    }
    // Whoever set the key in the environment knows it; output is kept and passed on, so it is not said again.
    const shownKey = apiKey.origin === 'generated' ? apiKey.text : '$CARILLON_API_KEY';
    const senders = carillon.directory.sendersOfWorkspace(workspaceId);
    const ofSandbox = senders.find((sender) => sender.settings.baseUrl === sandbox?.address);
    const senderId = senders.length > 1 ? (ofSandbox?.senderId ?? null) : null;
    welcome({ address, sandbox, apiKey: isKeyUsable ? shownKey : null, senderId });
  } catch (error) {
    await closeAll();
    throw portProblem(error, config) ?? error;
  }
}

/** Brings the database up to this release. */
export async function migrateOnly(config: Config): Promise<void> {
  const log = createLog({ level: config.logLevel });
  await mkdir(config.dataFolder, { recursive: true });
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const { url } = await openDatabase(config, log, closers);
    const { applied, current } = await migrate(url);
    process.stdout.write(
      `${applied.length === 0 ? 'Nothing to do' : `Applied ${applied.join(', ')}`}; the database is at ${current}.\n`,
    );
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Wraps what is encrypted with another key-encryption key, while servers run: the next one of the environment, or a new
 *  one in the data folder. */
export async function rotateSecretKey(config: Config): Promise<void> {
  const log = createLog({ level: config.logLevel });
  const closers: (() => Promise<unknown>)[] = [];
  const { dataFolder, nextSecretKey } = config;
  if (config.secretKey && !nextSecretKey)
    throw new StartProblem(
      'Give every server the new key as CARILLON_SECRET_KEY_NEXT first, then call this with both keys. Make one with: openssl rand -base64 32',
    );
  const known = await loadKeyEncryptionKeys(configuredKeys(config), dataFolder);
  const next = nextSecretKey?.reveal() ?? known[1] ?? randomBytes(32);
  try {
    const { url } = await openDatabase(config, log, closers);
    const owner = connect({ url, maxConnections: 1, applicationName: 'carillon-rotate' });
    closers.push(() => owner.close());
    // A server that runs finds the new key in the file when it meets the first value that the old one does not open.
    if (!nextSecretKey) await replaceKeyFile(dataFolder, [...known.slice(0, 1), next]);
    const keys = await rotateKeyEncryptionKey(owner, known, next).catch((error: unknown) => {
      throw error instanceof DecryptionFailed ? new StartProblem(wrongKey, { cause: error }) : error;
    });
    if (!nextSecretKey) await replaceKeyFile(dataFolder, [next]);
    const rest = nextSecretKey
      ? 'Start each server again with it as CARILLON_SECRET_KEY and without CARILLON_SECRET_KEY_NEXT.'
      : `It is in ${join(dataFolder, 'secret-key')}; keep a copy of it apart from the database's backup.`;
    process.stdout.write(`The keys of ${keys} workspaces are wrapped with the new key. ${rest}\n`);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

const wrongKey =
  'The secret key is not the one that the stored credentials were encrypted with. Restore the file secret-key of the data folder, or set CARILLON_SECRET_KEY to the right key.';

function configuredKeys({ secretKey, nextSecretKey }: Config): Buffer[] {
  return [secretKey, nextSecretKey].flatMap((key) => (key ? [key.reveal()] : []));
}

async function openKeyRing(config: Config): Promise<KeyRing> {
  const read = () => loadKeyEncryptionKeys(configuredKeys(config), config.dataFolder);
  return new KeyRing(await read(), read);
}

async function openDatabase(
  config: Config,
  log: Log,
  closers: (() => Promise<unknown>)[],
): Promise<{ url: string; embedded: EmbeddedPostgres | null }> {
  if (config.databaseUrl) return { url: config.databaseUrl.reveal(), embedded: null };
  const embedded = await startEmbeddedPostgres({ dataDirectory: config.dataFolder, log });
  closers.push(() => embedded.stop());
  return { url: embedded.url, embedded };
}

async function refuseUnsafe(owner: Database): Promise<void> {
  const problems = await findUnsafeSettings(owner).catch((error: unknown) => {
    throw new StartProblem(
      `The database cannot be reached: ${error instanceof Error ? error.message : String(error)}. Check DATABASE_URL.`,
      { cause: error },
    );
  });
  if (problems.length > 0)
    throw new StartProblem(`The database would not keep what it promises.\n  ${problems.join('\n  ')}`);
}

// After a kill the database of the dead server may still run, and is taken over: the lock tells that nobody else uses it.
async function becomeTheOnlyServer(
  owner: Database,
  config: Config,
  embedded: EmbeddedPostgres,
  closers: (() => Promise<unknown>)[],
  log: Log,
  onLost: () => void,
): Promise<void> {
  const lock = new SingleServerLock(owner, log, onLost);
  if (!(await lock.take())) {
    closers.pop();
    await owner.close();
    // It belongs to the other server.
    await embedded.release();
    throw new StartProblem(
      `Another Carillon is running with the data in ${config.dataFolder}. Stop it, or set CARILLON_DATA and CARILLON_PORT for a second one.`,
    );
  }
  closers.push(async () => lock.release());
}

async function firstApiKey(config: Config): Promise<{ text: string; origin: 'generated' | 'environment' }> {
  if (config.apiKey) return { text: config.apiKey.reveal(), origin: 'environment' };
  return { text: await keepSecretFile(config.dataFolder, 'api-key', () => makeApiKey(newId())), origin: 'generated' };
}

async function startSandbox(
  config: Config,
  log: Log,
  closers: (() => Promise<unknown>)[],
): Promise<SandboxChild | null> {
  if (config.sandboxPort === 'off') return null;
  const sandbox = await startSandboxChild({
    port: config.sandboxPort,
    dataFolder: join(config.dataFolder, 'sandbox'),
    scenario: config.sandboxScenario,
  }).catch((error: unknown) => {
    throw new StartProblem(error instanceof Error ? error.message : String(error), { cause: error });
  });
  closers.push(() => sandbox.stop());
  void sandbox.ended.then((reason) => log.error({ reason }, 'the sandbox ended; start Carillon again to have it back'));
  return sandbox;
}

// A machine that is busy with our start may be slow to answer the sandbox's handshake. Without the sandbox the server is
// still of use, so a failure is said and not fatal.
async function connectWhenReady(log: Log, connectIt: () => Promise<void>): Promise<void> {
  for (let round = 1; ; round += 1) {
    try {
      return await connectIt();
    } catch (error) {
      if (round === 5)
        return log.error({ error }, 'the sandbox could not be connected; start Carillon again to try once more');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

function allowedTargets(config: Config, sandbox: SandboxChild | null): AllowedTarget[] {
  const own = sandbox ? [new URL(sandbox.address), new URL(sandbox.mail)] : [];
  return [...config.allowedTargets, ...own.map((url) => ({ host: url.hostname, port: Number(url.port) }))];
}

function portProblem(error: unknown, config: Config): StartProblem | null {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return null;
  return new StartProblem(`Port ${config.port} is taken. Set CARILLON_PORT to another one, or to 0 for any free one.`, {
    cause: error,
  });
}
