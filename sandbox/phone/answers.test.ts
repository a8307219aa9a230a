import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressAnswer, contactOf, editOf, formAnswer, orderOf, priceOf, totalOf, wordsOf } from './answers.ts';

function replyOf(outgoing: Readonly<Record<string, unknown>>): { name: string; response_json: string } {
  return (outgoing['interactive'] as { nfm_reply: { name: string; response_json: string } }).nfm_reply;
}

it('a form sends its token and each named answer, as JSON where it is JSON', () => {
  const answers = [
    { name: 'day', text: 'Friday' },
    { name: ' seats ', text: '2' },
    { name: 'extras', text: '["a","b"]' },
    { name: 'agreed', text: 'true' },
    { name: 'code', text: '[not json' },
    { name: '', text: 'lost' },
  ];
  expect(JSON.parse(replyOf(formAnswer('t1', answers)).response_json)).toEqual({
    flow_token: 't1',
    day: 'Friday',
    seats: 2,
    extras: ['a', 'b'],
    agreed: true,
    code: '[not json',
  });
});

it('whatever is typed into a form comes out as a JSON object', () => {
  const answer = fc.record({ name: fc.string(), text: fc.string({ unit: 'binary', maxLength: 30 }) });
  fc.assert(
    fc.property(fc.string(), fc.array(answer, { maxLength: 5 }), (token, answers) => {
      const { response_json } = replyOf(formAnswer(token, answers));
      expect(Object.keys(JSON.parse(response_json) as object).length).toBeGreaterThan(0);
    }),
  );
});

it('an address leaves out what is empty and names the saved one that was chosen', () => {
  expect(JSON.parse(replyOf(addressAnswer({ name: ' Ada ', city: '' }, undefined)).response_json)).toEqual({
    values: { name: 'Ada' },
  });
  expect(JSON.parse(replyOf(addressAnswer({ city: 'Goa' }, 'a1')).response_json)).toEqual({
    saved_address_id: 'a1',
    values: { city: 'Goa' },
  });
});

it('an order has the products with a quantity, each with a price in hundredths that is always the same', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (productId) => {
      const price = priceOf(productId);
      expect(price).toBe(priceOf(productId));
      expect(price).toBeGreaterThanOrEqual(1);
      expect(price).toBeLessThan(100);
      expect(Number(price.toFixed(2))).toBe(price);
    }),
  );
  const lines = [
    { productId: 'bread', quantity: 3 },
    { productId: 'milk', quantity: 0 },
  ];
  expect(orderOf('c', lines, ' Please fresh ')).toMatchObject({
    type: 'order',
    order: { catalog_id: 'c', text: 'Please fresh', product_items: [{ product_retailer_id: 'bread', quantity: 3 }] },
  });
  expect(totalOf(lines)).toBeCloseTo(priceOf('bread') * 3, 10);
});

it('a contact has the names apart, and a phone only when one was written', () => {
  expect(contactOf('Ada King Lovelace', '+1 (555) 000', '')).toEqual({
    type: 'contacts',
    contacts: [
      {
        name: { formatted_name: 'Ada King Lovelace', first_name: 'Ada', last_name: 'King Lovelace' },
        phones: [{ phone: '+1 (555) 000', wa_id: '1555000', type: 'CELL' }],
      },
    ],
  });
  expect(contactOf('Bo', '', 'bo@example.com')).toMatchObject({
    contacts: [{ emails: [{ email: 'bo@example.com' }] }],
  });
});

it('text and captions can be changed, other kinds cannot', () => {
  expect(wordsOf({ type: 'text', text: { body: 'Hi' } })).toBe('Hi');
  expect(wordsOf({ type: 'image', image: { id: '1' } })).toBe('');
  expect(wordsOf({ type: 'sticker', sticker: { id: '1' } })).toBeUndefined();
  expect(wordsOf({ type: 'text' })).toBeUndefined();
  expect(editOf('m', 'image', 'New')).toEqual({
    type: 'edit',
    edit: { original_message_id: 'm', message: { type: 'image', image: { caption: 'New' } } },
  });
});
