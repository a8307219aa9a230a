import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContentVerdict, MessageContent } from '#channels/provider.ts';
import { checkContent } from './content.ts';
import { contentSamples } from './samples.fixture.ts';

const phone = { kind: 'phone', value: '+15550001111' } as const;
const occasion = {
  sendAt: Temporal.Instant.from('2026-11-26T12:00:00Z'),
  lane: 'service',
  marketingMessages: false,
} as const;
const check = (content: unknown): ContentVerdict => checkContent(content as MessageContent, phone, occasion);
const pointersOf = (verdict: ContentVerdict): string[] =>
  verdict.ok ? [] : verdict.problems.map(({ pointer }) => pointer);

const button = (id: unknown, title: unknown) => ({ type: 'reply', reply: { id, title } });
const buttons = (list: unknown[], more: object = {}) => ({
  type: 'interactive',
  interactive: { type: 'button', body: { text: 'b' }, action: { buttons: list }, ...more },
});
const list = (sections: unknown[], more: object = {}) => ({
  type: 'interactive',
  interactive: { type: 'list', body: { text: 'b' }, action: { button: 'Open', sections }, ...more },
});
const rows = (count: number, prefix = 'r') =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, title: 't' }));
const template = (components: unknown[], more: object = {}) => ({
  type: 'template',
  template: { name: 'hello', language: { code: 'en_US' }, components, ...more },
});
const body = (...parameters: unknown[]) => template([{ type: 'body', parameters }]);
const header = (...parameters: unknown[]) => template([{ type: 'header', parameters }]);
const templateButton = (sub_type: string, parameter: unknown, index: unknown = '0') =>
  template([{ type: 'button', sub_type, index, parameters: [parameter] }]);
const x = (count: number) => 'x'.repeat(count);

describe('contents that are let through', () => {
  it.each(contentSamples.map((content) => [content.type, content]))('%s', (_type, content) => {
    expect(checkContent(content, phone, { ...occasion, marketingMessages: true })).toMatchObject({
      ok: true,
      needsWindow: (content as MessageContent).type !== 'template',
      needsPhone: false,
    });
  });

  it.each([
    ['a text of 4,096 characters that are emoji', { type: 'text', text: { body: '😀'.repeat(4096) } }],
    ['a reaction with a family', { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '👨‍👩‍👧' } }],
    ['a reaction with a flag', { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '🇧🇷' } }],
    ['a reaction taken back', { type: 'reaction', reaction: { message_id: 'wamid.X', emoji: '' } }],
    [
      'ten rows in ten sections',
      list(Array.from({ length: 10 }, (_, index) => ({ title: `s${index}`, rows: rows(1, `r${index}`) }))),
    ],
    ['one section without a title', list([{ rows: rows(10) }])],
    [
      'a template without components',
      { type: 'template', template: { name: 'hello_world', language: { code: 'en' } } },
    ],
    ['a location as texts', { type: 'location', location: { latitude: '-33.4', longitude: '+70' } }],
    ['a button index as a number', templateButton('url', { type: 'text', text: 'a' }, 0)],
  ])('%s', (_name, content) => expect(check(content)).toMatchObject({ ok: true }));
});

describe('free content that is billed as a category', () => {
  const text = (length: number) => ({ type: 'text', text: { body: '😀'.repeat(length) } });
  const billed = (content: MessageContent, directSend: 'utility' | 'authentication' | 'service') =>
    checkContent(content, phone, { ...occasion, directSend });

  it.each(['utility', 'authentication'] as const)(
    'a text of the category %s has up to 1,024 characters',
    (category) => {
      expect(billed(text(1024), category)).toMatchObject({ ok: true, needsWindow: true });
      expect(billed(text(1025), category)).toEqual({
        ok: false,
        problems: [{ pointer: '/text/body', message: expect.stringContaining('at most 1024'), code: 'invalid' }],
      });
    },
  );

  it('a text of the category service is as long as any, and a text that is wrong anyway is refused once', () => {
    expect(billed(text(4096), 'service')).toMatchObject({ ok: true });
    expect(pointersOf(billed(text(4097), 'service'))).toEqual(['/text/body']);
    expect(pointersOf(billed(text(4097), 'utility'))).toEqual(['/text/body']);
  });

  it('a template is refused, and every other kind is let through', () => {
    for (const content of contentSamples as MessageContent[]) {
      const pointers = pointersOf(
        checkContent(content, phone, { ...occasion, marketingMessages: true, directSend: 'utility' }),
      );
      expect(pointers, content.type).toEqual(content.type === 'template' ? ['/type'] : []);
    }
  });
});

