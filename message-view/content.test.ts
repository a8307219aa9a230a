import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContent } from './content.ts';
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
    [{ type: 'image', errors: [{ code: 131052, title: 'Too large' }] }, 'unsupported', 'Unsupported message (image)'],
    [{}, 'unsupported', 'Unsupported message (unknown)'],
    [null, 'unsupported', 'Unsupported message (unknown)'],
  ])('draws %j as %s', (content, kind, preview) => {
    expect(readContent(content).kind).toBe(kind);
    expect(previewOf(content)).toBe(preview);
  });

  it('draws reply buttons, lists and links with their card', () => {
    const card = { header: { type: 'text', text: 'H' }, body: { text: 'B' }, footer: { text: 'F' } };
    const buttons = {
      ...card,
      type: 'button',
      action: { buttons: [{ type: 'reply', reply: { id: 'b1', title: 'Yes' } }] },
    };
    expect(readContent({ type: 'interactive', interactive: buttons })).toEqual({
      kind: 'buttons',
      card: { header: { kind: 'text', text: 'H' }, body: 'B', footer: 'F' },
      buttons: [{ id: 'b1', title: 'Yes' }],
    });
    const list = {
      type: 'list',
      body: { text: 'B' },
      action: { button: 'Menu', sections: [{ title: 'S', rows: [{ id: 'r', title: 'R', description: 'D' }] }] },
    };
    expect(readContent({ type: 'interactive', interactive: list })).toMatchObject({
      kind: 'list',
      label: 'Menu',
      sections: [{ title: 'S', rows: [{ id: 'r', title: 'R', description: 'D' }] }],
    });
    const link = {
      type: 'cta_url',
      body: { text: 'B' },
      action: { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://a.example' } },
    };
    expect(readContent({ type: 'interactive', interactive: link })).toMatchObject({
      kind: 'cta_url',
      label: 'Open',
      url: 'https://a.example',
    });
  });

  it('draws something for any value and never throws', () => {
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
        ),
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...types, 'zzz'), value, value, (type, content, rendered) => {
        for (const message of [content, { type, [type]: content }]) {
          expect(readContent(message, rendered).kind).not.toBe('');
          expect(typeof previewOf(message, rendered)).toBe('string');
        }
      }),
      { numRuns: 3000 },
    );
  });
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

  it('is drawn as a card with its buttons', () => {
    const content = {
      type: 'template',
      template: {
        name: 't',
        language: { code: 'en' },
        components: [{ type: 'header', parameters: [{ type: 'image', image: { id: '5' } }] }],
      },
    };
    const rendered = renderTemplate(
      [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'Body' },
      ],
      content.template.components,
    );
    expect(readContent(content, rendered)).toMatchObject({
      kind: 'template',
      card: { header: { kind: 'media', media: { kind: 'image', id: '5' } }, body: 'Body' },
    });
  });
});
