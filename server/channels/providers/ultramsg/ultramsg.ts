import type { Provider } from '#channels/provider-port.ts';
import type { ProviderAccount } from '#channels/provider-account.ts';
import { checkCredentials, subscribe } from './account/credentials.ts';
import { findSent } from './account/find-sent.ts';
import { listFailed } from './account/list-failed.ts';
import { fetchMedia } from './account/media.ts';
import { readReadiness } from './account/readiness.ts';
import { capabilities } from './capabilities.ts';
import { checkContent } from './content/content.ts';
import { problemsOfFile } from './content/file-rules.ts';
import { providerName } from './provider-name.ts';
import { readSendAnswer } from './sending/answers.ts';
import { buildMarkAsRead, buildSend } from './sending/requests.ts';
import { decodeWebhook } from './webhooks/webhooks.ts';

/** UltraMsg: an ordinary WhatsApp account, driven as a linked device. */
export const ultramsg: Provider = {
  name: providerName,
  capabilities,
  checkContent,
  problemsOfFile,
  buildSend,
  buildMarkAsRead,
  readSendAnswer,
  // Nothing is signed. That the address was the right one was seen before, and it is all that can be seen.
  verifyWebhook: () => true,
  webhookAnswer: { contentType: 'text/plain', body: 'ok' },
  decodeWebhook,
};

export const ultramsgAccount: ProviderAccount = {
  checkCredentials,
  subscribe,
  fetchMedia,
  findSent,
  readReadiness,
  listFailed,
};
