import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyContent } from '#channels/providers/cloud-api/content/arbitrary-content.fixture.ts';
import { looseContent } from './loose-content.ts';
import { readSendRequest } from './send-request.ts';

describe('what clients write otherwise means the same', () => {
  it.each<[string, string, object, object]>([
    ['an empty caption', 'image', { link: 'https://a.example/b', caption: '' }, { link: 'https://a.example/b' }],
    ['an id that is a number', 'image', { id: 123_456_789_012_345 }, { id: '123456789012345' }],
    ['an id beside an empty link', 'video', { id: '1', link: '' }, { id: '1' }],
    ['an empty file name', 'document', { id: '1', filename: '', caption: 'It' }, { id: '1', caption: 'It' }],
    ['a null', 'text', { body: 'Hello', preview_url: null }, { body: 'Hello' }],
    ['a boolean as a word', 'text', { body: 'true', preview_url: 'true' }, { body: 'true', preview_url: true }],
    [
      'an address without a name, which is not shown',
      'location',
      { latitude: 1, longitude: 2, name: '', address: 'Here' },
      { latitude: 1, longitude: 2 },
    ],
    [
      'a card with empty fields',
      'contacts',
      [
        {
          name: { formatted_name: 'Ada', middle_name: null },
          birthday: '',
          org: {},
          emails: [{}],
          phones: [{ phone: '+1', wa_id: '' }],
          addresses: [{ city: '', country_code: '' }],
        },
      ],
      [
        {
          name: { formatted_name: 'Ada' },
          org: {},
          emails: [{}],
          phones: [{ phone: '+1' }],
          addresses: [{ city: '' }],
        },
      ],
    ],
    [
      'a header without text and a file in it',
      'interactive',
      { type: 'button', footer: null, header: { type: 'image', text: null, image: { id: 12, caption: '' } } },
      { type: 'button', header: { type: 'image', image: { id: '12' } } },
    ],
    [
      'a row without a description, in a section without a title',
      'interactive',
      { action: { button: 'B', sections: [{ title: '', rows: [{ id: '1', title: 'One', description: '' }] }] } },
      { action: { button: 'B', sections: [{ rows: [{ id: '1', title: 'One' }] }] } },
    ],
    [
      'a file of a template',
      'template',
      {
        name: 'a',
        components: [{ type: 'header', parameters: [{ type: 'document', document: { id: 7, filename: '' } }] }],
      },
      { name: 'a', components: [{ type: 'header', parameters: [{ type: 'document', document: { id: '7' } }] }] },
    ],
  ])('%s', (_, type, written, meant) => {
    expect(looseContent(type, written)).toEqual(meant);
  });
});

it('data of the sender keeps its nulls', () => {
  const interactive = {
    action: { parameters: { flow_action_payload: { screen: 'A', data: { age: null, name: '' } } } },
  };
  expect(looseContent('interactive', interactive)).toEqual(interactive);
});

it('what is right already stays as it is', () => {
  fc.assert(
    fc.property(anyContent(), (content) => {
      const said = content[content.type] as object;
      expect(looseContent(content.type, said)).toEqual(said);
    }),
  );
});

it('a message is read with what it means', () => {
  const message = { messaging_product: 'whatsapp', to: '15550001111', type: 'image', image: { id: 5, caption: '' } };
  expect(readSendRequest(message)).toMatchObject({ content: { type: 'image', image: { id: '5' } } });
});
