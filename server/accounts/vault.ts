import { LRUCache } from 'lru-cache';
import { decrypt, encrypt, type SecretPlace } from '#platform/crypto.ts';
import type { Queryable } from '#platform/database.ts';
import type { KeyRing } from '#platform/key-ring.ts';
import { listWorkspaceKeys } from './accounts-store.ts';

type WorkspaceKeys = { newest: number; byVersion: Map<number, Buffer> };

/** Encrypts and decrypts what a workspace must keep secret, such as a provider's access token. Each value is bound to its
 *  workspace, table, column and row; each workspace has its own key. */
export class Vault {
  readonly #ring: KeyRing;
  readonly #keys = new LRUCache<string, WorkspaceKeys>({ max: 1_000, ttl: 300_000 });

  constructor(ring: KeyRing) {
    this.#ring = ring;
  }

  /** The value to store: two bytes that name the workspace key's version, then the encrypted text. */
  async seal(db: Queryable, plain: string | Buffer, place: SecretPlace): Promise<Buffer> {
    const { newest, byVersion } = await this.#keysOf(db, place.workspaceId);
    const version = Buffer.alloc(2);
    version.writeUInt16BE(newest);
    return Buffer.concat([version, encrypt(keyOf(byVersion, newest), plain, place)]);
  }

  /** Throws DecryptionFailed when the value was changed, moved, or sealed under another key. */
  async open(db: Queryable, sealed: Buffer, place: SecretPlace): Promise<Buffer> {
    const version = sealed.length >= 2 ? sealed.readUInt16BE(0) : 0;
    let keys = await this.#keysOf(db, place.workspaceId);
    if (!keys.byVersion.has(version)) {
      // Another server may have given the workspace a new key since.
      this.#keys.delete(place.workspaceId);
      keys = await this.#keysOf(db, place.workspaceId);
    }
    return decrypt(keyOf(keys.byVersion, version), sealed.subarray(2), place);
  }

  async #keysOf(db: Queryable, workspaceId: string): Promise<WorkspaceKeys> {
    const known = this.#keys.get(workspaceId);
    if (known !== undefined) return known;
    const rows = await listWorkspaceKeys(db, workspaceId);
    const byVersion = new Map<number, Buffer>();
    for (const row of rows) byVersion.set(row.version, await this.#ring.unwrap(row.wrapped_key, workspaceId));
    const keys = { newest: rows.at(-1)?.version ?? 0, byVersion };
    if (rows.length > 0) this.#keys.set(workspaceId, keys);
    return keys;
  }
}

function keyOf(byVersion: Map<number, Buffer>, version: number): Buffer {
  const key = byVersion.get(version);
  if (key === undefined) throw new Error(`The workspace has no encryption key of version ${version}.`);
  return key;
}
