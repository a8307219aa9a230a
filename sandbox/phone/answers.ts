import type { Outgoing } from './api.ts';

/** A product in the cart. */
export interface CartLine {
  productId: string;
  quantity: number;
}

const CURRENCY = 'USD';

/** A price for a product. The sandbox has no catalog, and an order names prices: the same product has the same price
 *  everywhere, from 1.00 to 99.99. */
export function priceOf(productId: string): number {
  let sum = 7;
  for (const character of productId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9900;
  return (100 + sum) / 100;
}

export function totalOf(lines: readonly CartLine[]): number {
  // Prices are hundredths; sums of fractions would show 0.30000000000000004.
  return lines.reduce((sum, { productId, quantity }) => sum + Math.round(priceOf(productId) * 100) * quantity, 0) / 100;
}

/** What the person ordered. Products with no quantity are left out. */
export function orderOf(catalogId: string, lines: readonly CartLine[], text: string): Outgoing {
  return {
    type: 'order',
    order: {
      catalog_id: catalogId,
      ...(text.trim() === '' ? {} : { text: text.trim() }),
      product_items: lines
        .filter(({ quantity }) => quantity > 0)
        .map(({ productId, quantity }) => ({
          product_retailer_id: productId,
          quantity,
          item_price: priceOf(productId),
          currency: CURRENCY,
        })),
    },
  };
}

/** The answers of a form. An answer that is JSON (a number, a list, `true`) is sent as that, everything else as text.
 *  Answers without a name are left out, and of two with one name the last counts, as in a real form. */
export function formAnswer(token: string, answers: readonly { name: string; text: string }[]): Outgoing {
  const named = answers.filter(({ name }) => name.trim() !== '');
  const values = Object.fromEntries(named.map(({ name, text }) => [name.trim(), jsonOrText(text)]));
  return formReply('flow', 'Sent', { flow_token: token, ...values });
}

function jsonOrText(text: string): unknown {
  if (!/^(?:true|false|null|-?\d|\[|\{)/u.test(text.trim())) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** An address, or the one that the business has already and that was chosen. Empty fields are left out. */
export function addressAnswer(values: Readonly<Record<string, string>>, savedId: string | undefined): Outgoing {
  const filled = Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
  const body = Object.values(filled).join(', ') || 'Address';
  return formReply('address_message', body, { ...(savedId ? { saved_address_id: savedId } : {}), values: filled });
}

function formReply(name: string, body: string, answers: unknown): Outgoing {
  const nfm_reply = { name, body, response_json: JSON.stringify(answers) };
  return { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply } };
}

/** The card of somebody, with a phone number, an address for e-mail, or neither. */
export function contactOf(name: string, phone: string, email: string): Outgoing {
  const [first = name, ...others] = name.trim().split(/\s+/u);
  const digits = phone.replace(/\D/gu, '');
  return {
    type: 'contacts',
    contacts: [
      {
        name: {
          formatted_name: name.trim(),
          first_name: first,
          ...(others.length > 0 ? { last_name: others.join(' ') } : {}),
        },
        ...(digits === '' ? {} : { phones: [{ phone: phone.trim(), wa_id: digits, type: 'CELL' }] }),
        ...(email.trim() === '' ? {} : { emails: [{ email: email.trim(), type: 'WORK' }] }),
      },
    ],
  };
}

/** Whether the business may call: for seven days, always, or not. */
export function permissionAnswer(choice: 'temporary' | 'permanent' | 'declined'): Outgoing {
  const reply =
    choice === 'declined' ? { response: 'reject' } : { response: 'accept', is_permanent: choice === 'permanent' };
  return {
    type: 'interactive',
    interactive: {
      type: 'call_permission_reply',
      call_permission_reply: { ...reply, response_source: 'user_action' },
    },
  };
}

/** The words of a message that can be changed: the text or the caption; undefined for the kinds that have none. */
export function wordsOf(content: Readonly<Record<string, unknown>>): string | undefined {
  const type = String(content['type']);
  const part = content[type] as Record<string, unknown> | undefined;
  const key = type === 'text' ? 'body' : 'caption';
  if (!['text', 'image', 'video', 'document'].includes(type) || typeof part !== 'object') return undefined;
  const words = part[key];
  return typeof words === 'string' ? words : type === 'text' ? undefined : '';
}

export function editOf(messageId: string, type: string, words: string): Outgoing {
  const part = type === 'text' ? { body: words } : { caption: words };
  return { type: 'edit', edit: { original_message_id: messageId, message: { type, [type]: part } } };
}

export function deletionOf(messageId: string): Outgoing {
  return { type: 'revoke', revoke: { original_message_id: messageId } };
}
