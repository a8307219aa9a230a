import type { Json } from '#people/chats.ts';
import { invalid, isGiven, isObject, requireObject, requireText } from './checks.ts';
import { GraphError } from './graph-error.ts';
import { type Lookups, checkLocation, checkMediaReference } from './send-simple-types.ts';
import {
  type SentComponent,
  formatMismatch,
  LONGEST_CODE,
  inviteOf,
  matchButton,
  requireButtonValues,
  typeOf,
} from './send-template-buttons.ts';
import { type PartValues, bodyTextOf, placeholdersOf } from './template-rendering.ts';
import { type Template, type TemplatePart, componentOf } from './templates.ts';

/** Matches header, body and buttons of a template, or of a card of its carousel, with what was sent for them. `where`
 *  begins the names of places in errors: empty, or which card it is. */
export function matchPart(
  template: Template,
  part: TemplatePart,
  sent: readonly SentComponent[],
  where: string,
  lookups: Lookups,
): PartValues {
  const header = new Map<string, string>();
  let headerMedia: Json | null = null;
  const body = new Map<string, string>();
  const buttons = new Map<number, Json>();
  for (const component of sent) {
    if (component.type === 'header') {
      headerMedia = matchHeader(template, part, component, `${where}header`, header, lookups);
    } else if (component.type === 'body') {
      takeTexts(template, component, `${where}body`, body);
      if (template.category === 'AUTHENTICATION') checkCode(component);
    } else if (component.type === 'button') {
      matchButton(template, part, component, `${where}buttons`, buttons, lookups);
    }
  }
  const definition = componentOf(part, 'HEADER');
  const format = definition?.format?.toUpperCase();
  if (format === 'TEXT') requireSame(`${where}header`, definition?.text ?? '', header);
  else if (format !== undefined && !headerMedia) {
    throw formatMismatch(`${where}header`, format, 'unknown');
  }
  requireSame(`${where}body`, bodyTextOf(part), body);
  requireButtonValues(part, buttons, `${where}buttons`);
  return { header, headerMedia, body, buttons };
}

function matchHeader(
  template: Template,
  part: TemplatePart,
  sent: SentComponent,
  place: string,
  texts: Map<string, string>,
  lookups: Lookups,
): Json | null {
  const format = componentOf(part, 'HEADER')?.format?.toLowerCase();
  const { parameters } = sent;
  if (format === undefined) {
    if (parameters.length === 0) return null;
    throw countMismatch(place, parameters.length, 0);
  }
  if (format === 'text') {
    takeTexts(template, sent, place, texts);
    return null;
  }
  const [parameter] = parameters;
  if (parameters.length !== 1) throw formatMismatch(place, format, `${parameters.length} parameters`);
  if (!isObject(parameter) || typeOf(parameter) !== format) {
    throw formatMismatch(place, format, isObject(parameter) ? typeOf(parameter) : 'unknown');
  }
  const path = `${sent.at}['parameters'][0]['${format}']`;
  const value = requireObject(parameter, format, path);
  if (format === 'location') {
    checkLocation(value, path);
  } else if (format === 'product') {
    requireText(value, 'product_retailer_id', `${path}['product_retailer_id']`, 200);
    requireText(value, 'catalog_id', `${path}['catalog_id']`, 100);
  } else {
    checkMediaReference(value, format, path, lookups);
  }
  // A GIF is played as a short video.
  return format === 'gif' ? { type: 'video', video: value } : { type: format, [format]: value };
}

/** Reads the text parameters of a header or body into `texts`, by place or by name as the template wants. */
function takeTexts(template: Template, sent: SentComponent, place: string, texts: Map<string, string>): void {
  for (const [index, parameter] of sent.parameters.entries()) {
    const path = `${sent.at}['parameters'][${index}]`;
    if (!isObject(parameter)) throw invalid(path, 'must be a JSON object.');
    const value = textOf(parameter, path, place);
    const isNamed = template.parameter_format === 'NAMED';
    if (isNamed !== isGiven(parameter, 'parameter_name')) {
      throw new GraphError(
        132012,
        isNamed
          ? `${place}: the template has named parameters, ${path}['parameter_name'] is missing.`
          : `${place}: the template has positional parameters, ${path}['parameter_name'] is not allowed.`,
      );
    }
    const name = isNamed ? requireText(parameter, 'parameter_name', `${path}['parameter_name']`, 64) : index + 1;
    if (texts.has(String(name))) throw new GraphError(132012, `${place}: the parameter ${name} is given twice.`);
    texts.set(String(name), value);
  }
}

function textOf(parameter: Json, path: string, place: string): string {
  const type = typeOf(parameter);
  switch (type) {
    case 'currency':
    case 'date_time': {
      const object = requireObject(parameter, type, `${path}['${type}']`);
      return requireText(object, 'fallback_value', `${path}['${type}']['fallback_value']`, 1024);
    }
    case 'group_id':
      return inviteOf(parameter, `${path}['group_id']`);
    case 'text':
      break;
    default:
      throw formatMismatch(place, 'text', type);
  }
  const text = requireText(parameter, 'text', `${path}['text']`, 32_768);
  if (/[\n\t]| {5,}/.test(text)) {
    throw new GraphError(
      132018,
      `${path}['text']: a value cannot have new-line or tab characters or more than 4 consecutive spaces`,
    );
  }
  return text;
}

/** A one-time code stands in the body as in the button, and is as short. */
function checkCode(sent: SentComponent): void {
  const [parameter] = sent.parameters;
  if (isObject(parameter)) requireText(parameter, 'text', `${sent.at}['parameters'][0]['text']`, LONGEST_CODE);
}

function requireSame(place: string, text: string, values: ReadonlyMap<string, string>): void {
  const wanted = placeholdersOf(text);
  if (wanted.length !== values.size) throw countMismatch(place, values.size, wanted.length);
  if (!wanted.every((placeholder) => values.has(placeholder))) {
    throw new GraphError(132012, `${place}: the parameters must be named ${wanted.join(', ')}.`);
  }
}

function countMismatch(place: string, given: number, wanted: number): GraphError {
  return new GraphError(
    132000,
    `${place}: number of localizable_params (${given}) does not match the expected number of params (${wanted})`,
  );
}
