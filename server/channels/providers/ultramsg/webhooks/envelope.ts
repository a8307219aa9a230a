import type { Fields } from '#channels/providers/payloads/fields.ts';

/** One webhook, as far as every generation has it. */
export interface Envelope {
  eventType: string;
  /** The instance, as its address has it. */
  senderExternalId: string;
  /** WhatsApp's id of the message. */
  messageId: string;
  /** What the answer to our send called it; absent for messages that were not sent by the API. */
  number: string | undefined;
  /** What we called it. */
  referenceId: string | undefined;
  data: Fields;
  /** Something was too long to keep. */
  truncated: boolean;
}
