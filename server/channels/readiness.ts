import type { Database } from '#platform/database.ts';
import type { Log } from '#platform/telemetry.ts';
import { Chore } from '#queue/chore.ts';
import type { ConnectionDirectory } from './connection-directory.ts';
import type { DirectoryConnection } from './directory-connection.ts';
import { pauseConnection, resumeAfterProvider } from './pauses.ts';
import type { ProviderCalls, Readiness } from './provider-account.ts';

export interface ReadinessDeps {
  db: Database;
  log: Log;
  instanceId: string;
  calls: ProviderCalls;
  directory: Pick<ConnectionDirectory, 'connections' | 'connectionById' | 'refresh'>;
}

const everyMs = 10_000;
const whileReadyMs = 60_000;

/** Asks a provider whether the account of a sender can send now, and pauses one that cannot, or lets it go on; undefined when
 *  it cannot be asked. Throws Fault `upstream_failed`. */
export async function heedReadiness(
  deps: Pick<ReadinessDeps, 'db' | 'calls' | 'directory'>,
  sender: { connectionId: string; externalId: string },
): Promise<Readiness | undefined> {
  const readiness = await readReadiness(deps, sender);
  const connection = deps.directory.connectionById(sender.connectionId);
  if (!readiness || !connection || readiness.ready === (connection.paused === null)) return readiness;
  const { connectionId, workspaceId, provider } = connection;
  const actor = { workspaceId, provider: provider.name, attemptedAt: null };
  await deps.db.transaction((tx) =>
    readiness.ready
      ? resumeAfterProvider(tx, actor, connectionId)
      : pauseConnection(tx, actor, connectionId, readiness.reason),
  );
  await deps.directory.refresh();
  return readiness;
}

function readReadiness(
  deps: Pick<ReadinessDeps, 'calls' | 'directory'>,
  sender: { connectionId: string; externalId: string },
): Promise<Readiness> | undefined {
  const connection = deps.directory.connectionById(sender.connectionId);
  return connection?.account.readReadiness?.(deps.calls, {
    settings: connection.settings,
    secrets: connection.secrets,
    senderExternalId: sender.externalId,
  });
}

/**
 * Looks after accounts that can stop by themselves and tell nobody, such as a phone that is off. One that cannot send is
 * paused, and goes on by itself when it can again; a pause of a person stands.
 */
export function watchReadiness(deps: ReadinessDeps): Chore {
  const { db, log, instanceId, directory } = deps;
  const askAgainAt = new Map<string, number>();

  async function look({ connectionId, paused, senders }: DirectoryConnection): Promise<void> {
    const [sender] = senders;
    // One that is paused is asked each time: it is to go on soon.
    if (!sender || (paused === null && performance.now() < (askAgainAt.get(connectionId) ?? 0))) return;
    const readiness = await heedReadiness(deps, sender).catch((error: unknown) => {
      log.info({ error, connectionId }, 'an account could not be asked whether it is ready');
      return undefined;
    });
    if (readiness?.ready) askAgainAt.set(connectionId, performance.now() + whileReadyMs);
  }

  const run = async (): Promise<void> => {
    const asked = directory.connections().filter(({ account }) => account.readReadiness !== undefined);
    await Promise.all(asked.map(look));
  };
  return new Chore({ db, log, instanceId, name: 'chore:readiness', everyMs, run });
}
