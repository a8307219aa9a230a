import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ContentVerdict, MessageContent } from '#channels/provider.ts';
import { cloudApi } from '#channels/providers/cloud-api/cloud-api.ts';
import { twilioSms } from '#channels/providers/twilio/twilio.ts';
import { adaptContent, type Target } from './adapt.ts';
import { asText } from './as-text.ts';
import { sayVariant } from './twins.ts';

const occasion = { sendAt: Temporal.Instant.from('2026-11-26T12:00:00Z'), lane: 'transactional' } as const;
const sms: Target = {
  senderId: 's',
  channel: 'sms',
  check: (content) => twilioSms.checkContent(content, null, occasion),
};
const whatsapp: Target = {
  senderId: 'w',
  channel: 'whatsapp',
  check: (content) => cloudApi.checkContent(content, null, occasion),
};
/** Takes texts only, so that rules of a provider do not speak. */
const texts = (longest: number): Target => ({
  senderId: 't',
  channel: 'sms',
  check: (content): ContentVerdict => {
    const body = (content['text'] as { body?: string } | undefined)?.body;
    if (body === undefined) return no('unsupported', 'It takes texts only.');
    if (body.length > longest) return no('invalid', 'It is too long.');
    return { ok: true, needsWindow: false, needsPhone: true, audience: 'both' };
  },
});
const no = (code: 'unsupported' | 'invalid', message: string): ContentVerdict => ({
  ok: false,
  problems: [{ pointer: '', message, code }],
});

const text = (body: string): MessageContent => ({ type: 'text', text: { body } });
const order = (...values: object[]): MessageContent => ({
  type: 'template',
  template: { name: 'order', language: { code: 'en_US' }, components: [{ type: 'body', parameters: values }] },
});
const value = (said: string, name?: string) => ({
  type: 'text',
  text: said,
  ...(name === undefined ? {} : { parameter_name: name }),
});
const buttons = (titles: string[]): MessageContent => ({
  type: 'interactive',
  interactive: {
    type: 'button',
    header: { type: 'text', text: 'Delivery' },
    body: { text: 'When shall we come?' },
    footer: { text: 'Your shop' },
    action: { buttons: titles.map((title, n) => ({ type: 'reply', reply: { id: `b${n}`, title } })) },
  },
});

it('what a sender takes is said there as it was written', () => {
  expect(adaptContent(text('Hello'), sms, [])).toMatchObject({
    ok: true,
    content: text('Hello'),
    saidAs: 'as_written',
  });
  const asked = buttons(['Today', 'Tomorrow']);
  expect(adaptContent(asked, whatsapp, [])).toMatchObject({ ok: true, content: asked, saidAs: 'as_written' });
});

it('reply buttons become a text with numbered options, and the options are known', () => {
  expect(adaptContent(buttons(['Today', 'Tomorrow']), sms, [])).toEqual({
    ok: true,
    saidAs: 'numbered_options',
    content: text('Delivery\n\nWhen shall we come?\n\n1. Today\n2. Tomorrow\n\nYour shop'),
    options: [
      { id: 'b0', title: 'Today' },
      { id: 'b1', title: 'Tomorrow' },
    ],
  });
});

it('the rows of a list are numbered through all its sections', () => {
  const list = {
    type: 'interactive',
    interactive: {
      type: 'list',
      body: { text: 'Choose' },
      action: {
        button: 'Menu',
        sections: [
          { title: 'Hot', rows: [{ id: 'tea', title: 'Tea', description: 'black' }] },
          { title: 'Cold', rows: [{ id: 'water', title: 'Water' }] },
        ],
      },
    },
  };
  expect(asText(list)).toMatchObject({
    body: 'Choose\n\nHot\n1. Tea: black\n\nCold\n2. Water',
    options: [{ id: 'tea' }, { id: 'water' }],
  });
});

it('a file becomes its caption and link, a place its name and a link to a map', () => {
  const file = {
    type: 'document',
    document: { link: 'https://shop.example/a.pdf', caption: 'Your bill', filename: 'bill.pdf' },
  };
  expect(adaptContent(file, texts(1000), [])).toMatchObject({
    saidAs: 'caption_and_link',
    content: text('Your bill\nbill.pdf\nhttps://shop.example/a.pdf'),
  });
  const place = { type: 'location', location: { latitude: 52.5, longitude: 13.4, name: 'Shop', address: 'Street 1' } };
  expect(adaptContent(place, texts(1000), [])).toMatchObject({
    saidAs: 'map_link',
    content: text('Shop\nStreet 1\nhttps://www.google.com/maps/search/?api=1&query=52.5,13.4'),
  });
});

