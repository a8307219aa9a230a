import {
  type CheckContext,
  checkUnique,
  fieldsAt,
  listAt,
  type Problems,
  refuse,
  wordIn,
} from '#channels/providers/content-checks/checks.ts';
import { checkButtonComponent } from './buttons.ts';
import { checkBodyParameters, checkHeaderParameters } from './parameters.ts';

// A coupon in a card is as long as one beside it; only a limited-time offer has shorter ones, and no cards.
const maxCoupon = 20;

/** The cards of a carousel template, two to ten, in their order. */
export function checkCards(problems: Problems, pointer: string, value: unknown, context: CheckContext): void {
  const carousel = fieldsAt(problems, pointer, value, ['type', 'cards']);
  const cards = carousel && listAt(problems, `${pointer}/cards`, carousel['cards'], 2, 10);
  cards?.forEach((entry, index) => {
    const here = `${pointer}/cards/${index}`;
    const card = fieldsAt(problems, here, entry, ['card_index', 'components']);
    if (!card) return;
    if (card['card_index'] !== index) refuse(problems, `${here}/card_index`, `It must be ${index}, its place.`);
    const places = new Set<unknown>();
    listAt(problems, `${here}/components`, card['components'], 1, 4)?.forEach((component, place) =>
      checkCardComponent(problems, `${here}/components/${place}`, component, places, context),
    );
  });
}

function checkCardComponent(
  problems: Problems,
  pointer: string,
  value: unknown,
  places: Set<unknown>,
  context: CheckContext,
): void {
  const type = wordIn(value, 'type');
  if (type === 'button') return checkButtonComponent(problems, pointer, value, places, maxCoupon, context);
  if (type === 'header') checkHeaderParameters(problems, pointer, value, context, ['image', 'video', 'product']);
  else if (type === 'body') checkBodyParameters(problems, pointer, value);
  else return refuse(problems, `${pointer}/type`, 'It must be "header", "body" or "button".');
  checkUnique(problems, `${pointer}/type`, type, places, 'component');
}
