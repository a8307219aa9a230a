import type { MessageContent } from '#channels/provider.ts';
import { interactiveSamples } from './interactive/samples.fixture.ts';
import { templateSamples } from './template/samples.fixture.ts';

const cat = 'https://cdn.example.com/cat.jpg';

/** One content of every kind and form that the adapter sends, by a name for each. */
export const samples = {
  text: { type: 'text', text: { body: 'Hello 👋 https://example.com', preview_url: true } },
  imageById: { type: 'image', image: { id: '1037543291543636', caption: 'A cat' } },
  image: { type: 'image', image: { link: cat, caption: 'A cat' } },
  audio: { type: 'audio', audio: { link: 'https://cdn.example.com/a.mp3' } },
  voice: { type: 'audio', audio: { link: 'https://cdn.example.com/a.ogg', voice: true } },
  video: { type: 'video', video: { link: 'https://cdn.example.com/a.mp4', caption: 'A video' } },
  document: {
    type: 'document',
    document: { link: 'https://cdn.example.com/a.pdf', filename: 'Invoice 5.pdf', caption: 'Yours' },
  },
  sticker: { type: 'sticker', sticker: { link: 'https://cdn.example.com/a.webp' } },
  location: {
    type: 'location',
    location: { latitude: 37.44, longitude: -122.16, name: 'Here', address: '1 Hacker Way' },
  },
  contacts: {
    type: 'contacts',
    contacts: [
      {
        name: {
          formatted_name: 'Dr. Ada King Lovelace',
          first_name: 'Ada',
          last_name: 'Lovelace',
          middle_name: 'King',
          suffix: '',
          prefix: 'Dr.',
        },
        birthday: '1815-12-10',
        org: { company: 'Engines', department: 'Analysis', title: 'Countess' },
        addresses: [
          {
            street: '12 St James’s Square',
            city: 'London',
            state: '',
            zip: 'SW1Y',
            country: 'United Kingdom',
            country_code: 'GB',
            type: 'HOME',
          },
        ],
        emails: [{ email: 'ada@example.com', type: 'WORK' }],
        phones: [{ phone: '+44 20 7946 0000', type: 'IPHONE', wa_id: '442079460000' }, { phone: '+1 555 0100' }],
        urls: [{ url: 'https://example.com/ada', type: 'WORK' }],
      },
      { name: { formatted_name: 'Charles', first_name: 'Charles' } },
    ],
  },
  reaction: { type: 'reaction', reaction: { message_id: 'wamid.HBgL', emoji: '👍🏽' } },
  ...interactiveSamples,
  ...templateSamples,
} satisfies Record<string, MessageContent>;

export const contentSamples: readonly MessageContent[] = Object.values(samples);
