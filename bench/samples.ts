import { createHmac } from 'node:crypto';

// What is sent in the measurements, in the sizes that real traffic has: a template with four parameters, and a receipt
// with its price and conversation.

export const phoneNumberId = '106540352242922';
export const businessAccountId = '102290129340398';
export const apiVersion = 'v23.0';
export const providerPath = `/${apiVersion}/${phoneNumberId}/messages`;

/** The phone number of contact `n`, from 0 to 9,999,999. */
export function phoneOf(n: number): string {
  return `+1555${String(n % 10_000_000).padStart(7, '0')}`;
}

function template(n: number) {
  const parameters = ['Ada Lovelace', `A-${100_000 + n}`, '24 November', 'Example Street 5, Springfield'];
  return {
    name: 'order_update',
    language: { code: 'en_US' },
    components: [{ type: 'body', parameters: parameters.map((text) => ({ type: 'text', text })) }],
  };
}

/** A message as a caller of Carillon writes it. */
export function messageRequest(n: number, contacts: number, purpose: 'authentication' | 'transactional' | 'marketing') {
  return { to: phoneOf(n % contacts), purpose, content: { type: 'template', template: template(n) } };
}

/** What Carillon writes to the provider for such a message: the same fields, so the same size. */
export function providerRequest(n: number, contacts: number): string {
  return JSON.stringify({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: phoneOf(n % contacts),
    type: 'template',
    template: template(n),
    biz_opaque_callback_data: 'a1:AZqrstuvwxyz0123456789:1:0123456789a',
  });
}

/** One accepted message, as the sink remembers it. */
export interface Handed {
  providerMessageId: string;
  to: string;
  callbackData: string;
}

export const receiptStatuses = ['sent', 'delivered', 'read'] as const;

/** The webhook of one receipt. */
export function receiptWebhook(handed: Handed, status: (typeof receiptStatuses)[number], epochSeconds: number): string {
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: businessAccountId,
        changes: [
          {
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: phoneNumberId },
              statuses: [
                {
                  id: handed.providerMessageId,
                  status,
                  timestamp: String(epochSeconds),
                  recipient_id: handed.to.replace('+', ''),
                  conversation: {
                    id: 'b5c1fb8e5a4e4b1d8c9f1a2b3c4d5e6f',
                    expiration_timestamp: String(epochSeconds + 86_400),
                    origin: { type: 'utility' },
                  },
                  pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' },
                  biz_opaque_callback_data: handed.callbackData,
                },
              ],
            },
            field: 'messages',
          },
        ],
      },
    ],
  });
}

export function signatureOf(appSecret: string, body: string | Buffer): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}
