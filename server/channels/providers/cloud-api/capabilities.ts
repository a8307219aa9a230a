import type { Capabilities } from '#channels/provider.ts';
import { contentTypes } from './content/content.ts';
import { interactiveTypes } from './content/interactive/interactive.ts';

const megabyte = 1024 * 1024;
const officeTypes = ['wordprocessingml.document', 'spreadsheetml.sheet', 'presentationml.presentation'];

/** The Cloud API as of version 26.0. Numbers are those of a new business number; an account's own replace them. */
export const capabilities: Capabilities = {
  channel: 'whatsapp',
  official: true,
  warning: null,
  templates: true,
  webhooks: 'signed',
  queueLimit: null,
  contentTypes,
  interactiveTypes,
  recipientKinds: ['phone', 'provider_user', 'group'],
  serviceWindowHours: 24,
  markAsRead: true,
  typingIndicator: true,
  callbackData: true,
  replies: true,
  identityKeys: true,
  marketingMessages: true,
  directSend: true,
  idempotencyKey: false,
  defaultThroughputPerSecond: 80,
  // One message in six seconds to the same person, with a burst that borrows from the time after it.
  pairLimit: { burst: 45, secondsPerMessage: 6 },
  mediaLimits: {
    image: { maxBytes: 5 * megabyte, mimeTypes: ['image/jpeg', 'image/png'] },
    audio: { maxBytes: 16 * megabyte, mimeTypes: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'] },
    video: { maxBytes: 16 * megabyte, mimeTypes: ['video/mp4', 'video/3gpp'] },
    document: {
      maxBytes: 100 * megabyte,
      mimeTypes: [
        'text/plain',
        'application/pdf',
        'application/msword',
        'application/vnd.ms-excel',
        'application/vnd.ms-powerpoint',
        ...officeTypes.map((type) => `application/vnd.openxmlformats-officedocument.${type}`),
      ],
    },
    // Meta counts thousands here; an animated one may have 500,000.
    sticker: { maxBytes: 500_000, mimeTypes: ['image/webp'] },
  },
};