describe('contents that are refused, with the field', () => {
  it.each<[string, unknown, string]>([
    ['no type', {}, '/type'],
    ['a type that does not exist', { type: 'txet' }, '/type'],
    ['a type from the prototype', { type: 'constructor' }, '/type'],
    ['a type that is no string', { type: ['text'], text: { body: 'a' } }, '/type'],
    ['the object of the type missing', { type: 'text' }, '/text'],
    ['a further object', { type: 'text', text: { body: 'a' }, image: {} }, '/image'],
    ['a misspelt field', { type: 'text', text: { body: 'a', preview: true } }, '/text/preview'],
    ['a field whose name has a slash', { type: 'text', text: { body: 'a', 'a/b~': 1 } }, '/text/a~1b~0'],
    ['an empty text', { type: 'text', text: { body: '' } }, '/text/body'],
    ['a text of spaces', { type: 'text', text: { body: ' \n ' } }, '/text/body'],
    ['a text of 4,097 characters', { type: 'text', text: { body: x(4097) } }, '/text/body'],
    ['a text of 4,097 emoji', { type: 'text', text: { body: '😀'.repeat(4097) } }, '/text/body'],
    ['a text that is a number', { type: 'text', text: { body: 5 } }, '/text/body'],
    ['a text that is null', { type: 'text', text: { body: null } }, '/text/body'],
    ['B017: a text with NUL', { type: 'text', text: { body: 'a\0b' } }, '/text/body'],
    ['B018: a text with half a character', { type: 'text', text: { body: 'a\ud800' } }, '/text/body'],
    ['a preview that is a string', { type: 'text', text: { body: 'a', preview_url: 'true' } }, '/text/preview_url'],

    ['a file without id and link', { type: 'image', image: {} }, '/image'],
    ['a file with id and link', { type: 'image', image: { id: '1', link: 'https://a.example/x' } }, '/image'],
    ['a file whose id is a number', { type: 'image', image: { id: 12345 } }, '/image/id'],
    ['a caption of 1,025 characters', { type: 'video', video: { id: '1', caption: x(1025) } }, '/video/caption'],
    ['a caption of an audio', { type: 'audio', audio: { id: '1', caption: 'a' } }, '/audio/caption'],
    ['a caption of a sticker', { type: 'sticker', sticker: { id: '1', caption: 'a' } }, '/sticker/caption'],
    [
      'a file name with a line break',
      { type: 'document', document: { id: '1', filename: 'a\r\nb.pdf' } },
      '/document/filename',
    ],
    ['a voice flag that is a word', { type: 'audio', audio: { id: '1', voice: 'yes' } }, '/audio/voice'],

    [
      'a latitude beyond the pole',
      { type: 'location', location: { latitude: 90.1, longitude: 0 } },
      '/location/latitude',
    ],
    [
      'a longitude that is no number',
      { type: 'location', location: { latitude: 0, longitude: '1e2' } },
      '/location/longitude',
    ],
    [
      'an address without a name',
      { type: 'location', location: { latitude: 0, longitude: 0, address: 'a' } },
      '/location/address',
    ],
    ['two emoji', { type: 'reaction', reaction: { message_id: 'w', emoji: '👍👍' } }, '/reaction/emoji'],
    ['a letter as reaction', { type: 'reaction', reaction: { message_id: 'w', emoji: 'a' } }, '/reaction/emoji'],
    ['no emoji', { type: 'reaction', reaction: { message_id: 'w' } }, '/reaction/emoji'],
    ['no target of a reaction', { type: 'reaction', reaction: { emoji: '👍' } }, '/reaction/message_id'],

    ['no buttons', buttons([]), '/interactive/action/buttons'],
    ['four buttons', buttons([1, 2, 3, 4].map((n) => button(`${n}`, `${n}`))), '/interactive/action/buttons'],
    [
      'two buttons with one id',
      buttons([button('a', 'A'), button('a', 'B')]),
      '/interactive/action/buttons/1/reply/id',
    ],
    [
      'two buttons with one title',
      buttons([button('a', 'A'), button('b', 'A')]),
      '/interactive/action/buttons/1/reply/title',
    ],
    ['a button id with a space at its end', buttons([button('a ', 'A')]), '/interactive/action/buttons/0/reply/id'],
    ['a button id of 257 characters', buttons([button(x(257), 'A')]), '/interactive/action/buttons/0/reply/id'],
    ['a button title of 21 characters', buttons([button('a', x(21))]), '/interactive/action/buttons/0/reply/title'],
    [
      'a body of buttons of 1,025 characters',
      buttons([button('a', 'A')], { body: { text: x(1025) } }),
      '/interactive/body/text',
    ],
    ['no body', buttons([button('a', 'A')], { body: undefined }), '/interactive/body'],
    ['a footer of 61 characters', buttons([button('a', 'A')], { footer: { text: x(61) } }), '/interactive/footer/text'],
    [
      'a header text of 61 characters',
      buttons([button('a', 'A')], { header: { type: 'text', text: x(61) } }),
      '/interactive/header/text',
    ],
    [
      'a header that is an audio',
      buttons([button('a', 'A')], { header: { type: 'audio', audio: { id: '1' } } }),
      '/interactive/header/type',
    ],
    [
      'a list with an image',
      list([{ rows: rows(1) }], { header: { type: 'image', image: { id: '1' } } }),
      '/interactive/header/type',
    ],
    [
      'eleven sections',
      list(Array.from({ length: 11 }, (_, index) => ({ title: 's', rows: rows(1, `${index}`) }))),
      '/interactive/action/sections',
    ],
    [
      'eleven rows in all',
      list([
        { title: 'a', rows: rows(6) },
        { title: 'b', rows: rows(5, 'q') },
      ]),
      '/interactive/action/sections',
    ],
    [
      'two sections, one without a title',
      list([{ title: 'a', rows: rows(1) }, { rows: rows(1, 'q') }]),
      '/interactive/action/sections/1/title',
    ],
    ['two rows with one id', list([{ rows: [...rows(1), ...rows(1)] }]), '/interactive/action/sections/0/rows/1/id'],
    [
      'a row title of 25 characters',
      list([{ rows: [{ id: 'a', title: x(25) }] }]),
      '/interactive/action/sections/0/rows/0/title',
    ],
    [
      'a row description of 73 characters',
      list([{ rows: [{ id: 'a', title: 't', description: x(73) }] }]),
      '/interactive/action/sections/0/rows/0/description',
    ],
    [
      'a list button of 21 characters',
      list([{ rows: rows(1) }], { action: { button: x(21), sections: [{ rows: rows(1) }] } }),
      '/interactive/action/button',
    ],

    ['a template name with capitals', template([], { name: 'Hello' }), '/template/name'],
    ['a language that is a name', template([], { language: { code: 'English' } }), '/template/language/code'],
    ['a language that is a string', template([], { language: 'en' }), '/template/language'],
    ['another policy', template([], { language: { code: 'en', policy: 'fallback' } }), '/template/language/policy'],
    ['two bodies', template([{ type: 'body' }, { type: 'body' }]), '/template/components/1/type'],
    ['a footer component', template([{ type: 'footer' }]), '/template/components/0/type'],
    [
      'two header parameters',
      header({ type: 'text', text: 'a' }, { type: 'text', text: 'b' }),
      '/template/components/0/parameters',
    ],
    [
      'a header text of 61 characters',
      header({ type: 'text', text: x(61) }),
      '/template/components/0/parameters/0/text',
    ],
    [
      'a body parameter with a line break',
      body({ type: 'text', text: 'a\nb' }),
      '/template/components/0/parameters/0/text',
    ],
    [
      'a body parameter with five spaces',
      body({ type: 'text', text: 'a     b' }),
      '/template/components/0/parameters/0/text',
    ],
    ['an empty body parameter', body({ type: 'text', text: '' }), '/template/components/0/parameters/0/text'],
    [
      'a body parameter that is an image',
      body({ type: 'image', image: { id: '1' } }),
      '/template/components/0/parameters/0/type',
    ],
    [
      'named and positional ones mixed',
      body({ type: 'text', text: 'a', parameter_name: 'n' }, { type: 'text', text: 'b' }),
      '/template/components/0/parameters',
    ],
    [
      'one name twice',
      body({ type: 'text', text: 'a', parameter_name: 'n' }, { type: 'text', text: 'b', parameter_name: 'n' }),
      '/template/components/0/parameters/1/parameter_name',
    ],
    [
      'a currency without code',
      body({ type: 'currency', currency: { fallback_value: 'a', amount_1000: 1 } }),
      '/template/components/0/parameters/0/currency/code',
    ],
    [
      'an amount with decimals',
      body({ type: 'currency', currency: { fallback_value: 'a', code: 'EUR', amount_1000: 1.5 } }),
      '/template/components/0/parameters/0/currency/amount_1000',
    ],
    ['a button at place 10', templateButton('url', { type: 'text', text: 'a' }, '10'), '/template/components/0/index'],
    [
      'a payload for a link',
      templateButton('url', { type: 'payload', payload: 'a' }),
      '/template/components/0/parameters/0/payload',
    ],
    [
      'a coupon of 21 characters',
      templateButton('copy_code', { type: 'coupon_code', coupon_code: x(21) }),
      '/template/components/0/parameters/0/coupon_code',
    ],
    [
      'two buttons at one place',
      template(
        [0, '0'].map((index) => ({
          type: 'button',
          sub_type: 'url',
          index,
          parameters: [{ type: 'text', text: 'a' }],
        })),
      ),
      '/template/components/1/index',
    ],
  ])('%s', (_name, content, pointer) => {
    const verdict = check(content);
    expect(pointersOf(verdict)).toContain(pointer);
    if (!verdict.ok) for (const problem of verdict.problems) expect(problem.code).toBe('invalid');
  });

  it('a broken content lists every mistake, up to twenty', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, 1]));
    expect(pointersOf(check({ type: 'text', text: { body: '', preview_url: 1, ...many } }))).toHaveLength(20);
  });

  it('a recipient in a wrong form is refused', () => {
    const text = { type: 'text', text: { body: 'a' } };
    const verdict = (kind: 'phone' | 'provider_user', value: string) => checkContent(text, { kind, value }, occasion);
    expect(verdict('provider_user', 'US.13491208655302741918')).toMatchObject({ ok: true });
    expect(verdict('provider_user', 'nobody')).toMatchObject({ ok: false });
    expect(verdict('phone', '15550001111')).toMatchObject({ ok: false });
  });
});

