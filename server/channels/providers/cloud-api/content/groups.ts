import type { Recipient } from '#channels/provider.ts';
import type { Fields } from '#channels/providers/payloads/fields.ts';
import {
  checkText,
  checkWord,
  fieldsAt,
  type Problems,
  refuse,
  refuseUnsupported,
} from '#channels/providers/content-checks/checks.ts';

// One kind is for groups alone. Which of the others they take is not certain, and changes: that is for the provider to say,
// whose refusal (131051) is told with the message.

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
export function audienceOf({ type }: Fields): 'groups' | 'both' {
  return type === 'pin' ? 'groups' : 'both';
}

/** Refuses a content that goes to groups only for a person. */
export function checkAudience(problems: Problems, content: Fields, recipient: Recipient): void {
  if (recipient.kind !== 'group' && audienceOf(content) === 'groups') {
    refuseUnsupported(problems, '/type', 'Messages are pinned in groups only.');
  }
}
