import { type Account, pathOf, tellGraph } from './asking.ts';

/** Deletes an uploaded file before its thirty days. Messages that were sent with it keep it. */
export function deleteMedia(account: Account, mediaId: string): Promise<void> {
  const query = { phone_number_id: account.senderExternalId };
  return tellGraph(account, { path: pathOf(mediaId), method: 'DELETE', query });
}
