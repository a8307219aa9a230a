import type { Database } from '#platform/database.ts';
import { installationOwner, KeyRing } from '#platform/key-ring.ts';
import * as store from './accounts-store.ts';
import { recordAudit } from './accounts.ts';

/**
 * Wraps every workspace's key, and the secret of the installation, with another key-encryption key, all or none. What
 * those keys encrypted stays as it is, and servers that know both keys go on. `db` is the owner's. Gives how many keys
 * were wrapped. Throws DecryptionFailed when one of them opens with none of `known`.
 */
export function rotateKeyEncryptionKey(db: Database, known: readonly Buffer[], next: Buffer): Promise<number> {
  const [ring, target] = [new KeyRing([...known, next]), new KeyRing([next])];
  return db.transaction(async (tx) => {
    const rows = await store.lockWrapped(tx);
    for (const { workspaceId, version, wrapped } of rows) {
      const key = await ring.unwrap(wrapped, workspaceId);
      await store.updateWrapped(tx, { workspaceId, version, wrapped: target.wrap(key, workspaceId) });
    }
    const secret = await store.findInstallationSecret(tx);
    if (secret)
      await store.updateInstallationSecret(
        tx,
        target.wrap(await ring.unwrap(secret, installationOwner), installationOwner),
      );
    for (const workspaceId of new Set(rows.map((row) => row.workspaceId)))
      await recordAudit(tx, {
        workspaceId,
        actor: 'system',
        action: 'secret_key.rotate',
        subject: 'installation',
        details: {},
      });
    return rows.length;
  });
}
