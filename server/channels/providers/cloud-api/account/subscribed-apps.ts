import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { list, object, optional, text } from './reading.ts';

/** An app that gets the webhooks of the business account. */
export interface SubscribedApp {
  id: string;
  name?: string;
  link?: string;
  /** Its address for this account, instead of the one in the app's settings. */
  overrideCallbackUrl?: string;
}

const subscribedApps = object({
  data: list(
    object({
      whatsappBusinessApiData: object({ id: text, name: optional(text), link: optional(text) }),
      overrideCallbackUri: optional(text),
    }),
  ),
});

export async function listSubscribedApps(account: Account): Promise<SubscribedApp[]> {
  const { data } = await askGraph(account, { path: edge(account) }, subscribedApps);
  return data.map(({ whatsappBusinessApiData, overrideCallbackUri }) => ({
    ...whatsappBusinessApiData,
    ...(overrideCallbackUri === undefined ? {} : { overrideCallbackUrl: overrideCallbackUri }),
  }));
}

/** Subscribes the token's app. Without an override, one that was there is taken away. Meta calls the address at once. */
export function subscribeApp(account: Account, override?: { callbackUrl: string; verifyToken: string }): Promise<void> {
  const body = override && { override_callback_uri: override.callbackUrl, verify_token: override.verifyToken };
  return tellGraph(account, { path: edge(account), method: 'POST', body: body ?? {} });
}

/** No more webhooks of the account for the token's app. */
export function unsubscribeApp(account: Account): Promise<void> {
  return tellGraph(account, { path: edge(account), method: 'DELETE' });
}

function edge(account: Account): string {
  return pathOf(account.settings.businessAccountId, 'subscribed_apps');
}
