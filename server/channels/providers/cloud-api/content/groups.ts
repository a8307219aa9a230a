import type { Recipient } from '#channels/provider.ts';
import { type Fields, isFields } from '#channels/providers/cloud-api/fields.ts';
import { checkText, checkWord, fieldsAt, type Problems, refuse, refuseUnsupported } from './checks.ts';

// What may be said in a group: fewer kinds than to a person, and one that only groups have.

/** The kinds that groups take. */
export const groupContentTypes: readonly string[] = [
  'text',
  'image',
  'audio',
  'video',
  'document',
  'sticker',
  'template',
  'pin',
];

const daysOfPin = { least: 1, most: 30 };

/** Puts a message of a group on top of it for some days, or takes it from there. */
export function checkPinContent(problems: Problems, content: Fields): void {
  const pin = fieldsAt(problems, '/pin', content['pin'], ['type', 'message_id', 'expiration_days']);
  if (!pin) return;
  checkWord(problems, '/pin/type', pin['type'], ['pin', 'unpin']);
  checkText(problems, '/pin/message_id', pin['message_id'], { max: 512, singleLine: true });
  const days = pin['expiration_days'];
  if (days === undefined) return;
  const { least, most } = daysOfPin;
  if (typeof days !== 'number' || !Number.isInteger(days) || days < least || days > most) {
    refuse(problems, '/pin/expiration_days', `It must be a whole number of days from ${least} to ${most}.`);
  } else if (pin['type'] === 'unpin') {
    refuse(problems, '/pin/expiration_days', 'Only a message that is put on top stays there for some days.');
  }
}

/** Whom a content may go to. */
export function audienceOf(content: Fields): 'people' | 'groups' | 'both' {
  const { type } = content;
  if (type === 'pin') return 'groups';
  return typeof type === 'string' && groupContentTypes.includes(type) && !hasCards(content) ? 'both' : 'people';
}

/** Refuses a content that goes to groups only for a person, and the other way round. */
export function checkAudience(problems: Problems, content: Fields, recipient: Recipient): void {
  const audience = audienceOf(content);
  if (recipient.kind === 'group' && audience === 'people') {
    refuseUnsupported(problems, '/type', `WhatsApp takes only these in groups: ${groupContentTypes.join(', ')}.`);
  }
  if (recipient.kind !== 'group' && audience === 'groups') {
    refuseUnsupported(problems, '/type', 'Messages are pinned in groups only.');
  }
}

function hasCards({ template }: Fields): boolean {
  const components = isFields(template) ? template['components'] : undefined;
  return Array.isArray(components) && components.some((one) => isFields(one) && one['type'] === 'carousel');
}
