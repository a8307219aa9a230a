import type { MessageContent } from '#channels/provider.ts';
import { interactiveOutside } from './interactive/outside-limits.fixture.ts';
import type { Step } from './outside-step.fixture.ts';
import { samples } from './samples.fixture.ts';
import { templateOutside } from './template/outside-limits.fixture.ts';

/** A content that is one step outside one limit. */
export interface OutsideLimit {
  name: string;
  content: MessageContent;
  /** Where the adapter says that it is wrong. */
  pointer: string;
  /** What the provider answers when it is sent anyway. */
  code: number;
}

const x = (length: number) => 'x'.repeat(length);

const simpleOutside: readonly Step[] = [
  ['a text of 4,097 characters', samples.text, '/text/body', x(4097), 100],
  ['a text of 4,097 emoji', samples.text, '/text/body', '😀'.repeat(4097), 100],
  ['an empty text', samples.text, '/text/body', '', 131008],
  ['no text', samples.text, '/text/body', undefined, 131008],
  ['an image without id and link', samples.image, '/image', { caption: 'a' }, 100],
  ['an image with id and link', samples.image, '/image', { id: '1', link: 'https://cdn.example.com/a.jpg' }, 100],
  ['an image by ftp', samples.image, '/image/link', 'ftp://cdn.example.com/a.jpg', 100],
  ['a link of 2,049 characters', samples.image, '/image/link', 'https://cdn.example.com/'.padEnd(2049, 'x'), 100],
  ['a caption of 1,025 characters', samples.image, '/image/caption', x(1025), 100],
  ['a caption of a video of 1,025 characters', samples.video, '/video/caption', x(1025), 100],
  ['a caption of a document of 1,025 characters', samples.document, '/document/caption', x(1025), 100],
  ['a file name of 241 characters', samples.document, '/document/filename', x(241), 100],
  ['a caption of an audio', samples.audio, '/audio/caption', 'a', 100],
  ['a caption of a sticker', samples.sticker, '/sticker/caption', 'a', 100],
  ['a latitude beyond the pole', samples.location, '/location/latitude', 90.000001, 131009],
  ['a longitude beyond the line', samples.location, '/location/longitude', -180.000001, 131009],
  ['no longitude', samples.location, '/location/longitude', undefined, 131008],
  ['no contact cards', samples.contacts, '/contacts', [], 131009],
  [
    '258 contact cards',
    samples.contacts,
    '/contacts',
    Array.from({ length: 258 }, () => ({ name: { formatted_name: 'Ada', first_name: 'Ada' } })),
    131009,
  ],
  ['a contact without a name', samples.contacts, '/contacts/1/name', undefined, 131008],
  ['a contact without its whole name', samples.contacts, '/contacts/0/name/formatted_name', undefined, 131008],
  ['a birthday as people write it', samples.contacts, '/contacts/0/birthday', '10.12.1815', 100],
  ['a phone of WhatsApp with a plus', samples.contacts, '/contacts/0/phones/0/wa_id', '+442079460000', 100],
  ['two emoji as a reaction', samples.reaction, '/reaction/emoji', '👍👍', 131009],
  ['a reaction to nothing', samples.reaction, '/reaction/message_id', undefined, 131008],
  ['a reaction without an emoji', samples.reaction, '/reaction/emoji', undefined, 131008],
];

/** A step outside of every limit, one at a time. */
export const outsideLimits: readonly OutsideLimit[] = [...simpleOutside, ...interactiveOutside, ...templateOutside].map(
  ([name, inside, place, value, code, pointer = place]) => ({
    name,
    content: replaced(inside, place, value),
    pointer,
    code,
  }),
);

/** The content with another value at one place; undefined takes the field away. */
function replaced(content: MessageContent, pointer: string, value: unknown): MessageContent {
  // Samples share parts, which a structured clone keeps shared.
  const copy = JSON.parse(JSON.stringify(content)) as MessageContent;
  const path = pointer.slice(1).split('/');
  const last = path.pop() ?? '';
  let parent: Record<string, unknown> = copy;
  for (const name of path) {
    const next = parent[name];
    if (typeof next !== 'object' || next === null) throw new Error(`There is nothing at ${pointer}.`);
    parent = next as Record<string, unknown>;
  }
  if (value === undefined) {
    if (!Object.hasOwn(parent, last)) throw new Error(`There is nothing to take away at ${pointer}.`);
    delete parent[last];
  } else {
    parent[last] = value;
  }
  return copy;
}
