import fc from 'fast-check';
import type { MessageContent } from '#channels/provider.ts';
import { anyId, anyLink, anyMedia, anySome, anyText, type KnownIds } from './arbitrary-text.fixture.ts';
import { interactiveArbitraries } from './interactive/arbitrary-interactive.fixture.ts';
import { templateArbitraries } from './template/arbitrary-template.fixture.ts';

/**
 * Contents of every kind within their limits, at random: one arbitrary for each kind, by its name. Templates are sends of
 * `templateDefinitions`. `known` names the files and messages that the receiver has; without it their ids are made up.
 */
export function contentArbitraries(known: KnownIds = {}): Record<string, fc.Arbitrary<MessageContent>> {
  return {
    ...simpleArbitraries(known),
    ...interactiveArbitraries(known),
    ...templateArbitraries(known),
  };
}

/** Any content at all. */
export function anyContent(known: KnownIds = {}): fc.Arbitrary<MessageContent> {
  return fc.oneof(...Object.values(contentArbitraries(known)));
}

const caption = anyText(1024, { singleLine: false });

function simpleArbitraries(known: KnownIds) {
  const messageId = known.messages ? fc.constantFrom(...known.messages) : anyId(60).map((id) => `wamid.${id}`);
  return {
    text: anySome({ body: anyText(4096, { singleLine: false }), preview_url: fc.boolean() }, 'body').map(
      contentOf('text'),
    ),
    image: anyMedia('image', known, { caption }).map(contentOf('image')),
    audio: anyMedia('audio', known, { voice: fc.boolean() }).map(contentOf('audio')),
    video: anyMedia('video', known, { caption }).map(contentOf('video')),
    document: anyMedia('document', known, { caption, filename: anyId(100).map((name) => `${name}.pdf`) }).map(
      contentOf('document'),
    ),
    sticker: anyMedia('sticker', known).map(contentOf('sticker')),
    location: anyLocation.map(contentOf('location')),
    contacts: fc.array(anyCard, { minLength: 1, maxLength: 5 }).map(contentOf('contacts')),
    reaction: fc
      .record({ message_id: messageId, emoji: fc.constantFrom('', '👍', '👍🏽', '❤️', '👨‍👩‍👧', '🇧🇷', '1️⃣') })
      .map(contentOf('reaction')),
  };
}

function contentOf(type: string): (object: object) => MessageContent {
  return (object) => ({ type, [type]: object });
}

const anyDegrees = (limit: number) =>
  fc
    .double({ min: -limit, max: limit, noNaN: true })
    .map((degrees) => Number(degrees.toFixed(6)) + 0)
    .chain((degrees) => fc.constantFrom<number | string>(degrees, degrees.toFixed(6)));

const anyPlace = { latitude: anyDegrees(90), longitude: anyDegrees(180) };

const anyLocation: fc.Arbitrary<object> = fc.oneof(
  fc.record(anyPlace),
  anySome({ ...anyPlace, name: anyText(100), address: anyText(300) }, 'latitude', 'longitude', 'name'),
);

const place = fc.constantFrom('HOME', 'WORK');

const anyCard: fc.Arbitrary<object> = anySome(
  {
    name: anySome(
      {
        formatted_name: anyText(200),
        first_name: anyText(100),
        last_name: anyText(100),
        middle_name: anyText(100),
        suffix: anyText(20),
        prefix: anyText(20),
      },
      'formatted_name',
      // Older documents want one more part of the name.
      'first_name',
    ),
    addresses: fc.array(
      anySome({
        street: anyText(100),
        city: anyText(50),
        state: anyText(50),
        zip: anyId(10),
        country: anyText(50),
        country_code: fc.constantFrom('US', 'BR', 'IN'),
        type: place,
      }),
      { maxLength: 3 },
    ),
    birthday: fc
      .date({ min: new Date('1900-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    emails: fc.array(anySome({ email: fc.emailAddress(), type: place }, 'email'), { maxLength: 3 }),
    org: anySome({ company: anyText(100), department: anyText(100), title: anyText(100) }),
    phones: fc.array(
      anySome(
        {
          phone: fc.integer({ min: 1_000_000, max: 9_999_999 }).map((number) => `+1 555 ${number}`),
          type: fc.constantFrom('CELL', 'MAIN', 'IPHONE', 'HOME', 'WORK'),
          wa_id: fc.integer({ min: 10_000_000_000, max: 99_999_999_999 }).map(String),
        },
        'phone',
      ),
      { maxLength: 3 },
    ),
    urls: fc.array(anySome({ url: anyLink, type: place }, 'url'), { maxLength: 3 }),
  },
  'name',
);
