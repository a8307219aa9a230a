import type { MessageContent } from '#channels/provider.ts';

/** One content of every kind and form that the adapter sends. */
export const contentSamples: readonly MessageContent[] = [
  { type: 'text', text: { body: 'Hello 👋', preview_url: true } },
  { type: 'image', image: { id: '1037543291543636', caption: 'A cat' } },
  { type: 'image', image: { link: 'https://cdn.example.com/cat.jpg' } },
  { type: 'audio', audio: { link: 'https://cdn.example.com/a.ogg', voice: true } },
  { type: 'video', video: { id: '103', caption: 'A video' } },
  {
    type: 'document',
    document: { link: 'https://cdn.example.com/a.pdf', filename: 'Invoice 5.pdf', caption: 'Yours' },
  },
  { type: 'sticker', sticker: { id: '104' } },
  { type: 'location', location: { latitude: 37.44, longitude: -122.16, name: 'Here', address: '1 Hacker Way' } },
  { type: 'reaction', reaction: { message_id: 'wamid.HBgL', emoji: '👍🏽' } },
  {
    type: 'interactive',
    interactive: {
      type: 'button',
      header: { type: 'document', document: { link: 'https://cdn.example.com/a.pdf', filename: 'a.pdf' } },
      body: { text: 'Is this right?' },
      footer: { text: 'Thank you' },
      action: {
        buttons: [
          { type: 'reply', reply: { id: 'yes', title: 'Yes' } },
          { type: 'reply', reply: { id: 'no', title: 'No' } },
        ],
      },
    },
  },
  {
    type: 'interactive',
    interactive: {
      type: 'list',
      header: { type: 'text', text: 'Menu' },
      body: { text: 'Choose' },
      action: {
        button: 'Open',
        sections: [
          { title: 'Drinks', rows: [{ id: 'tea', title: 'Tea', description: 'Hot' }] },
          { title: 'Food', rows: [{ id: 'soup', title: 'Soup' }] },
        ],
      },
    },
  },
  {
    type: 'template',
    template: {
      name: 'order_update',
      language: { code: 'en_US', policy: 'deterministic' },
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { link: 'https://cdn.example.com/a.png' } }] },
        {
          type: 'body',
          parameters: [
            { type: 'text', text: 'Ada' },
            { type: 'currency', currency: { fallback_value: '$100.99', code: 'USD', amount_1000: 100990 } },
            { type: 'date_time', date_time: { fallback_value: 'February 25, 1977' } },
          ],
        },
        { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'stop' }] },
        { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'order/5' }] },
        {
          type: 'button',
          sub_type: 'copy_code',
          index: '2',
          parameters: [{ type: 'coupon_code', coupon_code: '25OFF' }],
        },
      ],
    },
  },
  {
    type: 'template',
    template: {
      name: 'named',
      language: { code: 'pt_BR' },
      components: [
        { type: 'header', parameters: [{ type: 'text', text: 'Oi', parameter_name: 'greeting' }] },
        { type: 'body', parameters: [{ type: 'text', text: 'Ada', parameter_name: 'first_name' }] },
      ],
    },
  },
  {
    type: 'template',
    template: {
      name: 'visit',
      language: { code: 'fil' },
      components: [
        {
          type: 'header',
          parameters: [
            { type: 'location', location: { latitude: '1.5', longitude: '2', name: 'Shop', address: 'Street' } },
          ],
        },
      ],
    },
  },
];
