import type { Capabilities } from '#channels/provider.ts';
import { contentTypes } from './content/content.ts';

/** E-mail by any SMTP server that lets us sign in. */
export const capabilities: Capabilities = {
  channel: 'email',
  official: true,
  warning: null,
  templates: false,
  webhooks: 'unsigned',
  queueLimit: null,
  contentTypes,
  interactiveTypes: [],
  recipientKinds: ['email'],
  serviceWindowHours: null,
  markAsRead: false,
  typingIndicator: false,
  callbackData: true,
  replies: true,
  identityKeys: false,
  marketingMessages: false,
  directSend: false,
  idempotencyKey: false,
  // What a server of a small business takes. Those of mailing services take more, and a connection may say so.
  defaultThroughputPerSecond: 10,
  pairLimit: null,
  mediaLimits: {},
};
