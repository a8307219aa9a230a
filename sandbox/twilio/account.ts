import { readFile, rename, writeFile } from 'node:fs/promises';
import { newSecret } from '#cloud-api/ids.ts';
import { newSid } from './sids.ts';

/** An account at Twilio with what its calls are authorized by. */
export interface TwilioAccount {
  account_sid: string;
  /** Signs the webhooks, too. */
  auth_token: string;
  /** Authorizes calls beside the first one, so that the tokens can be changed without a pause. */
  secondary_auth_token: string | null;
  api_key_sid: string;
  api_key_secret: string;
  created_at: number;
}

/** Keeps the account in a file of its own, readable by its owner alone. */
export class AccountFile {
  readonly account: TwilioAccount;
  readonly #path: string;

  private constructor(path: string, account: TwilioAccount) {
    this.#path = path;
    this.account = account;
  }

  /** Reads the account of the data folder, or invents one. It stays the same as long as the folder does. */
  static async open(path: string, now: number): Promise<AccountFile> {
    try {
      return new AccountFile(path, JSON.parse(await readFile(path, 'utf8')) as TwilioAccount);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw new Error(`The Twilio account in ${path} cannot be read; remove the file to get a new one`, {
          cause: error,
        });
      }
    }
    const file = new AccountFile(path, {
      account_sid: newSid('AC'),
      auth_token: newSecret(16),
      secondary_auth_token: null,
      api_key_sid: newSid('SK'),
      api_key_secret: newSecret(16),
      created_at: now,
    });
    await file.#save();
    return file;
  }

  /** Makes a second token beside the first. */
  async addToken(): Promise<void> {
    this.account.secondary_auth_token = newSecret(16);
    await this.#save();
  }

  /** The second token takes the place of the first, which is gone. */
  async promoteToken(): Promise<void> {
    this.account.auth_token = this.account.secondary_auth_token ?? newSecret(16);
    this.account.secondary_auth_token = null;
    await this.#save();
  }

  async #save(): Promise<void> {
    await writeFile(`${this.#path}.fresh`, `${JSON.stringify(this.account, null, 2)}\n`, { mode: 0o600 });
    await rename(`${this.#path}.fresh`, this.#path);
  }
}
