import fc from 'fast-check';
import type { MessageContent } from '#channels/provider.ts';
import { contentArbitraries as cloudArbitraries } from '#channels/providers/cloud-api/content/arbitrary-content.fixture.ts';
import { anyId, anyLink, anySome, anyText } from '#channels/providers/cloud-api/content/arbitrary-text.fixture.ts';
import type { Fields } from '#channels/providers/payloads/fields.ts';
import { vcardOf } from './vcard.ts';

const caption = anyText(1024, { singleLine: false });
const mention = fc.constantFrom('+15550003333', '+442079460000', '133346537541875@lid');
const mentions = fc.array(mention, { minLength: 1, maxLength: 5 });

/** Contents of every kind within UltraMsg's limits, at random: one arbitrary for each form, by its name. `messageIds` are
 *  those of messages that can be reacted to. */
export function contentArbitraries(
  messageIds: readonly string[] = ['false_15550002222@c.us_3EB0'],
): Record<string, fc.Arbitrary<MessageContent>> {
  const emoji = fc.constantFrom('', '👍', '👍🏽', '❤️', '👨‍👩‍👧', '🇧🇷', '1️⃣');
  return {
    text: anySome({ body: anyText(4096, { singleLine: false }), preview_url: fc.boolean(), mentions }, 'body').map(
      contentOf('text'),
    ),
    image: anyFile(['jpg', 'jpeg', 'gif', 'png', 'webp', 'bmp'], { caption, mentions }).map(contentOf('image')),
    video: anyFile(['mp4', '3gp', 'mov'], { caption, mentions }).map(contentOf('video')),
    audio: anyFile(['mp3', 'aac', 'ogg'], { voice: fc.constant(false) }).map(contentOf('audio')),
    voice: anyFile(['ogg'], {}).map((file) => contentOf('audio')({ ...file, voice: true })),
    document: anyFile(['pdf', 'zip', 'docx'], { caption, mentions, filename: anyText(255) }).map(contentOf('document')),
    sticker: anyFile(['webp'], {}).map(contentOf('sticker')),
    location: anyLocation.map(contentOf('location')),
    contacts: anyCard.map((card) => ({ type: 'contacts', contacts: [card] })),
    reaction: fc.record({ message_id: fc.constantFrom(...messageIds), emoji }).map(contentOf('reaction')),
  };
}

function contentOf(type: string): (object: object) => MessageContent {
  return (object) => ({ type, [type]: object });
}

/** A link whose ending is one of these, or says nothing. */
function anyFile(endings: readonly string[], extra: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> {
  const ending = fc.constantFrom(...endings).chain((known) => fc.constantFrom(known, known.toUpperCase()));
  const named = fc.tuple(anyId(20), ending).map(([name, end]) => `https://cdn.example.com/${name}.${end}?sig=a%20b`);
  return fc
    .tuple(fc.oneof(named, anyLink), fc.record(extra, { requiredKeys: [] }))
    .map(([link, more]) => ({ link, ...more }));
}

const anyDegrees = (limit: number) =>
  fc
    .double({ min: -limit, max: limit, noNaN: true })
    .chain((degrees) => fc.constantFrom<number | string>(degrees, degrees.toFixed(6)));

const anyLocation: fc.Arbitrary<object> = fc
  .tuple(
    fc.record({ latitude: anyDegrees(90), longitude: anyDegrees(180) }),
    fc.oneof(
      fc.constant({}),
      fc.record({ name: anyText(300) }),
      // With the line break between them they have 300.
      fc.record({ name: anyText(149), address: anyText(150) }),
    ),
  )
  .map(([place, words]) => ({ ...place, ...words }));

const anyCard: fc.Arbitrary<Fields> = (cloudArbitraries()['contacts'] as fc.Arbitrary<MessageContent>)
  .map((content) => (content['contacts'] as Fields[])[0] as Fields)
  .filter((card) => Array.from(vcardOf(card)).length <= 4096);
