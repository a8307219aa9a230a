import type { MessageContent } from '#channels/provider.ts';

const link = 'https://shop.example/files/plan';

export const smsSamples: readonly MessageContent[] = [
  { type: 'text', text: { body: 'Your table is booked for 8 pm.' } },
  { type: 'text', text: { body: '¿Qué tal? 👍', preview_url: false } },
  { type: 'image', image: { link: `${link}.png`, caption: 'The plan' } },
  { type: 'image', image: { link: `${link}.jpg` } },
  { type: 'audio', audio: { link: `${link}.mp3`, voice: false } },
  { type: 'video', video: { link: `${link}.mp4`, caption: 'How to get here' } },
  { type: 'document', document: { link: `${link}.pdf`, caption: 'The menu' } },
];

export const contentSid = 'HX0123456789abcdef0123456789abcdef';

export const templateSamples: readonly MessageContent[] = [
  { type: 'template', template: { name: contentSid } },
  { type: 'template', template: { name: contentSid, language: { code: 'en_US' }, components: [] } },
  {
    type: 'template',
    template: {
      name: contentSid,
      components: [
        {
          type: 'body',
          parameters: [
            { type: 'text', text: 'Anna' },
            { type: 'text', text: '8 pm' },
          ],
        },
      ],
    },
  },
  {
    type: 'template',
    template: {
      name: contentSid,
      components: [
        {
          type: 'BODY',
          parameters: [
            { type: 'text', parameter_name: 'first_name', text: 'Anna' },
            { type: 'text', parameter_name: '4', text: 'https://shop.example/a.png' },
          ],
        },
      ],
    },
  },
];

export const whatsappSamples: readonly MessageContent[] = [
  ...smsSamples,
  ...templateSamples,
  { type: 'sticker', sticker: { link: `${link}.webp` } },
  { type: 'location', location: { latitude: 52.520008, longitude: '-13.404954', name: 'Our shop' } },
  { type: 'location', location: { latitude: 0, longitude: 0, name: 'Our shop', address: 'Main street 1' } },
];

/** What is sent of a content as it is: of a template the SID and the values. */
export function textsOf(content: MessageContent): string[] {
  const texts: string[] = [];
  collect(content[content.type], texts);
  return content.type === 'template' ? texts.filter((text) => !/^(?:body|text|en_US)$/i.test(text)) : texts;
}

function collect(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  if (typeof value !== 'object' || value === null) return;
  for (const part of Object.values(value)) collect(part, texts);
}

/** Contents with what is wrong with each: where, and whether it is a thing that does not exist here. */
export const refused: readonly [MessageContent, pointer: string, code: 'invalid' | 'unsupported'][] = [
  [{ type: 'text', text: {} }, '/text/body', 'invalid'],
  [{ type: 'text', text: { body: '  ' } }, '/text/body', 'invalid'],
  [{ type: 'text', text: { body: 'x'.repeat(1601) } }, '/text/body', 'invalid'],
  [{ type: 'text', text: { body: 'a\0b' } }, '/text/body', 'invalid'],
  [{ type: 'text', text: { body: 'a', preview_url: 'yes' } }, '/text/preview_url', 'invalid'],
  [{ type: 'text', text: { body: 'a', font: 'b' } }, '/text/font', 'invalid'],
  [{ type: 'image', image: { id: '123' } }, '/image/id', 'unsupported'],
  [{ type: 'image', image: {} }, '/image/link', 'invalid'],
  [{ type: 'image', image: { link: 'http://127.0.0.1/a.png' } }, '/image/link', 'invalid'],
  [{ type: 'image', image: { link: `${link}.png`, caption: 'x'.repeat(1601) } }, '/image/caption', 'invalid'],
  [{ type: 'audio', audio: { link: `${link}.mp3`, voice: true } }, '/audio/voice', 'unsupported'],
  [{ type: 'audio', audio: { link: `${link}.mp3`, caption: 'a' } }, '/audio/caption', 'invalid'],
  [{ type: 'document', document: { link: `${link}.pdf`, filename: 'a.pdf' } }, '/document/filename', 'unsupported'],
  [{ type: 'contacts', contacts: [{ name: { formatted_name: 'A' } }] }, '/type', 'unsupported'],
  [{ type: 'interactive', interactive: { type: 'button' } }, '/type', 'unsupported'],
  [{ type: 'reaction', reaction: { message_id: 'SM1', emoji: '👍' } }, '/type', 'unsupported'],
  [{ type: 'fax', fax: {} }, '/type', 'invalid'],
];

const template = (change: object): MessageContent => ({ type: 'template', template: { name: contentSid, ...change } });
const body = (...parameters: unknown[]) => template({ components: [{ type: 'body', parameters }] });

export const refusedOnWhatsapp: typeof refused = [
  [template({ name: 'hello_world' }), '/template/name', 'invalid'],
  [template({ language: 'en' }), '/template/language', 'invalid'],
  [template({ components: [{ type: 'header', parameters: [] }] }), '/template/components/0/type', 'unsupported'],
  [template({ components: [{ type: 'body' }] }), '/template/components/0/parameters', 'invalid'],
  [
    template({
      components: [
        { type: 'body', parameters: [] },
        { type: 'body', parameters: [] },
      ],
    }),
    '/template/components',
    'invalid',
  ],
  [body({ type: 'text', text: '' }), '/template/components/0/parameters/0/text', 'invalid'],
  [body({ type: 'text', text: 'a\nb' }), '/template/components/0/parameters/0/text', 'invalid'],
  [body({ type: 'image', image: { link } }), '/template/components/0/parameters/0/type', 'unsupported'],
  [
    body({ type: 'text', text: 'a', parameter_name: 'x y' }),
    '/template/components/0/parameters/0/parameter_name',
    'invalid',
  ],
  [
    body({ type: 'text', text: 'a', parameter_name: 'x' }, { type: 'text', text: 'a', parameter_name: 'x' }),
    '/template/components/0/parameters/1/parameter_name',
    'invalid',
  ],
  [
    body({ type: 'text', text: 'a', parameter_name: 'x' }, { type: 'text', text: 'a' }),
    '/template/components/0/parameters',
    'invalid',
  ],
  [{ type: 'location', location: { latitude: 1, longitude: 1 } }, '/location/name', 'invalid'],
  [{ type: 'location', location: { latitude: 91, longitude: 1, name: 'a' } }, '/location/latitude', 'invalid'],
  [{ type: 'location', location: { latitude: 1, longitude: 1, name: 'a|b' } }, '/location/name', 'invalid'],
  [{ type: 'sticker', sticker: { link: `${link}.webp`, caption: 'a' } }, '/sticker/caption', 'invalid'],
];