it.each([
  ['a file that only its provider has', { type: 'image', image: { id: '123' } }],
  ['a reaction', { type: 'reaction', reaction: { message_id: 'x', emoji: '👍' } }],
  ['a flow', { type: 'interactive', interactive: { type: 'flow', body: { text: 'x' }, action: {} } }],
  [
    'a list with a row that has no title',
    { type: 'interactive', interactive: { type: 'list', action: { sections: [{ rows: [{ id: 'a' }] }] } } },
  ],
])('%s cannot be said as text, and that is said', (_, content) => {
  expect(adaptContent(content, texts(1000), [])).toEqual({ ok: false, problem: 'It takes texts only.' });
});

it('what is wrong in itself is not led around the rules of its provider as a text', () => {
  const verdict = adaptContent(buttons(['A title that is far too long for a button']), whatsapp, []);
  expect(verdict).toMatchObject({ ok: false, problem: expect.stringContaining('title') });
});

it('a template is said by its twin, with its values in their places, by number and by name', () => {
  const twins = [
    { template: 'order', language: 'en_US', variants: [{ channel: 'sms' as const, text: '{{1}}: {{ 2 }} {{1}}' }] },
  ];
  expect(adaptContent(order(value('A'), value('B')), sms, twins)).toMatchObject({
    saidAs: 'twin',
    content: text('A: B A'),
  });
  const named = [
    { template: 'order', language: 'en-US', variants: [{ channel: 'sms' as const, text: 'Hi {{name}}' }] },
  ];
  expect(adaptContent(order(value('Ada', 'name')), sms, named)).toMatchObject({ content: text('Hi Ada') });
});

it('a template without a twin cannot be said where there are no templates', () => {
  expect(adaptContent(order(), sms, [])).toEqual({ ok: false, problem: 'The template has no twin for sms.' });
});

it('a sender with a template of its own gets that one, with the same values', () => {
  const twins = [
    { template: 'order', language: 'en_US', variants: [{ sender_id: 'w', template: 'order_2', language: 'en' }] },
  ];
  expect(adaptContent(order(value('A')), whatsapp, twins)).toMatchObject({
    saidAs: 'twin',
    content: {
      template: { name: 'order_2', language: { code: 'en' }, components: [{ parameters: [{ text: 'A' }] }] },
    },
  });
});

it('a mail has the subject and the text of its variant', () => {
  const said = sayVariant(order(value('17')), { channel: 'email', subject: 'Order {{1}}', text: 'Thank you' });
  expect(said).toEqual({ content: { type: 'email', email: { subject: 'Order 17', text: 'Thank you' } } });
});

it('a value that the twin has no place for, or a place without a value, is no silent loss', () => {
  const variant = { channel: 'sms', text: 'Hi {{1}}' } as const;
  expect(sayVariant(order(value('A'), value('B')), variant)).toMatchObject({
    problem: expect.stringContaining('{{2}}'),
  });
  expect(sayVariant(order(), variant)).toMatchObject({ problem: expect.stringContaining('{{1}}') });
});

it('values come as they are, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 }), (values) => {
      const variant = { channel: 'sms' as const, text: values.map((_, n) => `{{${n + 1}}}`).join('|') };
      expect(sayVariant(order(...values.map((one) => value(one))), variant)).toEqual({
        content: text(values.join('|')),
      });
    }),
  );
});

const title = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' }).filter((one) => one.trim() !== '');

it('nothing is cut: a text has every option whole, or it cannot be said there', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(title, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 200 }),
      (titles, longest) => {
        const adapted = adaptContent(buttons(titles), texts(longest), []);
        if (!adapted.ok) {
          expect(adapted.problem).toBe('It is too long.');
          return;
        }
        const { body } = adapted.content['text'] as { body: string };
        expect(body.length).toBeLessThanOrEqual(longest);
        titles.forEach((one, n) => expect(body).toContain(`${n + 1}. ${one.trim()}`));
        expect(body).toContain('When shall we come?');
      },
    ),
  );
});

it('content of any shape is judged, never thrown at', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('type', 'body', 'action', 'header', 'link', 'latitude', 'longitude'),
        fc.jsonValue(),
      ),
      fc.constantFrom('interactive', 'image', 'location', 'template', 'odd'),
      (fields, type) => {
        expect(adaptContent({ type, [type]: fields }, texts(100), [])).toHaveProperty('ok');
      },
    ),
  );
});
