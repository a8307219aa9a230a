import type { MessageContent } from '#channels/provider.ts';

/** An answer that a message offers. */
export interface Option {
  id: string;
  title: string;
}

export type SaidAs = 'as_written' | 'twin' | 'numbered_options' | 'caption_and_link' | 'map_link';

/** A content in plain text, with nothing left out. */
export interface Plain {
  body: string;
  saidAs: SaidAs;
  options: Option[] | null;
}

type Fields = Record<string, unknown>;

/** What the content says as text; null when text cannot say it. Pure. */
export function asText(content: MessageContent): Plain | null {
  const fields = fieldsOf(content[content.type]);
  switch (content.type) {
    case 'image':
    case 'video':
    case 'document':
    case 'audio':
    case 'sticker':
      return fileAsText(fields);
    case 'location':
      return locationAsText(fields);
    case 'interactive':
      return choiceAsText(fields);
    default:
      return null;
  }
}

// A file that the provider keeps has no address that others could open.
function fileAsText(fields: Fields): Plain | null {
  const link = textIn(fields, 'link');
  if (link === '') return null;
  const body = lines([textIn(fields, 'caption'), textIn(fields, 'filename'), link], '\n');
  return { body, saidAs: 'caption_and_link', options: null };
}

function locationAsText(fields: Fields): Plain | null {
  const latitude = Number(fields['latitude'] ?? Number.NaN);
  const longitude = Number(fields['longitude'] ?? Number.NaN);
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return null;
  const link = `https://www.google.com/maps/search/?api=1&query=${latitude},${longitude}`;
  const body = lines([textIn(fields, 'name'), textIn(fields, 'address'), link], '\n');
  return { body, saidAs: 'map_link', options: null };
}

function choiceAsText(fields: Fields): Plain | null {
  const action = fieldsOf(fields['action']);
  const kind = fields['type'];
  const blocks = kind === 'button' ? buttonsOf(action) : kind === 'list' ? rowsOf(action) : null;
  const header = headerOf(fieldsOf(fields['header']));
  if (!blocks || header === null) return null;
  const options = blocks.flatMap(({ entries }) => entries.map(({ id, title }) => ({ id, title })));
  let number = 0;
  const numbered = blocks.map(({ heading, entries }) =>
    lines([heading, ...entries.map(({ title, about }) => `${(number += 1)}. ${lines([title, about], ': ')}`)], '\n'),
  );
  const said = [
    header,
    textIn(fieldsOf(fields['body']), 'text'),
    ...numbered,
    textIn(fieldsOf(fields['footer']), 'text'),
  ];
  return { body: lines(said, '\n\n'), saidAs: 'numbered_options', options };
}

interface Block {
  heading: string;
  entries: (Option & { about: string })[];
}

function buttonsOf(action: Fields): Block[] | null {
  const entries = listIn(action, 'buttons').map((button) => entryOf(fieldsOf(button['reply'])));
  return entries.length > 0 && entries.every((entry) => entry !== null) ? [{ heading: '', entries }] : null;
}

function rowsOf(action: Fields): Block[] | null {
  const blocks: Block[] = [];
  for (const section of listIn(action, 'sections')) {
    const entries = listIn(section, 'rows').map(entryOf);
    if (!entries.every((entry) => entry !== null)) return null;
    blocks.push({ heading: textIn(section, 'title'), entries });
  }
  return blocks.some(({ entries }) => entries.length > 0) ? blocks : null;
}

function entryOf(fields: Fields): (Option & { about: string }) | null {
  const [id, title] = [textIn(fields, 'id'), textIn(fields, 'title')];
  return id === '' || title === '' ? null : { id, title, about: textIn(fields, 'description') };
}

/** A text, or the address of a file; null for a header that text cannot say. */
function headerOf(header: Fields): string | null {
  const kind = header['type'];
  if (kind === undefined) return '';
  if (kind === 'text') return textIn(header, 'text');
  const link = typeof kind === 'string' ? textIn(fieldsOf(header[kind]), 'link') : '';
  return link === '' ? null : link;
}

function lines(parts: string[], between: string): string {
  return parts.filter((part) => part !== '').join(between);
}

function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value.trim() : '';
}

function listIn(fields: Fields, name: string): Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
