import type { Provider, ProviderAccount } from '#channels/provider.ts';
import { readSendAnswer } from './answers.ts';
import { capabilities } from './capabilities.ts';
import { checkContent } from './content.ts';
import { checkCredentials, subscribe } from './credentials.ts';
import { providerName } from './error-rows.ts';
import { fetchMedia } from './media.ts';
import { buildMarkAsRead, buildSend } from './requests.ts';
import { answerHandshake, verifySignature } from './signature.ts';
import { decodeWebhook } from './webhooks.ts';

/** Meta's WhatsApp Cloud API, and whatever speaks it under another base URL. */
export const cloudApi: Provider = {
  name: providerName,
  capabilities,
  checkContent,
  buildSend,
  buildMarkAsRead,
  readSendAnswer,
  verifySignature,
  answerHandshake,
  decodeWebhook,
};

export const cloudApiAccount: ProviderAccount = { checkCredentials, subscribe, fetchMedia };
