import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageContent, Recipient } from '#channels/provider.ts';
import { readVcards } from '#channels/providers/ultramsg/webhooks/read-vcard.ts';
import { contentArbitraries } from './arbitrary-content.fixture.ts';
import { checkContent, contentTypes } from './content.ts';
import { outsideLimits } from './outside-limits.fixture.ts';
import { contentSamples, samples } from './samples.fixture.ts';
import { vcardOf } from './vcard.ts';

const phone: Recipient = { kind: 'phone', value: '+15550002222' };
const occasion = { sendAt: Temporal.Instant.from('2026-11-26T12:00:00Z'), lane: 'service' } as const;

function problemsOf(content: MessageContent, recipient: Recipient | null = phone) {
  const verdict = checkContent(content, recipient, occasion);
  return verdict.ok ? [] : verdict.problems;
}

describe('content for UltraMsg', () => {
  it('of every kind passes, without a window, to people and to groups', () => {
    expect(new Set(contentSamples.map(({ type }) => type))).toEqual(new Set(contentTypes));
    for (const content of contentSamples)
      expect(checkContent(content, phone, occasion), content.type).toEqual({
        ok: true,
        needsWindow: false,
        needsPhone: false,
        audience: 'both',
      });
  });

  it.each(outsideLimits.map((one) => [one.name, one] as const))(
    '%s is refused there',
    (_name, { content, pointer, words }) => {
      expect(problemsOf(content)).toEqual([{ pointer, message: expect.stringMatching(words), code: 'invalid' }]);
    },
  );

  const place = { latitude: 1, longitude: 2 };
  const card = samples.contacts.contacts[0];
  const inside = 'http://10.0.0.1/a.jpg';
  it.each<[string, MessageContent, string, RegExp]>([
    ['a mention of a name', { type: 'text', text: { body: '@Ada', mentions: ['Ada'] } }, '/text/mentions/0', /phone/],
    ['a link into a private network', { type: 'image', image: { link: inside } }, '/image/link', /private/],
    ['a file without a link', { type: 'video', video: { caption: 'x' } }, '/video', /link/],
    [
      'a place in three lines',
      { type: 'location', location: { ...place, name: 'a\nb' } },
      '/location/name',
      /one line/,
    ],
    ['two cards', { type: 'contacts', contacts: [card, card] }, '/contacts', /one in a message/],
    [
      'a reaction of two emoji',
      { type: 'reaction', reaction: { message_id: 'a', emoji: '👍👍' } },
      '/reaction/emoji',
      /one/,
    ],
    ['a field that is not known', { type: 'text', text: { body: 'a', color: 'b' } }, '/text/color', /no such field/],
  ])('%s is refused there, in words', (_name, content, pointer, words) => {
    expect(problemsOf(content)).toEqual([{ pointer, message: expect.stringMatching(words), code: 'invalid' }]);
  });

  it.each(Object.entries(contentArbitraries()))('%s: what is within its limits passes', (_name, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (content) => {
        expect(problemsOf(content)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('that can be sent is generated', () => {
    const generated = Object.values(contentArbitraries()).map((arbitrary) => fc.sample(arbitrary, 1)[0]?.type);
    expect(new Set(generated)).toEqual(new Set(contentTypes));
  });

  it.each<[string, MessageContent, string, RegExp]>([
    ['a template', { type: 'template', template: { name: 'a' } }, '/type', /no templates/],
    ['buttons', { type: 'interactive', interactive: { type: 'button' } }, '/type', /Write the choices as text/],
    ['a pin', { type: 'pin', pin: { type: 'pin' } }, '/type', /cannot pin/],
    ['a file that was uploaded', { type: 'image', image: { id: '123' } }, '/image/id', /by link only/],
  ])('%s is told to be unsupported, with what to do', (_name, content, pointer, words) => {
    expect(problemsOf(content)).toEqual([{ pointer, message: expect.stringMatching(words), code: 'unsupported' }]);
  });

  it('a link whose ending says nothing is left to UltraMsg', () => {
    for (const ending of ['', 'image.php', 'photo', '%E0%A4%A', 'a.b/c'])
      expect(problemsOf({ type: 'image', image: { link: `https://cdn.example.com/${ending}` } })).toEqual([]);
  });

  it.each<[Recipient, boolean]>([
    [{ kind: 'phone', value: '+15550002222' }, true],
    [{ kind: 'phone', value: '15550002222' }, false],
    [{ kind: 'provider_user', value: '133346537541875@lid' }, true],
    [{ kind: 'provider_user', value: 'US.13491208655302741918' }, false],
    [{ kind: 'group', value: '120363096187630544@g.us' }, true],
    [{ kind: 'group', value: '14155552671-441234567890@g.us' }, true],
    [{ kind: 'group', value: 'Y2FwaV9ncm91cDox' }, false],
    [{ kind: 'email', value: 'ada@example.com' }, false],
  ])('the recipient %o is one of UltraMsg: %s', (recipient, isKnown) => {
    expect(checkContent(samples.text, recipient, occasion).ok).toBe(isKnown);
  });
});

describe('a card', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).map((text) => `a${text}z`);
  const anyCard = fc.record(
    {
      name: fc.record({ formatted_name: word, first_name: word, last_name: word }),
      org: fc.record({ company: word, title: word }),
      phones: fc.array(fc.record({ phone: word, type: fc.constantFrom('CELL', 'WORK') }), {
        minLength: 1,
        maxLength: 3,
      }),
      emails: fc.array(fc.record({ email: word }), { minLength: 1, maxLength: 3 }),
      urls: fc.array(fc.record({ url: word }), { minLength: 1, maxLength: 3 }),
      addresses: fc.array(fc.record({ street: word, city: word, country_code: fc.constantFrom('GB', 'US') }), {
        minLength: 1,
        maxLength: 3,
      }),
    },
    { requiredKeys: ['name'] },
  );

  it('comes back from its vCard as it was, whatever is written in it', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        expect(readVcards(vcardOf(card))).toEqual([JSON.parse(JSON.stringify(card))]);
      }),
    );
  });

  it('of the sample says all that it says', () => {
    const [card] = samples.contacts.contacts;
    if (!card) throw new Error('The sample has no card.');
    expect(readVcards(vcardOf(card))).toEqual([card]);
    expect(vcardOf(card).split('\n')).toContain('TEL;type=CELL;waid=442079460000:+44 20 7946 0000');
  });
});
