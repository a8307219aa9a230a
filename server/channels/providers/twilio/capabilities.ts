import type { Capabilities } from '#channels/provider.ts';
import { smsTypes, whatsappTypes } from './content/content.ts';

const megabyte = 1024 * 1024;
const file = { maxBytes: 5 * megabyte };

const shared = {
  official: true,
  warning: null,
  webhooks: 'signed',
  queueLimit: null,
  interactiveTypes: [],
  markAsRead: false,
  typingIndicator: false,
  callbackData: true,
  replies: false,
  identityKeys: false,
  marketingMessages: false,
  directSend: false,
  idempotencyKey: false,
  pairLimit: null,
} as const satisfies Partial<Capabilities>;

/** SMS, and MMS where the sender can. Twilio takes more than a number may send and keeps the rest in a queue of its own, from
 *  which what is of no use any more is dropped. */
export const smsCapabilities: Capabilities = {
  ...shared,
  channel: 'sms',
  templates: false,
  contentTypes: smsTypes,
  recipientKinds: ['phone'],
  serviceWindowHours: null,
  defaultThroughputPerSecond: 10,
  mediaLimits: {
    image: { ...file, mimeTypes: ['image/jpeg', 'image/png', 'image/gif'] },
    audio: { ...file, mimeTypes: ['audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/amr', 'audio/wav'] },
    video: { ...file, mimeTypes: ['video/mp4', 'video/3gpp', 'video/mpeg', 'video/quicktime'] },
    document: { ...file, mimeTypes: ['application/pdf', 'text/vcard', 'text/calendar', 'text/csv', 'text/plain'] },
  },
};

/** WhatsApp as Twilio passes it on: templates by their Content SID, everything else while the service window is open. */
export const whatsappCapabilities: Capabilities = {
  ...shared,
  channel: 'whatsapp',
  templates: true,
  contentTypes: whatsappTypes,
  recipientKinds: ['phone', 'provider_user'],
  serviceWindowHours: 24,
  defaultThroughputPerSecond: 80,
  mediaLimits: {
    image: { ...file, mimeTypes: ['image/jpeg', 'image/png'] },
    audio: { ...file, mimeTypes: ['audio/ogg', 'audio/amr', 'audio/mpeg', 'audio/aac', 'audio/mp4'] },
    video: { ...file, mimeTypes: ['video/mp4', 'video/3gpp'] },
    document: { ...file, mimeTypes: ['application/pdf', 'text/plain'] },
    sticker: { ...file, mimeTypes: ['image/webp'] },
  },
};
