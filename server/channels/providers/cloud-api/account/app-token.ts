import { Fault } from '#platform/fault.ts';
import type { Account } from './asking.ts';

/** The app of the connection with its own token, which some calls take only: it is made of the app's id and its secret.
 *  Throws Fault `conflict` when the connection does not know both. */
export function appOf(account: Account): { appId: string; token: string; secret: string } {
  const { appId } = account.settings;
  const [secret] = account.secrets.appSecrets;
  if (appId === undefined || secret === undefined)
    throw new Fault('conflict', { detail: 'The connection needs the app id and the app secret for this.' });
  return { appId, token: `${appId}|${secret}`, secret };
}
