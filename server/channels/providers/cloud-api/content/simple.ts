import type { Fields } from '#channels/providers/cloud-api/fields.ts';
import { checkText, fieldsAt, type Problems, refuse } from './checks.ts';

export function checkTextContent(problems: Problems, content: Fields): void {
  const text = fieldsAt(problems, '/text', content['text'], ['body', 'preview_url']);
  if (!text) return;
  checkText(problems, '/text/body', text['body'], { max: 4096 });
  if (text['preview_url'] !== undefined && typeof text['preview_url'] !== 'boolean') {
    refuse(problems, '/text/preview_url', 'It must be true or false.');
  }
}

export function checkLocationContent(problems: Problems, content: Fields): void {
  checkLocation(problems, '/location', content['location']);
}

/** Name and address have no documented limit; 1,000 characters are more than a phone shows. */
export function checkLocation(problems: Problems, pointer: string, value: unknown): void {
  const location = fieldsAt(problems, pointer, value, ['latitude', 'longitude', 'name', 'address']);
  if (!location) return;
  checkDegrees(problems, `${pointer}/latitude`, location['latitude'], 90);
  checkDegrees(problems, `${pointer}/longitude`, location['longitude'], 180);
  checkText(problems, `${pointer}/name`, location['name'], { max: 1000, optional: true });
  checkText(problems, `${pointer}/address`, location['address'], { max: 1000, optional: true });
  if (location['address'] !== undefined && location['name'] === undefined) {
    refuse(problems, `${pointer}/address`, 'The address is shown only below a name: add the name.');
  }
}

function checkDegrees(problems: Problems, pointer: string, value: unknown, limit: number): void {
  const isDecimal = typeof value === 'string' && /^[+-]?\d{1,3}(?:\.\d{1,20})?$/.test(value);
  const degrees = typeof value === 'number' ? value : isDecimal ? Number(value) : Number.NaN;
  if (!(Math.abs(degrees) <= limit)) {
    refuse(problems, pointer, `It must be decimal degrees from -${limit} to ${limit}.`);
  }
}

export function checkReactionContent(problems: Problems, content: Fields): void {
  const reaction = fieldsAt(problems, '/reaction', content['reaction'], ['message_id', 'emoji']);
  if (!reaction) return;
  checkText(problems, '/reaction/message_id', reaction['message_id'], { max: 512, singleLine: true });
  if (
    checkText(problems, '/reaction/emoji', reaction['emoji'], { max: 64, min: 0 }) &&
    !isReaction(reaction['emoji'])
  ) {
    refuse(problems, '/reaction/emoji', 'It must be one emoji, or an empty string to take the reaction back.');
  }
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

function isReaction(text: unknown): boolean {
  if (text === '') return true;
  if (typeof text !== 'string') return false;
  // By property and not by the list of known emoji: phones learn new ones before this process does.
  return (
    [...graphemes.segment(text)].length === 1 &&
    /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|^[0-9#*]\ufe0f?\u20e3$/u.test(text)
  );
}
