import type { Json } from '#people/chats.ts';
import {
  characterCount,
  invalid,
  isGiven,
  isObject,
  optionalWord,
  requireArray,
  requireInteger,
  requireObject,
  requireObjects,
  requireText,
  requireUrl,
} from './checks.ts';
import { GraphError } from './graph-error.ts';
import { checkCardIndex } from './send-carousel.ts';
import type { Lookups } from './send-simple-types.ts';
import { type SentComponent, formatMismatch, typeOf } from './send-template-buttons.ts';
import { matchPart } from './send-template-part.ts';
import type { Rendered, RenderedPart } from './rendered.ts';
import { type TemplateValues, renderTemplate } from './template-rendering.ts';
import { type Template, buttonsOf, componentOf } from './templates.ts';

export interface TemplateLookups extends Lookups {
  findTemplate(name: string, language: string): Template | undefined;
}

const KINDS = ['header', 'body', 'button', 'carousel', 'limited_time_offer', 'tap_target_configuration'];

/** Matches a template send with the template. Gives what the person will see; throws the `GraphError` otherwise. */
export function checkTemplateMessage(
  message: Json,
  lookups: TemplateLookups,
): { template: Template; rendered: Rendered } {
  const send = requireObject(message, 'template', 'template');
  const name = requireText(send, 'name', "template['name']", 512);
  const languageObject = requireObject(send, 'language', "template['language']");
  const language = requireText(languageObject, 'code', "template['language']['code']", 20);
  optionalWord(languageObject, 'policy', "template['language']['policy']", ['deterministic']);
  const template = findSendable(name, language, lookups);
  const sent = componentsOf(send, 'template');
  const values: TemplateValues = {
    ...matchPart(template, template, sent, '', lookups),
    cards: matchCards(template, one(sent, 'carousel'), lookups),
    expirationTimeMs: matchOffer(template, one(sent, 'limited_time_offer'), lookups),
    tapTarget: matchTapTarget(template, one(sent, 'tap_target_configuration')),
  };
  const rendered = renderTemplate(template, values);
  checkLengths(template, rendered, lookups);
  return { template, rendered };
}

/** The components of a send or of one of its cards, each type once (buttons once for each index). */
function componentsOf(parent: Json, path: string): SentComponent[] {
  if (!isGiven(parent, 'components')) return [];
  const seen = new Set<string>();
  return requireObjects(parent, 'components', `${path}['components']`, 0, 20).map(({ element, at }) => {
    const type = requireText(element, 'type', `${at}['type']`, 40).toLowerCase();
    if (!KINDS.includes(type)) throw invalid(`${at}['type']`, `must be one of {${KINDS.join(', ').toUpperCase()}}.`);
    const parameters = isGiven(element, 'parameters')
      ? requireArray(element, 'parameters', `${at}['parameters']`, 0, 100)
      : [];
    const key = type === 'button' ? `button ${String(element['index'])}` : type;
    if (seen.has(key)) throw new GraphError(132018, `${at}: the component ${key} is given twice.`);
    seen.add(key);
    return { type, element, parameters, at };
  });
}

function one(sent: SentComponent[], type: string): SentComponent | undefined {
  return sent.find((component) => component.type === type);
}

function findSendable(name: string, language: string, lookups: TemplateLookups): Template {
  const template = lookups.findTemplate(name, language);
  if (template?.status === 'PAUSED') throw new GraphError(132015, `Template ${name} (${language}) is paused.`);
  if (template?.status === 'DISABLED') throw new GraphError(132016, `Template ${name} (${language}) is disabled.`);
  if (template?.status !== 'APPROVED') {
    throw new GraphError(132001, `template name (${name}) does not exist in ${language}`);
  }
  return template;
}

function matchCards(template: Template, sent: SentComponent | undefined, lookups: Lookups): TemplateValues['cards'] {
  const parts = componentOf(template, 'CAROUSEL')?.cards ?? [];
  if (!sent) {
    if (parts.length === 0) return [];
    throw new GraphError(132000, `carousel: number of cards (0) does not match the expected number (${parts.length})`);
  }
  if (parts.length === 0) throw new GraphError(132018, `${sent.at}: the template ${template.name} has no carousel.`);
  const cards = requireObjects(sent.element, 'cards', `${sent.at}['cards']`, 2, 10);
  // A carousel of products is as long as the send makes it; every card has the form of the first.
  const hasProducts = parts.some((part) => componentOf(part, 'HEADER')?.format?.toUpperCase() === 'PRODUCT');
  if (cards.length !== parts.length && !hasProducts) {
    throw new GraphError(
      132000,
      `carousel: number of cards (${cards.length}) does not match the expected number (${parts.length})`,
    );
  }
  return cards.map(({ element, at }, index) => {
    checkCardIndex(element, at, index);
    const part = parts[Math.min(index, parts.length - 1)] as { components: Template['components'] };
    requireArray(element, 'components', `${at}['components']`, 0, 20);
    const components = componentsOf(element, at);
    return { part, values: matchPart(template, part, components, `card ${index} `, lookups) };
  });
}

