import { DecryptionFailed, unwrapKey, wrapKey } from './crypto.ts';

/** Whose a wrapped key is when it is of no workspace. */
export const installationOwner = 'installation';

/**
 * The key-encryption keys of this installation: the first wraps, each opens. There is more than one while they are being
 * changed. `reload` reads them anew, for a server that runs while a command changes them.
 */
export class KeyRing {
  #keys: readonly Buffer[];
  readonly #reload: (() => Promise<readonly Buffer[]>) | undefined;

  constructor(keys: readonly Buffer[], reload?: () => Promise<readonly Buffer[]>) {
    this.#keys = keys;
    this.#reload = reload;
  }

  /** The one that wraps. */
  get first(): Buffer {
    const [first] = this.#keys;
    if (!first) throw new Error('There is no key-encryption key.');
    return first;
  }

  /** Throws DecryptionFailed when none of the keys opens it. */
  async unwrap(wrapped: Buffer, owner: string): Promise<Buffer> {
    const opened = this.#tryAll(wrapped, owner);
    if (opened) return opened;
    if (this.#reload) {
      this.#keys = await this.#reload();
      const later = this.#tryAll(wrapped, owner);
      if (later) return later;
    }
    throw new DecryptionFailed(
      'The key cannot be decrypted: it was wrapped with another key-encryption key than those of this server.',
    );
  }

  wrap(key: Buffer, owner: string): Buffer {
    return wrapKey(this.first, key, owner);
  }

  #tryAll(wrapped: Buffer, owner: string): Buffer | undefined {
    for (const key of this.#keys) {
      try {
        return unwrapKey(key, wrapped, owner);
      } catch (error) {
        if (!(error instanceof DecryptionFailed)) throw error;
      }
    }
    return undefined;
  }
}
