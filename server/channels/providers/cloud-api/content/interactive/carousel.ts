import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { checkText, fieldsAt, listAt, type Problems, refuse } from '#channels/providers/content-checks/checks.ts';
import { checkMedia } from '#channels/providers/cloud-api/content/media.ts';
import { checkProduct } from './products.ts';
import { checkButton } from './replies.ts';
import { checkCtaUrl } from './requests.ts';

/** What every card must have like the first one; undefined until a card tells it. */
interface FirstCard {
  type?: unknown;
  header?: unknown;
  buttons?: string;
  catalog?: unknown;
  ids: Set<unknown>;
}

/** Two to ten cards side by side, all of one make: pictures, videos, or products of one catalog. */
export function checkCarousel(problems: Problems, pointer: string, value: unknown): void {
  const action = fieldsAt(problems, pointer, value, ['cards']);
  const cards = action && listAt(problems, `${pointer}/cards`, action['cards'], 2, 10);
  const first: FirstCard = { ids: new Set() };
  cards?.forEach((card, index) => checkCard(problems, `${pointer}/cards/${index}`, card, index, first));
}

function checkCard(problems: Problems, pointer: string, value: unknown, index: number, first: FirstCard): void {
  const type = isFields(value) ? value['type'] : undefined;
  const isProduct = type === 'product';
  const card = fieldsAt(problems, pointer, value, [
    'card_index',
    'type',
    'action',
    ...(isProduct ? [] : ['header', 'body']),
  ]);
  if (!card) return;
  if (card['card_index'] !== index) refuse(problems, `${pointer}/card_index`, `It must be ${index}, its place.`);
  if (!isProduct && type !== 'cta_url')
    return refuse(problems, `${pointer}/type`, 'It must be "cta_url" or "product".');
  checkSame(problems, `${pointer}/type`, first, 'type', type);
  if (isProduct) {
    checkProduct(problems, `${pointer}/action`, card['action']);
    const catalog = isFields(card['action']) ? card['action']['catalog_id'] : undefined;
    checkSame(problems, `${pointer}/action/catalog_id`, first, 'catalog', catalog);
  } else {
    checkMediaCard(problems, pointer, card, first);
  }
}

function checkMediaCard(problems: Problems, pointer: string, card: Fields, first: FirstCard): void {
  const header = card['header'];
  const kind = isFields(header) ? header['type'] : undefined;
  if (kind === 'image' || kind === 'video') {
    fieldsAt(problems, `${pointer}/header`, header, ['type', kind]);
    checkMedia(problems, `${pointer}/header/${kind}`, (header as Fields)[kind], []);
    checkSame(problems, `${pointer}/header/type`, first, 'header', kind);
  } else if (fieldsAt(problems, `${pointer}/header`, header, ['type', 'image', 'video'])) {
    refuse(problems, `${pointer}/header/type`, 'It must be "image" or "video".');
  }
  if (card['body'] !== undefined) {
    const body = fieldsAt(problems, `${pointer}/body`, card['body'], ['text']);
    if (body) checkCardText(problems, `${pointer}/body/text`, body['text']);
  }
  const { action } = card;
  if (!isFields(action) || action['buttons'] === undefined) {
    checkCtaUrl(problems, `${pointer}/action`, action);
    return checkSame(problems, `${pointer}/action`, first, 'buttons', 'a link');
  }
  fieldsAt(problems, `${pointer}/action`, action, ['buttons']);
  const buttons = listAt(problems, `${pointer}/action/buttons`, action['buttons'], 1, 3);
  if (!buttons) return;
  buttons.forEach((button, index) =>
    checkButton(problems, `${pointer}/action/buttons/${index}`, button, 'quick_reply', { ids: first.ids }),
  );
  checkSame(problems, `${pointer}/action`, first, 'buttons', `${buttons.length} quick replies`);
}

function checkCardText(problems: Problems, pointer: string, text: unknown): void {
  if (!checkText(problems, pointer, text, { max: 160 })) return;
  const breaks = text.match(/\r\n|\r|\n/g)?.length ?? 0;
  if (breaks > 2) refuse(problems, pointer, `It has ${breaks} line breaks; at most 2 are allowed.`);
}

function checkSame(
  problems: Problems,
  pointer: string,
  first: FirstCard,
  what: 'type' | 'header' | 'buttons' | 'catalog',
  value: unknown,
): void {
  first[what] ??= value as string;
  if (first[what] !== value) refuse(problems, pointer, `It must be as in the first card: ${String(first[what])}.`);
}
