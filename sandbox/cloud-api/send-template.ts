import type { Json } from '#people/chats.ts';
import { characterCount, invalid, isObject, requireArray, requireObject, requireText } from './checks.ts';
import { GraphError } from './graph-error.ts';
import { type Lookups, checkMediaReference } from './send-simple-types.ts';
import { type Rendered, type TemplateValues, placeholdersOf, renderTemplate } from './template-rendering.ts';
import { type Template, buttonsOf, componentOf } from './templates.ts';

/** Matches a template send with the template. Gives what the person will see; throws the `GraphError` otherwise. */
export function checkTemplateMessage(
  message: Json,
  lookups: Lookups & { findTemplate(name: string, language: string): Template | undefined },
): { template: Template; rendered: Rendered } {
  const send = requireObject(message, 'template', 'template');
  const name = requireText(send, 'name', "template['name']", 512);
  const languageObject = requireObject(send, 'language', "template['language']");
  const language = requireText(languageObject, 'code', "template['language']['code']", 20);
  const template = findSendable(name, language, lookups);

  const components =
    send['components'] === undefined ? [] : requireArray(send, 'components', "template['components']", 0, 20);
  const header = new Map<string, string>();
  let headerMedia: Json | null = null;
  const body = new Map<string, string>();
  const buttons = new Map<number, string>();
  const given = new Set<string>();
  for (const [index, component] of components.entries()) {
    const path = `template['components'][${index}]`;
    if (!isObject(component)) throw invalid(path, 'must be a JSON object.');
    const type = requireText(component, 'type', `${path}['type']`, 40).toLowerCase();
    const parameters =
      component['parameters'] === undefined
        ? []
        : requireArray(component, 'parameters', `${path}['parameters']`, 0, 100);
    const key = type === 'button' ? `button ${String(component['index'])}` : type;
    if (given.has(key)) throw new GraphError(132018, `${path}: the component ${key} is given twice.`);
    given.add(key);
    switch (type) {
      case 'header':
        headerMedia = checkHeader(template, parameters, path, header, lookups);
        break;
      case 'body':
        takeTexts(template, parameters, `${path}['parameters']`, body);
        break;
      case 'button':
        checkButton(template, component, parameters, path, buttons);
        break;
      case 'carousel':
      case 'limited_time_offer':
      case 'tap_target_configuration':
        if (!componentOf(template, type.toUpperCase())) {
          throw new GraphError(132018, `${path}: the template ${name} has no ${type}.`);
        }
        break;
      default:
        throw invalid(`${path}['type']`, 'must be one of {HEADER, BODY, BUTTON, CAROUSEL, LIMITED_TIME_OFFER}.');
    }
  }
  const values: TemplateValues = { header, headerMedia, body, buttons };
  requireAll(template, values);
  const rendered = renderTemplate(template, values);
  if (characterCount(rendered.body) > 1024)
    throw new GraphError(132005, 'The translated body is longer than 1024 characters.');
  const headerText = rendered.header?.['text'];
  if (typeof headerText === 'string' && characterCount(headerText) > 60) {
    throw new GraphError(132005, 'The translated header is longer than 60 characters.');
  }
  return { template, rendered };
}

function findSendable(
  name: string,
  language: string,
  lookups: { findTemplate(name: string, language: string): Template | undefined },
): Template {
  const template = lookups.findTemplate(name, language);
  if (template?.status === 'PAUSED') throw new GraphError(132015, `Template ${name} (${language}) is paused.`);
  if (template?.status === 'DISABLED') throw new GraphError(132016, `Template ${name} (${language}) is disabled.`);
  if (template?.status !== 'APPROVED') {
    throw new GraphError(132001, `template name (${name}) does not exist in ${language}`);
  }
  return template;
}

function checkHeader(
  template: Template,
  parameters: unknown[],
  path: string,
  texts: Map<string, string>,
  lookups: Lookups,
): Json | null {
  const format = componentOf(template, 'HEADER')?.format?.toLowerCase();
  if (format === undefined) {
    if (parameters.length === 0) return null;
    throw new GraphError(
      132000,
      `header: number of localizable_params (${parameters.length}) does not match the expected number of params (0)`,
    );
  }
  if (format === 'text') {
    takeTexts(template, parameters, `${path}['parameters']`, texts);
    return null;
  }
  const [parameter] = parameters;
  if (parameters.length !== 1) {
    throw new GraphError(
      132012,
      `header: Format mismatch, expected ${format.toUpperCase()}, received ${parameters.length} parameters`,
    );
  }
  if (!isObject(parameter) || parameter['type'] !== format) {
    const type = isObject(parameter) ? String(parameter['type']).toUpperCase() : 'UNKNOWN';
    throw new GraphError(132012, `header: Format mismatch, expected ${format.toUpperCase()}, received ${type}`);
  }
  const media = requireObject(parameter, format, `${path}['parameters'][0]['${format}']`);
  if (format === 'image' || format === 'video' || format === 'document') {
    checkMediaReference(media, format, `${path}['parameters'][0]['${format}']`, lookups);
  }
  return { type: format, [format]: media };
}

