import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { list, listOrNone, object, optional, text, underMetaNames, word } from './reading.ts';
import { type UploadFile, uploadFile } from './resumable-upload.ts';

/** What people see of the business in WhatsApp. */
export const businessProfile = object({
  about: optional(text),
  address: optional(text),
  description: optional(text),
  email: optional(text),
  profilePictureUrl: optional(text),
  websites: listOrNone(text),
  vertical: optional(word),
});
export type BusinessProfile = ReturnType<typeof businessProfile>;

/** An empty text takes a field away. */
export interface ProfileChange {
  about?: string;
  address?: string;
  description?: string;
  email?: string;
  /** Two at most. */
  websites?: readonly string[];
  vertical?: string;
  /** A square picture of 192 pixels or more, as JPEG or PNG. */
  picture?: UploadFile;
}

export async function getProfile(account: Account): Promise<BusinessProfile> {
  const query = { fields: 'about,address,description,email,profile_picture_url,websites,vertical' };
  const { data } = await askGraph(account, { path: edge(account), query }, object({ data: list(businessProfile) }));
  return data[0] ?? { websites: [] };
}

/** Changes what is named and leaves the rest. A picture is uploaded first, for which the connection needs the app id. */
export async function changeProfile(account: Account, { picture, ...change }: ProfileChange): Promise<void> {
  const profilePictureHandle = picture && (await uploadFile(account, picture));
  const body = { messaging_product: 'whatsapp', ...underMetaNames({ ...change, profilePictureHandle }) };
  return tellGraph(account, { path: edge(account), method: 'POST', body });
}

function edge(account: Account): string {
  return pathOf(account.senderExternalId, 'whatsapp_business_profile');
}
