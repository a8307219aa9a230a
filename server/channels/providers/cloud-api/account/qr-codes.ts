import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { Fault } from '#platform/fault.ts';
import { askPage, type GraphPage, type PageRequest } from './paging.ts';
import { list, object, optional, text } from './reading.ts';

/** A short link that opens a chat with a text written already, and its picture to scan. */
export const qrCode = object({
  code: text,
  prefilledMessage: text,
  deepLinkUrl: optional(text),
  qrImageUrl: optional(text),
});
export type QrCode = ReturnType<typeof qrCode>;

type Image = 'SVG' | 'PNG';

/** Makes a code. At most 2,000 for a number, of at most 140 characters. */
export function createQrCode(account: Account, prefilledMessage: string, image?: Image): Promise<QrCode> {
  const body = {
    prefilled_message: prefilledMessage,
    ...(image === undefined ? {} : { generate_qr_image: image }),
  };
  return askGraph(account, { path: edge(account), method: 'POST', body }, qrCode);
}

/** Changes the text behind a code. What was printed stays as it is. */
export function changeQrCode(account: Account, code: string, prefilledMessage: string): Promise<QrCode> {
  const body = { code, prefilled_message: prefilledMessage };
  return askGraph(account, { path: edge(account), method: 'POST', body }, qrCode);
}

/** One page of the codes, with the address of the picture when a form of it is asked for. */
export function listQrCodes(account: Account, image?: Image, page: PageRequest = {}): Promise<GraphPage<QrCode>> {
  return askPage(account, { path: edge(account), query: { fields: fieldsWith(image) } }, qrCode, page);
}

/** Throws Fault `not_found` when there is no such code. */
export async function getQrCode(account: Account, code: string, image?: Image): Promise<QrCode> {
  const call = { path: pathOf(account.senderExternalId, 'message_qrdls', code), query: { fields: fieldsWith(image) } };
  const { data } = await askGraph(account, call, object({ data: list(qrCode) }));
  const [found] = data;
  if (!found) throw new Fault('not_found', { detail: 'The number has no such code.' });
  return found;
}

export function deleteQrCode(account: Account, code: string): Promise<void> {
  return tellGraph(account, { path: pathOf(account.senderExternalId, 'message_qrdls', code), method: 'DELETE' });
}

function fieldsWith(image: Image | undefined): string {
  const picture = image === undefined ? '' : `,qr_image_url.format(${image})`;
  return `code,prefilled_message,deep_link_url${picture}`;
}

function edge(account: Account): string {
  return pathOf(account.senderExternalId, 'message_qrdls');
}
