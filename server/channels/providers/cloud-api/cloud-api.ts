import type { Provider } from '#channels/provider-port.ts';
import type { ProviderAccount } from '#channels/provider-account.ts';
import { readSendAnswer } from './sending/answers.ts';
import { capabilities } from './capabilities.ts';
import { checkContent } from './content/content.ts';
import { problemsOfFile } from './content/file-rules.ts';
import { checkCredentials, subscribe } from './account/credentials.ts';
import { fetchMedia } from './account/media.ts';
import { uploadMedia } from './account/media-upload.ts';
import { passThrough } from './account/pass-through.ts';
import { buildMarkAsRead, buildSend, deliversUntil } from './sending/requests.ts';
import { restrictionLesson } from './sending/restriction-refusals.ts';
import { templateLesson } from './sending/template-refusals.ts';
import { answerHandshake, verifyWebhook } from './webhooks/signature.ts';
import { readDeletionRequest } from './webhooks/signed-request.ts';
import { providerName } from './provider-name.ts';
import { decodeWebhook } from './webhooks/webhooks.ts';

/** Meta's WhatsApp Cloud API, and whatever speaks it under another base URL. */
export const cloudApi: Provider = {
  name: providerName,
  capabilities,
  checkContent,
  problemsOfFile,
  buildSend,
  buildMarkAsRead,
  readSendAnswer,
  verifyWebhook,
  webhookAnswer: { contentType: 'text/plain', body: '' },
  answerHandshake,
  readDeletionRequest,
  deliversUntil,
  templateLesson,
  restrictionLesson,
  decodeWebhook,
};

export const cloudApiAccount: ProviderAccount = { checkCredentials, subscribe, fetchMedia, uploadMedia, passThrough };