/** Reads the text parameters of a header or body into `texts`, by place or by name as the template wants. */
function takeTexts(template: Template, parameters: unknown[], path: string, texts: Map<string, string>): void {
  for (const [index, parameter] of parameters.entries()) {
    if (!isObject(parameter)) throw invalid(`${path}[${index}]`, 'must be a JSON object.');
    const value = textOf(parameter, `${path}[${index}]`);
    const named = parameter['parameter_name'];
    if (template.parameter_format === 'NAMED') {
      if (typeof named !== 'string' || named === '') {
        throw new GraphError(
          132012,
          `${path}[${index}]: the template has named parameters, parameter_name is missing.`,
        );
      }
      texts.set(named, value);
    } else {
      texts.set(String(index + 1), value);
    }
  }
}

function textOf(parameter: Json, path: string): string {
  const type = parameter['type'];
  if (type === 'currency' || type === 'date_time') {
    const object = requireObject(parameter, type, `${path}['${type}']`);
    return requireText(object, 'fallback_value', `${path}['${type}']['fallback_value']`, 1024);
  }
  if (type !== 'text')
    throw new GraphError(132012, `${path}: Format mismatch, expected TEXT, received ${String(type).toUpperCase()}`);
  const text = requireText(parameter, 'text', `${path}['text']`, 32_768);
  if (/[\n\t]| {5,}/.test(text)) {
    throw new GraphError(
      132018,
      `${path}['text']: a value cannot have new-line or tab characters or more than 4 consecutive spaces`,
    );
  }
  return text;
}

function checkButton(
  template: Template,
  component: Json,
  parameters: unknown[],
  path: string,
  values: Map<number, string>,
): void {
  const index = Number(component['index']);
  const subType = String(component['sub_type']).toLowerCase();
  if (!Number.isInteger(index) || index < 0 || index > 9)
    throw invalid(`${path}['index']`, 'must be a number from 0 to 9.');
  const button = buttonsOf(template)[index];
  const expected = button?.type.toLowerCase();
  if (!button || expected !== subType) {
    throw new GraphError(
      132018,
      `${path}: button ${index} of the template ${template.name} is ${expected ?? 'absent'}, not ${subType}.`,
    );
  }
  const [parameter] = parameters;
  if (parameters.length !== 1 || !isObject(parameter)) {
    throw new GraphError(
      132000,
      `buttons: Button at index ${index} of type ${subType} requires one parameter, received ${parameters.length}`,
    );
  }
  const key = subType === 'quick_reply' ? 'payload' : subType === 'copy_code' ? 'coupon_code' : 'text';
  if (subType !== 'quick_reply' && subType !== 'url' && subType !== 'copy_code') return;
  if (parameter['type'] !== key) {
    throw new GraphError(
      132012,
      `buttons: Format mismatch at index ${index}, expected ${key.toUpperCase()}, received ${String(parameter['type']).toUpperCase()}`,
    );
  }
  if (subType === 'url' && placeholdersOf(button.url ?? '').length === 0) {
    throw new GraphError(132018, `buttons: Button at index ${index} of type Url does not take a parameter`);
  }
  const max = subType === 'quick_reply' ? 256 : subType === 'copy_code' ? 20 : button.otp_type ? 15 : 2000;
  values.set(index, requireText(parameter, key, `${path}['parameters'][0]['${key}']`, max));
}

function requireAll(template: Template, values: TemplateValues): void {
  const header = componentOf(template, 'HEADER');
  if (header?.format?.toUpperCase() === 'TEXT') requireSame('header', header.text ?? '', values.header);
  else if (header?.format && !values.headerMedia) {
    throw new GraphError(132012, `header: Format mismatch, expected ${header.format.toUpperCase()}, received UNKNOWN`);
  }
  requireSame('body', componentOf(template, 'BODY')?.text ?? '', values.body);
  for (const [index, button] of buttonsOf(template).entries()) {
    const type = button.type.toUpperCase();
    const needsOne = type === 'COPY_CODE' || (type === 'URL' && placeholdersOf(button.url ?? '').length > 0);
    if (needsOne && !values.buttons.has(index)) {
      throw new GraphError(
        131008,
        `buttons: Button at index ${index} of type ${type === 'URL' ? 'Url' : 'CopyCode'} requires a parameter`,
      );
    }
  }
}

function requireSame(place: string, text: string, values: ReadonlyMap<string, string>): void {
  const wanted = placeholdersOf(text);
  const isSame = wanted.length === values.size && wanted.every((placeholder) => values.has(placeholder));
  if (wanted.length !== values.size) {
    throw new GraphError(
      132000,
      `${place}: number of localizable_params (${values.size}) does not match the expected number of params (${wanted.length})`,
    );
  }
  if (!isSame) throw new GraphError(132012, `${place}: the parameters must be named ${wanted.join(', ')}.`);
}
