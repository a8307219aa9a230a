import type { Fields } from '#channels/providers/payloads/fields.ts';
import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { fields, flag, object, optional, text, underMetaNames, word } from './reading.ts';

/** What is set for a number. `calling` and `payloadEncryption` stay in Meta's form. */
export const numberSettings = object({
  calling: optional(fields),
  storageConfiguration: optional(object({ status: word, dataLocalizationRegion: optional(word) })),
  userIdentityChange: optional(object({ enableIdentityKeyCheck: flag })),
  payloadEncryption: optional(fields),
});
export type NumberSettings = ReturnType<typeof numberSettings>;

export interface NumberSettingsChange {
  calling?: Fields;
  /** Only while the number is not registered. */
  storageConfiguration?: { status: string; dataLocalizationRegion?: string };
  userIdentityChange?: { enableIdentityKeyCheck: boolean };
  payloadEncryption?: Fields;
}

export function getNumberSettings(account: Account): Promise<NumberSettings> {
  return askGraph(account, { path: pathOf(account.senderExternalId, 'settings') }, numberSettings);
}

/** Changes what is named and leaves the rest. */
export function changeNumberSettings(account: Account, change: NumberSettingsChange): Promise<void> {
  const { storageConfiguration: storage, userIdentityChange: identity, ...rest } = change;
  const body = underMetaNames({
    ...rest,
    storageConfiguration: storage && underMetaNames(storage),
    userIdentityChange: identity && underMetaNames(identity),
  });
  return tellGraph(account, { path: pathOf(account.senderExternalId, 'settings'), method: 'POST', body });
}

/** Asks for another display name. It is reviewed, and the number must be registered again once it is approved. */
export function changeDisplayName(account: Account, name: string): Promise<void> {
  return tellGraph(account, {
    path: pathOf(account.senderExternalId),
    method: 'POST',
    query: { new_display_name: name },
  });
}

/**
 * Has the webhooks of this number sent to an address of its own, before that of the account and of the app. Meta calls the
 * address at once to verify it. Null takes the override away.
 */
export function overrideWebhooks(
  account: Account,
  override: { callbackUrl: string; verifyToken: string } | null,
): Promise<void> {
  const configuration =
    override === null
      ? { override_callback_uri: '' }
      : { override_callback_uri: override.callbackUrl, verify_token: override.verifyToken };
  return tellGraph(account, {
    path: pathOf(account.senderExternalId),
    method: 'POST',
    body: { webhook_configuration: configuration },
  });
}

/** Asks for the contacts or the history of a number that stays in the WhatsApp Business app: once each, within 24 hours of
 *  connecting it. Gives the id of the request; what is found comes as webhooks. */
export async function requestAppData(
  account: Account,
  syncType: 'smb_app_state_sync' | 'history',
): Promise<string | undefined> {
  const call = {
    path: pathOf(account.senderExternalId, 'smb_app_data'),
    method: 'POST',
    body: { messaging_product: 'whatsapp', sync_type: syncType },
  } as const;
  return (await askGraph(account, call, object({ requestId: optional(text) }))).requestId;
}
