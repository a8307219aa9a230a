import type { Json } from '#people/chats.ts';
import { characterCount, isObject } from '#cloud-api/checks.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { placeholdersOf } from '#cloud-api/template-rendering.ts';
import type { TemplateComponent, TemplateDefinition } from '#cloud-api/templates.ts';
import { checkAuthentication } from './authentication.ts';
import { checkButtons } from './button-rules.ts';
import { checkCarousel } from './carousel-rules.ts';
import { knownLanguage } from './languages.ts';

const HEADER_FORMATS = ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'GIF', 'LOCATION', 'PRODUCT'];
const KINDS = [
  'HEADER',
  'BODY',
  'FOOTER',
  'BUTTONS',
  'CAROUSEL',
  'LIMITED_TIME_OFFER',
  'CALL_PERMISSION_REQUEST',
  'TAP_TARGET_CONFIGURATION',
];

/** What a template must fulfil as a whole, after each of its components has the right form. Throws 100 with the
 *  subcode that Meta documents for the rule. */
export function checkTemplateRules(definition: TemplateDefinition): void {
  const { category, components } = definition;
  if (knownLanguage(definition.language) === undefined) {
    throw new GraphError(100, `Param language ${definition.language} is not one of the languages of templates.`);
  }
  for (const { type } of components) {
    if (!KINDS.includes(type)) {
      throw new GraphError(100, `Param components['type'] must be one of {${KINDS.join(', ')}}, not ${type}.`);
    }
  }
  for (const type of KINDS) {
    if (components.filter((component) => component.type === type).length > 1) {
      throw new GraphError(100, `The component ${type} is given twice.`, { subcode: 2388039 });
    }
  }
  if (category === 'AUTHENTICATION') {
    checkAuthentication(components);
    return;
  }
  const find = (type: string) => components.find((component) => component.type === type);
  const header = find('HEADER');
  const body = find('BODY');
  const buttons = find('BUTTONS');
  if (typeof body?.text !== 'string' || body.text.trim() === '') {
    throw new GraphError(100, 'The body needs a text.', { subcode: 2388072 });
  }
  if (header) checkHeader(header);
  const footer = find('FOOTER');
  if (footer && (typeof footer.text !== 'string' || footer.text === '' || footer.text.includes('\n'))) {
    throw new GraphError(100, 'The footer needs a text without new lines.', { subcode: 2388073 });
  }
  if (buttons) checkButtons(buttons.buttons ?? [], category, "components['buttons']");
  const offer = find('LIMITED_TIME_OFFER');
  if (offer) checkOffer(offer, { header, body: body.text, footer, category });
  const carousel = find('CAROUSEL');
  if (carousel) checkCarousel(carousel, { header, footer, category });
  checkNames(definition);
}

/** How long WhatsApp may try to deliver a message of the template. Null leaves the category's standard. */
export function checkLifetime(value: unknown, category: TemplateDefinition['category']): number | null {
  if (value === undefined || value === null) return null;
  const seconds = typeof value === 'string' ? Number(value) : value;
  const [least, most] = LIFETIMES[category];
  if (
    typeof seconds !== 'number' ||
    !Number.isInteger(seconds) ||
    (seconds !== -1 && (seconds < least || seconds > most))
  ) {
    throw new GraphError(100, `Param message_send_ttl_seconds must be -1 or from ${least} to ${most} for ${category}.`);
  }
  return seconds;
}

const LIFETIMES: Readonly<Record<TemplateDefinition['category'], readonly [number, number]>> = {
  AUTHENTICATION: [30, 900],
  UTILITY: [30, 43_200],
  MARKETING: [43_200, 2_592_000],
};

