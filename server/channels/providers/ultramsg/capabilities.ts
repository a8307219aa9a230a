import type { Capabilities } from '#channels/provider.ts';
import { contentTypes } from './content/content.ts';

const megabyte = 1024 * 1024;

/** UltraMsg as of November 2026. It drives an ordinary WhatsApp account, as a linked device does. */
export const capabilities: Capabilities = {
  channel: 'whatsapp',
  official: false,
  warning:
    'Unofficial: UltraMsg drives an ordinary WhatsApp account as a linked device. There are no templates, and WhatsApp can ban the number without notice. Use it for answers, not for campaigns.',
  templates: false,
  webhooks: 'unsigned',
  // With ten or more that wait UltraMsg sends one message in 15 seconds instead of one a second.
  queueLimit: 9,
  contentTypes,
  interactiveTypes: [],
  recipientKinds: ['phone', 'provider_user', 'group'],
  serviceWindowHours: null,
  markAsRead: true,
  typingIndicator: false,
  callbackData: true,
  replies: true,
  identityKeys: false,
  marketingMessages: false,
  directSend: false,
  idempotencyKey: false,
  defaultThroughputPerSecond: 1,
  pairLimit: null,
  // Of what is documented differently the smaller number counts.
  mediaLimits: {
    image: {
      maxBytes: 16 * megabyte,
      mimeTypes: ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/bmp'],
    },
    audio: { maxBytes: 16 * megabyte, mimeTypes: ['audio/mpeg', 'audio/aac', 'audio/ogg'] },
    video: { maxBytes: 16 * megabyte, mimeTypes: ['video/mp4', 'video/3gpp', 'video/quicktime'] },
    document: { maxBytes: 30 * megabyte, mimeTypes: [] },
    sticker: { maxBytes: 16 * megabyte, mimeTypes: ['image/webp'] },
  },
};
