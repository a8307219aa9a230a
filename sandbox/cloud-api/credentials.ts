import { readFile, rename, writeFile } from 'node:fs/promises';
import { newDigits, newSecret } from './ids.ts';

export interface BusinessNumber {
  phone_number_id: string;
  display_phone_number: string;
  verified_name: string;
  waba_id: string;
}

export interface Waba {
  waba_id: string;
  name: string;
}

/** An app of a developer, with the tokens of its system user. */
export interface SandboxApp {
  app_id: string;
  app_secret: string;
  name: string;
  access_token: string;
  /** A token that may read but not send: answered with code 10 on a send endpoint. */
  limited_access_token: string;
  verify_token: string;
  /** The accounts that its system user may use. */
  waba_ids: string[];
  /** What is served to calls without a version, as `v24.0`; told in the header `facebook-api-version`. */
  graph_version: string;
  /** Null: as the settings of the sandbox say. */
  webhook_version: number | null;
  require_app_secret_proof: boolean | null;
}

/** Everything that the sandbox plays for developers. The first app, account and number are what most users need and
 *  stand at the top; `apps`, `wabas` and `phone_numbers` have all of them, the first ones included. */
export interface Credentials
  extends Pick<SandboxApp, 'access_token' | 'limited_access_token' | 'app_id' | 'app_secret' | 'verify_token'> {
  waba_id: string;
  /** Exists, but belongs to somebody else: answered with code 200. */
  foreign_phone_number_id: string;
  phone_numbers: BusinessNumber[];
  apps: SandboxApp[];
  wabas: Waba[];
}

type KeptCredentials = Omit<Credentials, 'apps' | 'wabas' | 'phone_numbers'> &
  Partial<Pick<Credentials, 'apps' | 'wabas'>> & {
    phone_numbers: (Omit<BusinessNumber, 'waba_id'> & { waba_id?: string })[];
  };

/** Reads the credentials of the data folder, or invents them. They stay the same as long as the folder does. */
export async function loadCredentials(path: string): Promise<Credentials> {
  try {
    return completed(JSON.parse(await readFile(path, 'utf8')) as KeptCredentials);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new Error(`The sandbox's credentials in ${path} cannot be read; remove the file to get new ones`, {
        cause: error,
      });
    }
  }
  const wabaId = newDigits(15);
  const app = newApp('Carillon Sandbox App', [wabaId]);
  const credentials = completed({
    access_token: app.access_token,
    limited_access_token: app.limited_access_token,
    app_id: app.app_id,
    app_secret: app.app_secret,
    verify_token: app.verify_token,
    waba_id: wabaId,
    foreign_phone_number_id: newDigits(15),
    phone_numbers: [
      { phone_number_id: newDigits(15), display_phone_number: '+1 555 078 3881', verified_name: 'Carillon Sandbox' },
    ],
    apps: [app],
  });
  await saveCredentials(path, credentials);
  return credentials;
}

/** Replaces the file in one step, so that a killed process leaves the old or the new one. */
export async function saveCredentials(path: string, credentials: Credentials): Promise<void> {
  await writeFile(`${path}.fresh`, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.fresh`, path);
}

export function newApp(name: string, wabaIds: readonly string[]): SandboxApp {
  return {
    app_id: newDigits(16),
    app_secret: newSecret(16),
    name,
    access_token: newToken('EAAS'),
    limited_access_token: newToken('EAAL'),
    verify_token: `verify-${newSecret(12)}`,
    waba_ids: [...wabaIds],
    graph_version: 'v26.0',
    webhook_version: null,
    require_app_secret_proof: null,
  };
}

export function newToken(prefix: 'EAAS' | 'EAAL'): string {
  return `${prefix}${newSecret(48)}ZD`;
}

/** Changes an app, and with the first one what stands at the top. */
export function changeApp(credentials: Credentials, app: SandboxApp, change: Partial<SandboxApp>): void {
  Object.assign(app, change);
  if (credentials.apps[0] !== app) return;
  const { access_token, limited_access_token, app_id, app_secret, verify_token } = app;
  Object.assign(credentials, { access_token, limited_access_token, app_id, app_secret, verify_token });
}

export function findNumber(credentials: Credentials, phoneNumberId: string): BusinessNumber | undefined {
  return credentials.phone_numbers.find((number) => number.phone_number_id === phoneNumberId);
}

export function numbersOf(credentials: Credentials, wabaId: string): BusinessNumber[] {
  return credentials.phone_numbers.filter((number) => number.waba_id === wabaId);
}

/** A file of an earlier version has one app and one account, and does not say whose the numbers are. */
function completed(kept: KeptCredentials): Credentials {
  const { access_token, limited_access_token, app_id, app_secret, verify_token, waba_id } = kept;
  const first: SandboxApp = {
    ...newApp('Carillon Sandbox App', [waba_id]),
    access_token,
    limited_access_token,
    app_id,
    app_secret,
    verify_token,
  };
  return {
    ...kept,
    phone_numbers: kept.phone_numbers.map((number) => ({ ...number, waba_id: number.waba_id ?? waba_id })),
    apps: kept.apps ?? [first],
    wabas: kept.wabas ?? [{ waba_id, name: 'Carillon Sandbox Business' }],
  };
}
