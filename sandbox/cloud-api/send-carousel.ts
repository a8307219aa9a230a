import type { Json } from '#people/chats.ts';
import { invalid, isGiven, requireInteger, requireObject, requireObjects, requireText, requireWord } from './checks.ts';
import { GraphError } from './graph-error.ts';
import { addUnique, checkCtaUrl, requireButtonId } from './send-interactive-actions.ts';
import { type Lookups, checkMediaReference } from './send-simple-types.ts';

type Card = { element: Json; at: string };

/** The cards of an interactive carousel: 2 to 10, all of one form, with pictures or with products. */
export function checkCarousel(action: Json, lookups: Lookups): void {
  const cards = requireObjects(action, 'cards', "interactive['action']['cards']", 2, 10);
  const first = cards[0] as Card;
  const forms = new Set<string>();
  const replyIds = new Set<string>();
  for (const [index, card] of cards.entries()) {
    checkCardIndex(card.element, card.at, index);
    forms.add(
      card.element['type'] === 'product' ? checkProductCard(card, first) : checkMediaCard(card, replyIds, lookups),
    );
    if (forms.size > 1) {
      throw new GraphError(131009, `Param ${card.at} must be like the first card: ${[...forms].join(' is not ')}.`);
    }
  }
}

/** Cards are numbered from 0 in their order. */
export function checkCardIndex(card: Json, path: string, index: number): void {
  const given = requireInteger(card, 'card_index', `${path}['card_index']`, 0, 9);
  if (given !== index) throw invalid(`${path}['card_index']`, `must be ${index}.`);
}

function checkProductCard({ element, at }: Card, first: Card): string {
  const action = requireObject(element, 'action', `${at}['action']`);
  requireText(action, 'product_retailer_id', `${at}['action']['product_retailer_id']`, 200);
  const catalogId = requireText(action, 'catalog_id', `${at}['action']['catalog_id']`, 100);
  const firstAction = requireObject(first.element, 'action', `${first.at}['action']`);
  if (catalogId !== firstAction['catalog_id']) {
    throw new GraphError(131009, `Param ${at}['action']['catalog_id'] must be the catalog of the first card.`);
  }
  return 'a product';
}

function checkMediaCard({ element, at }: Card, replyIds: Set<string>, lookups: Lookups): string {
  requireWord(element, 'type', `${at}['type']`, ['cta_url']);
  const header = requireObject(element, 'header', `${at}['header']`);
  const kind = requireWord(header, 'type', `${at}['header']['type']`, ['image', 'video']);
  const path = `${at}['header']['${kind}']`;
  checkMediaReference(requireObject(header, kind, path), kind, path, lookups);
  if (isGiven(element, 'body')) {
    const body = requireObject(element, 'body', `${at}['body']`);
    const text = requireText(body, 'text', `${at}['body']['text']`, 160);
    if (text.split('\n').length > 3) {
      throw new GraphError(131009, `Param ${at}['body']['text'] may have at most 2 line breaks.`);
    }
  }
  const action = requireObject(element, 'action', `${at}['action']`);
  if (!isGiven(action, 'buttons')) {
    checkCtaUrl(action, `${at}['action']`);
    return `${kind} with a link`;
  }
  for (const { element: button, at: place } of requireObjects(action, 'buttons', `${at}['action']['buttons']`, 1, 3)) {
    requireWord(button, 'type', `${place}['type']`, ['quick_reply']);
    const reply = requireObject(button, 'quick_reply', `${place}['quick_reply']`);
    addUnique(replyIds, requireButtonId(reply, `${place}['quick_reply']`), `${place}['quick_reply']['id']`);
    requireText(reply, 'title', `${place}['quick_reply']['title']`, 20);
  }
  return `${kind} with replies`;
}
