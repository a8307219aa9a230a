import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { flag, list, object, optional, text, underMetaNames } from './reading.ts';

/** Whether people see a cart and a catalog in the chat with this number. */
export const commerceSettings = object({ id: optional(text), isCartEnabled: flag, isCatalogVisible: flag });
export type CommerceSettings = Pick<ReturnType<typeof commerceSettings>, 'isCartEnabled' | 'isCatalogVisible'>;

export async function getCommerceSettings(account: Account): Promise<CommerceSettings> {
  const { data } = await askGraph(account, { path: edge(account) }, object({ data: list(commerceSettings) }));
  // A number that never had any answers with an empty list; these are the standard settings.
  const { isCartEnabled, isCatalogVisible } = data[0] ?? { isCartEnabled: true, isCatalogVisible: false };
  return { isCartEnabled, isCatalogVisible };
}

export function changeCommerceSettings(account: Account, change: Partial<CommerceSettings>): Promise<void> {
  const query = underMetaNames(change) as Record<string, boolean>;
  return tellGraph(account, { path: edge(account), method: 'POST', query });
}

function edge(account: Account): string {
  return pathOf(account.senderExternalId, 'whatsapp_commerce_settings');
}
