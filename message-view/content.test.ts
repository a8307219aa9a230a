import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContent, readReferral } from './content.ts';
import { previewOf } from './preview.ts';
import { renderTemplate } from './template.ts';

const types = [
  'text',
  'image',
  'audio',
  'video',
  'document',
  'sticker',
  'location',
  'contacts',
  'reaction',
  'interactive',
  'template',
  'button',
  'order',
  'system',
  'constructor',
  '__proto__',
  'toString',
];

describe('reading a message', () => {
  it.each([
    [{ type: 'text', text: { body: 'Hi *you*' } }, 'text', 'Hi you'],
    [{ type: 'image', image: { id: '1', caption: '_See_' } }, 'media', 'Photo: See'],
    [{ type: 'document', document: { id: '1', filename: 'a\u202Egpj.exe' } }, 'media', 'Document: agpj.exe'],
    [{ type: 'audio', audio: { id: '1', voice: true } }, 'media', 'Voice message'],
    [
      { type: 'location', location: { latitude: '40.78', longitude: -73.95, name: 'Museum' } },
      'location',
      'Location: Museum',
    ],
    [
      { type: 'contacts', contacts: [{ name: { formatted_name: 'Bo' }, phones: [{ phone: '+1555' }] }] },
      'contacts',
      'Contact: Bo',
    ],
    [{ type: 'reaction', reaction: { message_id: 'x', emoji: '👍' } }, 'reaction', 'Reacted 👍'],
    [{ type: 'reaction', reaction: { message_id: 'x' } }, 'reaction', 'Removed a reaction'],
    [{ type: 'email', email: { subject: 'Autumn', text: 'Hello' } }, 'text', 'Autumn Hello'],
    [
      {
        type: 'email',
        email: {
          subject: 'Autumn',
          html: '<style>p{}</style><h1>Hi</h1><p>5 &lt; 6<script>x</script></p>',
          attachments: [{ filename: 'bill.pdf' }],
        },
      },
      'text',
      'Autumn Hi 5 < 6x Files: bill.pdf',
    ],
    [{ type: 'email', email: {} }, 'text', 'E-mail'],
    [{ type: 'button', button: { payload: 'y', text: 'Yes' } }, 'choice', 'Yes'],
    [
      { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'r', title: 'Row' } } },
      'choice',
      'Row',
    ],
    [{ type: 'interactive', interactive: { type: 'poll' } }, 'unsupported', 'Unsupported message (interactive poll)'],
    [
      { type: 'interactive', interactive: { type: 'toString' } },
      'unsupported',
      'Unsupported message (interactive toString)',
    ],
    [
      { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { name: 'flow', response_json: '{' } } },
      'form',
      'Answered a form',
    ],
    [
      { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } },
      'template',
      'Template hello_world',
    ],
    [
      { type: 'order', order: { product_items: [{ product_retailer_id: 'p', quantity: '2' }] } },
      'order',
      'Order of 1 product',
    ],
    [
      { type: 'unsupported', unsupported: { type: 'poll_creation' } },
      'unsupported',
      'Unsupported message (poll_creation)',
    ],
    [{ type: 'image', errors: [{ code: 131052, title: 'Too large' }] }, 'unsupported', 'Photo that did not come'],
    [
      {
        type: 'edit',
        edit: { original_message_id: 'wamid.1', message: { type: 'text', text: { body: 'New words' } } },
      },
      'notice',
      'The sender edited a message. It says now: New words',
    ],
    [
      { type: 'edit', edit: { message: { type: 'image', image: { id: '1', caption: 'Better' } } } },
      'notice',
      'The sender edited a message. It says now: Better',
    ],
    [{ type: 'edit', edit: 7 }, 'notice', 'The sender edited a message.'],
    [{}, 'unsupported', 'Unsupported message (unknown)'],
    [null, 'unsupported', 'Unsupported message (unknown)'],
  ])('draws %j as %s', (content, kind, preview) => {
    expect(readContent(content).kind).toBe(kind);
    expect(previewOf(content)).toBe(preview);
  });

  it('draws something for any value and never throws', () => {
    const offers = fc.constantFrom(
      'button',
      'carousel',
      'flow',
      'address_message',
      'order_details',
      'nfm_reply',
      'list',
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.object({
        key: fc.constantFrom(
          ...types,
          'type',
          'body',
          'action',
          'sections',
          'rows',
          'name',
          'parameters',
          'components',
          'cards',
          'header',
          'buttons',
          'order',
          'response_json',
          'contacts',
          'product_items',
          'limited_time_offer',
        ),
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...types, 'zzz'), offers, value, value, (type, offer, content, rendered) => {
        const offered = { type: 'interactive', interactive: { ...Object(content), type: offer } };
        for (const message of [content, { type, [type]: content }, offered]) {
          expect(readContent(message, rendered).kind).not.toBe('');
          expect(() => readReferral({ referral: message })).not.toThrow();
          expect(typeof previewOf(message, rendered)).toBe('string');
        }
      }),
      { numRuns: 3000 },
    );
  });
});

it('an advertisement is read from a message of any kind', () => {
  const referral = { source_type: 'ad', source_url: 'https://fb.me/x', headline: 'Sale', body: 'Now' };
  expect(readReferral({ type: 'image', referral })).toEqual({
    source: 'Advertisement',
    title: 'Sale',
    text: 'Now',
    url: 'https://fb.me/x',
  });
  expect(readReferral({ type: 'text', referral: {} })).toBeUndefined();
});

describe('rendering a template', () => {
  const components = [
    { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}' },
    { type: 'BODY', text: 'Hello {{1}}, it is {{2}}. {{3}}' },
    { type: 'FOOTER', text: 'Bye' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Stop' },
        { type: 'URL', text: 'Track', url: 'https://a.example/{{1}}' },
      ],
    },
  ];

  it('puts each value in its place, once, and leaves a missing one visible', () => {
    const sent = [
      { type: 'header', parameters: [{ type: 'text', text: '7' }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', text: '{{2}}' },
          { type: 'currency', currency: { fallback_value: '$5' } },
        ],
      },
      { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'stop-1' }] },
      { type: 'button', sub_type: 'url', index: 1, parameters: [{ type: 'text', text: 'x' }] },
    ];
    expect(renderTemplate(components, sent)).toEqual({
      header: { type: 'text', text: 'Order 7' },
      body: 'Hello {{2}}, it is $5. {{3}}',
      footer: 'Bye',
      buttons: [
        { type: 'quick_reply', text: 'Stop', payload: 'stop-1' },
        { type: 'url', text: 'Track', url: 'https://a.example/x' },
      ],
    });
  });

  it('takes named values', () => {
    const sent = [{ type: 'body', parameters: [{ type: 'text', parameter_name: 'who', text: 'Ada' }] }];
    expect(renderTemplate([{ type: 'BODY', text: 'Hi {{who}}' }], sent).body).toBe('Hi Ada');
  });
});
