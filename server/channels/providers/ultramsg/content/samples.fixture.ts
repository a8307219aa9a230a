import type { MessageContent } from '#channels/provider.ts';

const file = (name: string) => `https://cdn.example.com/${name}`;

/** One content of every kind and form that the adapter sends, by a name for each. */
export const samples = {
  text: { type: 'text', text: { body: 'Hello 👋 https://example.com?a=1&b=2', preview_url: true } },
  image: { type: 'image', image: { link: file('cat.jpg'), caption: 'A cat' } },
  audio: { type: 'audio', audio: { link: file('a.mp3') } },
  voice: { type: 'audio', audio: { link: file('a.ogg'), voice: true } },
  video: { type: 'video', video: { link: file('a.mp4'), caption: 'A video' } },
  document: { type: 'document', document: { link: file('a.pdf'), filename: 'Invoice 5.pdf', caption: 'Yours' } },
  sticker: { type: 'sticker', sticker: { link: file('a.webp') } },
  location: { type: 'location', location: { latitude: 37.44, longitude: -122.16, name: 'Here', address: '1 Road' } },
  contacts: {
    type: 'contacts',
    contacts: [
      {
        name: {
          formatted_name: 'Dr. Ada King Lovelace',
          first_name: 'Ada',
          last_name: 'Lovelace',
          middle_name: 'King',
          prefix: 'Dr.',
        },
        birthday: '1815-12-10',
        org: { company: 'Engines', department: 'Analysis', title: 'Countess' },
        addresses: [
          { street: '12 Square', city: 'London', zip: 'SW1Y', country: 'England', country_code: 'GB', type: 'HOME' },
        ],
        emails: [{ email: 'ada@example.com', type: 'WORK' }],
        phones: [{ phone: '+44 20 7946 0000', type: 'CELL', wa_id: '442079460000' }, { phone: '+1 555 0100' }],
        urls: [{ url: 'https://example.com/ada', type: 'WORK' }],
      },
    ],
  },
  reaction: { type: 'reaction', reaction: { message_id: 'false_15550002222@c.us_3EB0', emoji: '👍🏽' } },
} satisfies Record<string, MessageContent>;

export const contentSamples: readonly MessageContent[] = Object.values(samples);