/** When the offer of a template ends, in milliseconds of the epoch. */
function matchOffer(template: Template, sent: SentComponent | undefined, lookups: Lookups): number | null {
  const offer = componentOf(template, 'LIMITED_TIME_OFFER')?.['limited_time_offer'];
  const hasEnd = isObject(offer) && offer['has_expiration'] === true;
  if (!sent && !hasEnd) return null;
  if (sent && !isObject(offer)) {
    throw new GraphError(132018, `${sent.at}: the template ${template.name} has no limited_time_offer.`);
  }
  const parameter = sent?.parameters[0];
  if (!sent || sent.parameters.length !== 1 || !hasEnd) {
    throw new GraphError(
      132000,
      `limited_time_offer: number of params (${sent?.parameters.length ?? 0}) does not match the expected number of params (${hasEnd ? 1 : 0})`,
    );
  }
  const path = `${sent.at}['parameters'][0]`;
  const value = typedParameter(parameter, 'limited_time_offer', path);
  if (!isObject(value)) throw invalid(`${path}['limited_time_offer']`, 'must be a JSON object.');
  const key = `${path}['limited_time_offer']['expiration_time_ms']`;
  const at = requireInteger(value, 'expiration_time_ms', key, 0, 9_999_999_999_999);
  if (at <= lookups.now) throw new GraphError(131009, `Param ${key} must be in the future.`);
  return at;
}

function matchTapTarget(template: Template, sent: SentComponent | undefined): TemplateValues['tapTarget'] {
  if (!sent) return null;
  if (!buttonsOf(template).some((button) => button.type.toUpperCase() === 'URL')) {
    throw new GraphError(132018, `${sent.at}: the template ${template.name} has no button with a URL.`);
  }
  const path = `${sent.at}['parameters'][0]`;
  if (sent.parameters.length !== 1) {
    throw new GraphError(132000, `tap_target_configuration: one parameter is expected, not ${sent.parameters.length}`);
  }
  const given = typedParameter(sent.parameters[0], 'tap_target_configuration', path);
  // Meta's examples have a list of one, some clients the one alone.
  const value = { targets: isObject(given) ? [given] : given };
  const targets = requireObjects(value, 'targets', `${path}['tap_target_configuration']`, 1, 1);
  const { element, at } = targets[0] as (typeof targets)[number];
  for (const key of Object.keys(element)) if (key !== 'url' && key !== 'title') throw invalid(at, `has no ${key}.`);
  return {
    url: requireUrl(element, 'url', `${at}['url']`),
    title: requireText(element, 'title', `${at}['title']`, 1000),
  };
}

/** The value of a parameter that must have a type. */
function typedParameter(parameter: unknown, type: string, path: string): unknown {
  if (!isObject(parameter)) throw invalid(path, 'must be a JSON object.');
  if (typeOf(parameter) !== type) throw formatMismatch(path, type, typeOf(parameter));
  return parameter[type];
}

function checkLengths(template: Template, rendered: Rendered, lookups: Lookups): void {
  const hasOffer = rendered.limited_time_offer !== undefined;
  const isOneProduct = componentOf(template, 'HEADER')?.format?.toUpperCase() === 'PRODUCT';
  const max = hasOffer ? 600 : isOneProduct ? 160 : lookups.settings.template_body_length;
  checkLength(rendered, max, '');
  for (const [index, card] of (rendered.cards ?? []).entries()) checkLength(card, 160, ` of card ${index}`);
}

function checkLength(part: RenderedPart, max: number, where: string): void {
  if (characterCount(part.body) > max) {
    throw new GraphError(132005, `The translated body${where} is longer than ${max} characters.`);
  }
  const header = part.header?.['text'];
  if (typeof header === 'string' && characterCount(header) > 60) {
    throw new GraphError(132005, 'The translated header is longer than 60 characters.');
  }
  for (const { url } of part.buttons) {
    if (typeof url === 'string' && characterCount(url) > 2000) {
      throw new GraphError(132005, `The translated URL of a button${where} is longer than 2000 characters.`);
    }
  }
}