function checkHeader(header: TemplateComponent): void {
  if (header.format === undefined || !HEADER_FORMATS.includes(header.format)) {
    throw new GraphError(100, `The header needs a format, one of {${HEADER_FORMATS.join(', ')}}.`, {
      subcode: 2388047,
    });
  }
  if (header.format !== 'TEXT') return;
  const { text } = header;
  if (typeof text !== 'string' || text.trim() === '') {
    throw new GraphError(100, 'The header needs a text.', { subcode: 2388047 });
  }
  if (/\p{Extended_Pictographic}/u.test(text) || /(^|\s)([*_~])\S[^*_~]*\S\2(\s|$)/.test(text)) {
    throw new GraphError(100, 'The header cannot have emoji or formatting marks.', { subcode: 2388047 });
  }
}

function checkOffer(
  component: TemplateComponent,
  around: {
    header: TemplateComponent | undefined;
    footer: TemplateComponent | undefined;
    body: string;
    category: string;
  },
): void {
  const offer = component['limited_time_offer'];
  const text = isObject(offer) ? offer['text'] : undefined;
  if (typeof text !== 'string' || text === '') {
    throw new GraphError(100, "Param limited_time_offer['text'] is required.");
  }
  if (characterCount(text) > 16) {
    throw new GraphError(100, 'The text of a limited-time offer is longer than 16 characters.', { subcode: 2388040 });
  }
  if (around.category !== 'MARKETING') {
    throw new GraphError(100, 'A limited-time offer must be MARKETING.', { subcode: 2388039 });
  }
  if (around.footer) throw new GraphError(100, 'A limited-time offer has no footer.', { subcode: 2388073 });
  if (around.header && around.header.format !== 'IMAGE' && around.header.format !== 'VIDEO') {
    throw new GraphError(100, 'The header of a limited-time offer is an image or a video.', { subcode: 2388047 });
  }
  if (characterCount(around.body) > 600) {
    throw new GraphError(100, 'The body of a limited-time offer is longer than 600 characters.', { subcode: 2388040 });
  }
}

/** Names of variables are numbers or words, as `parameter_format` says, everywhere in the template. */
function checkNames({ components, parameter_format: format }: TemplateDefinition): void {
  for (const { type, text } of components) {
    for (const name of placeholdersOf(typeof text === 'string' ? text : '')) {
      const fits = format === 'NAMED' ? /^[a-z][a-z0-9_]*$/.test(name) : /^\d+$/.test(name);
      if (fits) continue;
      const wanted =
        format === 'NAMED' ? 'lower-case letters, digits and _' : 'numbers, as parameter_format is POSITIONAL';
      throw new GraphError(100, `The variable {{${name}}} is not possible: names of variables are ${wanted}.`, {
        subcode: type === 'HEADER' ? 2388047 : 2388072,
      });
    }
  }
}

/** The variables of a text for which no example is given. */
export function variablesWithoutExample({ components, parameter_format: format }: TemplateDefinition): string[] {
  const without: string[] = [];
  for (const component of components) {
    const { type, text, format: headerFormat } = component;
    const example: Json = isObject(component.example) ? component.example : {};
    if (type === 'HEADER' && ['IMAGE', 'VIDEO', 'DOCUMENT', 'GIF'].includes(headerFormat ?? '')) {
      const handles = example['header_handle'] ?? example['header_url'];
      if (!Array.isArray(handles) || handles.length === 0) without.push('the header');
    }
    if ((type !== 'HEADER' && type !== 'BODY') || typeof text !== 'string') continue;
    const key = type === 'HEADER' ? 'header_text' : 'body_text';
    const names = placeholdersOf(text);
    if (format === 'NAMED') {
      const given = new Set(
        listOf(example[`${key}_named_params`]).map((each) => (isObject(each) ? each['param_name'] : '')),
      );
      without.push(...names.filter((name) => !given.has(name)));
    } else {
      const [first] = listOf(example[key]);
      const values = key === 'body_text' && Array.isArray(first) ? (first as unknown[]) : listOf(example[key]);
      if (values.length < names.length) without.push(...names.slice(values.length));
    }
  }
  return without;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
