import { checkContactsContent as checkCards } from '#channels/providers/content-checks/contacts.ts';
import { type Problems, refuse } from '#channels/providers/content-checks/checks.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { vcardOf } from './vcard.ts';

const maxCard = 4096;

/** One card of the Cloud API's form, which goes as a vCard. */
export function checkContactsContent(problems: Problems, content: Fields): void {
  const before = problems.length;
  const cards = content['contacts'];
  checkCards(problems, content);
  if (problems.length > before || !Array.isArray(cards)) return;
  const [card] = cards as unknown[];
  if (cards.length > 1) {
    refuse(
      problems,
      '/contacts',
      `It has ${cards.length} cards; UltraMsg sends one in a message. Send a message for each.`,
    );
  } else if (isFields(card)) {
    const { length } = Array.from(vcardOf(card));
    if (length > maxCard)
      refuse(problems, '/contacts/0', `As a vCard it has ${length} characters; at most ${maxCard} are allowed.`);
  }
}
