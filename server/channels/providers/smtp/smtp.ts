import { MediaUnavailable } from '#channels/media.ts';
import type { Provider } from '#channels/provider-port.ts';
import type { ProviderAccount } from '#channels/provider-account.ts';
import { checkCredentials } from './account/credentials.ts';
import { capabilities } from './capabilities.ts';
import { checkContent } from './content/content.ts';
import { providerName } from './provider-name.ts';
import { readSendAnswer } from './sending/answers.ts';
import { buildSend } from './sending/requests.ts';
import { decodeWebhook } from './webhooks/webhooks.ts';

/** E-mail by SMTP. Mail that comes is passed on to its webhook as it is. */
export const smtp: Provider = {
  name: providerName,
  capabilities,
  checkContent,
  problemsOfFile: () => ['E-mail carries no files yet.'],
  buildSend,
  buildMarkAsRead: () => {
    throw new Error('Mail knows no receipts of reading that we could send.');
  },
  readSendAnswer,
  // Its address was checked; whoever passes mail on signs nothing.
  verifyWebhook: () => true,
  webhookAnswer: { contentType: 'text/plain', body: '' },
  decodeWebhook,
};

export const smtpAccount: ProviderAccount = {
  checkCredentials,
  fetchMedia: () => {
    throw new MediaUnavailable('Files of mail are kept within the webhook that brought them.', true);
  },
};
