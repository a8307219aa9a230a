import { Fault } from '#platform/fault.ts';
import { type Account, askGraph, pathOf } from './asking.ts';
import { number, object, optional, text } from './reading.ts';

export interface UploadFile {
  name: string;
  mimeType: string;
  content: Buffer;
}

const handle = object({ h: text });

/**
 * Uploads a file for an example of a template or a profile picture and gives its handle. That is no media id: nothing can be
 * sent with it, and it expires after some weeks. Types: PDF, JPEG, PNG, MP4.
 */
export async function uploadFile(account: Account, file: UploadFile): Promise<string> {
  return continueUpload(account, await startUpload(account, file), file, 0);
}

/** Opens an upload and gives its id, with which it can be gone on with. */
export async function startUpload(account: Account, { name, mimeType, content }: UploadFile): Promise<string> {
  const { appId } = account.settings;
  if (appId === undefined)
    throw new Fault('conflict', { detail: 'Files belong to an app: the connection needs the app id for this.' });
  const call = {
    path: pathOf(appId, 'uploads'),
    method: 'POST',
    query: { file_name: name, file_length: content.length, file_type: mimeType },
  } as const;
  return (await askGraph(account, call, object({ id: text }))).id;
}

/** How many bytes of an upload have arrived. */
export async function uploadedBytes(account: Account, uploadId: string): Promise<number> {
  const answer = await askGraph(
    account,
    { path: pathOfUpload(uploadId) },
    object({ id: optional(text), fileOffset: number }),
  );
  return answer.fileOffset;
}

/** Sends the file from a byte on and gives its handle. */
export async function continueUpload(
  account: Account,
  uploadId: string,
  { mimeType, content }: UploadFile,
  fromByte: number,
): Promise<string> {
  const call = {
    path: pathOfUpload(uploadId),
    method: 'POST',
    bytes: {
      contentType: mimeType,
      content: content.subarray(fromByte),
      // Meta's guide asks for this scheme in this one call.
      headers: { authorization: `OAuth ${account.secrets.accessToken}`, file_offset: String(fromByte) },
    },
  } as const;
  return (await askGraph(account, call, handle)).h;
}

/** The id has a query of its own (`upload:…?sig=…`), which must stay one; nothing else may be in it. */
function pathOfUpload(uploadId: string): string {
  if (!/^upload:[\w%:.=+-]+(?:\?[\w%:.=&+-]*)?$/.test(uploadId))
    throw new Fault('upstream_failed', { detail: 'The id of the upload is not one.' });
  return uploadId;
}
