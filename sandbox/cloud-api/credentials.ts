import { readFile, rename, writeFile } from 'node:fs/promises';
import { newDigits, newSecret } from './ids.ts';

export interface BusinessNumber {
  phone_number_id: string;
  display_phone_number: string;
  verified_name: string;
}

/** The account that the sandbox plays: one app, one WhatsApp Business Account, one or more numbers. */
export interface Credentials {
  access_token: string;
  /** A token that may read but not send: answered with code 10 on a send endpoint. */
  limited_access_token: string;
  app_id: string;
  app_secret: string;
  verify_token: string;
  waba_id: string;
  /** Exists, but belongs to somebody else: answered with code 200. */
  foreign_phone_number_id: string;
  phone_numbers: BusinessNumber[];
}

/** Reads the credentials of the data folder, or invents them. They stay the same as long as the folder does. */
export async function loadCredentials(path: string): Promise<Credentials> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Credentials;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(`The sandbox's credentials in ${path} cannot be read; remove the file to get new ones`, {
        cause: error,
      });
    }
  }
  const credentials: Credentials = {
    access_token: `EAAS${newSecret(48)}ZD`,
    limited_access_token: `EAAL${newSecret(48)}ZD`,
    app_id: newDigits(16),
    app_secret: newSecret(16),
    verify_token: `verify-${newSecret(12)}`,
    waba_id: newDigits(15),
    foreign_phone_number_id: newDigits(15),
    phone_numbers: [
      { phone_number_id: newDigits(15), display_phone_number: '+1 555 078 3881', verified_name: 'Carillon Sandbox' },
    ],
  };
  await saveCredentials(path, credentials);
  return credentials;
}

/** Replaces the file in one step, so that a killed process leaves the old or the new one. */
export async function saveCredentials(path: string, credentials: Credentials): Promise<void> {
  await writeFile(`${path}.fresh`, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.fresh`, path);
}
