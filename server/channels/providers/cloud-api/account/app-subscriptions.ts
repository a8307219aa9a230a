import { appOf } from './app-token.ts';
import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { flag, list, listOrNone, object, optional, type Reader, text } from './reading.ts';

/** Where an app has its webhooks sent, and which fields of them. */
export interface AppSubscription {
  object: string;
  callbackUrl?: string;
  active?: boolean;
  fields: string[];
}

// The fields come as names, or with the version of each.
const fieldName: Reader<string> = (value, place) =>
  typeof value === 'string' ? value : object({ name: text })(value, place).name;

const subscriptions = object({
  data: list(
    object({ object: text, callbackUrl: optional(text), active: optional(flag), fields: listOrNone(fieldName) }),
  ),
});

export async function listAppSubscriptions(account: Account): Promise<AppSubscription[]> {
  return (await askGraph(account, ofApp(account, 'GET'), subscriptions)).data;
}

/** Sets the app's one address for WhatsApp webhooks. Meta calls it at once to verify it. */
export function setAppSubscription(
  account: Account,
  subscription: { callbackUrl: string; verifyToken: string; fields: readonly string[] },
): Promise<void> {
  const body = {
    object: 'whatsapp_business_account',
    callback_url: subscription.callbackUrl,
    verify_token: subscription.verifyToken,
    fields: subscription.fields.join(','),
  };
  return tellGraph(account, { ...ofApp(account, 'POST'), body });
}

export function removeAppSubscription(account: Account): Promise<void> {
  return tellGraph(account, {
    ...ofApp(account, 'DELETE'),
    query: { object: 'whatsapp_business_account' },
  });
}

function ofApp(account: Account, method: 'GET' | 'POST' | 'DELETE') {
  const { appId, ...app } = appOf(account);
  return { path: pathOf(appId, 'subscriptions'), method, app };
}
