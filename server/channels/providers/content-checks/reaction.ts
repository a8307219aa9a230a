import type { Fields } from '#channels/providers/payloads/fields.ts';
import { checkText, fieldsAt, type Problems, refuse } from './checks.ts';

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
