import { isMediaKind } from './attachments.ts';
import { readContent } from './content.ts';
import type { Drawing } from './drawing.ts';
import { parseMarkup, type Block, type Inline } from './markup.ts';
import { capMarks, cleanName, shorten } from './shorten.ts';

const mediaWords = {
  image: 'Photo',
  video: 'Video',
  audio: 'Audio',
  document: 'Document',
  sticker: 'Sticker',
} as const;

/** One line about a message, without markup, at most `limit` graphemes: for chat lists, quotes and tables. */
export function previewOf(content: unknown, rendered?: unknown, limit = 120): string {
  return shorten(
    capMarks(wordsOf(readContent(content, rendered)))
      .replace(/\s+/gu, ' ')
      .trim(),
    limit,
  );
}

function wordsOf(drawing: Drawing): string {
  switch (drawing.kind) {
    case 'text':
      return withoutMarks(drawing.body);
    case 'media': {
      const { kind, voice, caption, filename } = drawing.media;
      const word = voice ? 'Voice message' : mediaWords[kind];
      const about = caption ? withoutMarks(caption) : cleanName(filename ?? '');
      return about ? `${word}: ${about}` : word;
    }
    case 'location':
      return drawing.place.name ? `Location: ${drawing.place.name}` : 'Location';
    case 'contacts':
      return drawing.people.length === 1
        ? `Contact: ${cleanName(drawing.people[0]?.name ?? '')}`
        : `${drawing.people.length} contacts`;
    case 'reaction':
      return drawing.emoji ? `Reacted ${drawing.emoji}` : 'Removed a reaction';
    case 'card':
      return withoutMarks(drawing.card.body) || drawing.what;
    case 'template':
      return `Template ${drawing.name}`;
    case 'choice':
      return drawing.title;
    case 'form':
      return drawing.title;
    case 'order':
      return drawing.products.length === 1 ? 'Order of 1 product' : `Order of ${drawing.products.length} products`;
    case 'notice':
      return drawing.text;
    case 'unsupported':
      return drawing.isFile && isMediaKind(drawing.type)
        ? `${mediaWords[drawing.type]} that did not come`
        : `Unsupported message (${drawing.type})`;
  }
}

function withoutMarks(text: string): string {
  // Nobody reads further than this in one line.
  return parseMarkup(text.slice(0, 2000)).map(blockText).join(' ');
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'lines':
      return block.lines.map(inlineText).join(' ');
    case 'list':
      return block.entries.map(({ mark, content }) => mark + inlineText(content)).join(' ');
    case 'quote':
      return block.lines.map(({ content }) => inlineText(content)).join(' ');
  }
}

function inlineText(runs: readonly Inline[]): string {
  return runs.map(plain).join('');
}

function plain(run: Inline): string {
  switch (run.kind) {
    case 'text':
    case 'mono':
    case 'link':
      return run.text;
    case 'bold':
    case 'italic':
    case 'strike':
      return inlineText(run.children);
  }
}
