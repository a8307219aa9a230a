import type { Vault } from '#accounts/vault.ts';
import type { Queryable } from '#platform/database.ts';
import type { ConnectionSecrets } from './provider.ts';

interface Place {
  workspaceId: string;
  connectionId: string;
}

const placeOf = ({ workspaceId, connectionId }: Place) => ({
  workspaceId,
  table: 'connection',
  column: 'secrets',
  rowId: connectionId,
});

/** The secrets as they are stored: one sealed value, so that they change together. */
export function sealSecrets(db: Queryable, vault: Vault, secrets: ConnectionSecrets, place: Place): Promise<Buffer> {
  const { accessToken, appSecrets, verifyToken } = secrets;
  return vault.seal(db, JSON.stringify({ accessToken, appSecrets, verifyToken }), placeOf(place));
}

/** Throws DecryptionFailed. */
export async function openSecrets(
  db: Queryable,
  vault: Vault,
  sealed: Buffer,
  place: Place,
): Promise<ConnectionSecrets> {
  const plain = await vault.open(db, sealed, placeOf(place));
  return JSON.parse(plain.toString()) as ConnectionSecrets;
}
