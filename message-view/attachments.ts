import type { Header, Media, Person, Place } from './drawing.ts';
import { fieldsOf, listOf, numberOf, optional, textOf, type Fields } from './fields.ts';

const mediaKinds: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'document', 'sticker']);

export function isMediaKind(type: string): type is Media['kind'] {
  return mediaKinds.has(type);
}

export function readMedia(kind: Media['kind'], value: Fields): Media {
  return {
    kind,
    ...optional('id', value['id']),
    ...optional('link', value['link']),
    ...optional('caption', value['caption']),
    ...optional('filename', value['filename']),
    ...optional('mimeType', value['mime_type']),
    voice: value['voice'] === true,
  };
}

export function readPlace(value: Fields): Place {
  return {
    latitude: numberOf(value['latitude']),
    longitude: numberOf(value['longitude']),
    ...optional('name', value['name']),
    ...optional('address', value['address']),
  };
}

export function readPerson(value: unknown): Person {
  const person = fieldsOf(value);
  const name = fieldsOf(person['name']);
  const organisation = fieldsOf(person['org']);
  const work = [organisation['title'], organisation['department'], organisation['company']].map(textOf).filter(Boolean);
  return {
    name: textOf(name['formatted_name']) || textOf(name['first_name']) || 'Contact',
    ...optional('organisation', work.join(', ')),
    phones: listOf(person['phones']).map(
      (phone) => textOf(fieldsOf(phone)['phone']) || textOf(fieldsOf(phone)['wa_id']),
    ),
    emails: listOf(person['emails']).map((email) => textOf(fieldsOf(email)['email'])),
    more: [
      ...listOf(person['addresses']).map((address) => ({ label: 'Address', text: addressWords(fieldsOf(address)) })),
      ...listOf(person['urls']).map((url) => ({ label: 'Site', text: textOf(fieldsOf(url)['url']) })),
      { label: 'Birthday', text: textOf(person['birthday']) },
    ].filter(({ text }) => text !== ''),
  };
}

function addressWords(address: Fields): string {
  return ['street', 'city', 'state', 'zip', 'country']
    .map((part) => textOf(address[part]))
    .filter(Boolean)
    .join(', ');
}

/** The header of an interactive message or of a template with its values; undefined when there is none. */
export function readHeader(value: unknown): Header | undefined {
  const header = fieldsOf(value);
  const type = textOf(header['type']).toLowerCase();
  if (type === 'text') return { kind: 'text', text: textOf(header['text']) };
  if (type === 'location') return { kind: 'location', place: readPlace(fieldsOf(header['location'])) };
  if (type === 'product') {
    return { kind: 'product', productId: textOf(fieldsOf(header['product'])['product_retailer_id']) };
  }
  // WhatsApp plays a GIF as a short video.
  if (type === 'gif') return { kind: 'media', media: readMedia('video', fieldsOf(header['gif'] ?? header['video'])) };
  return isMediaKind(type) ? { kind: 'media', media: readMedia(type, fieldsOf(header[type])) } : undefined;
}