describe('links', () => {
  const link = (value: unknown) => check({ type: 'image', image: { link: value } });

  it.each([
    'https://cdn.example.com/a.jpg',
    'http://example.org',
    'https://example.com:8443/a?b=c#d',
    'https://xn--bcher-kva.example/',
    'https://[2606:4700::1]/a',
    'https://93.184.216.34/a',
  ])('%s is let through', (value) => expect(link(value)).toMatchObject({ ok: true }));

  it.each([
    'http://127.0.0.1/a',
    'http://localhost/a',
    'http://localhost./a',
    'http://0.0.0.0',
    'http://[::]',
    'http://[::1]',
    'http://10.0.0.1',
    'http://172.16.0.1',
    'http://192.168.1.1',
    'http://169.254.169.254/latest',
    'http://100.64.0.1',
    'http://198.18.0.1',
    'http://224.0.0.1',
    'http://240.0.0.1',
    'http://2130706433',
    'http://0x7f.1',
    'http://0177.0.0.1',
    'http://127.1',
    'http://①②⑦.⓪.⓪.①',
    'http://127。0。0。1',
    'http://[::ffff:127.0.0.1]',
    'http://[64:ff9b::7f00:1]',
    'http://[2002:7f00:1::]',
    'http://[fd00::1]',
    'http://[fe80::1]',
    'http://[::7f00:1]',
    'http://metadata.google.internal',
    'http://intranet/a',
    'https://user:pw@example.com',
    'https://example.com@127.0.0.1',
    'ftp://example.com',
    'file:///etc/passwd',
    'data:text/plain,a',
    'javascript:alert(1)',
    '//example.com',
    'https://exa mple.com',
    'https://example.com/\na',
    'https:\\\\example.com',
    'https://',
    `https://example.com/${x(2048)}`,
    '',
    5,
    null,
  ])('%s is refused', (value) => expect(pointersOf(link(value))).toContain('/image/link'));
});

it('whatever is let through can be written as JSON and has no NUL', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
      const verdict = check({ type: 'text', text: { body: text } });
      if (verdict.ok) expect(text.isWellFormed() && !text.includes('\0') && text.trim() !== '').toBe(true);
    }),
  );
});
