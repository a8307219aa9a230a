import type { MessageContent } from '#channels/provider.ts';
import { templateOf } from '#messages/template-of.ts';

/** What is said where a template cannot be sent: a text for a channel, or another template for one sender. */
export type Variant =
  | { channel: 'whatsapp' | 'sms'; text: string }
  | { channel: 'email'; subject: string; text: string }
  | { sender_id: string; template: string; language: string };

/** A template, and the same thing said in other ways. */
export interface Twin {
  template: string;
  language: string;
  variants: Variant[];
}

const placeholder = /\{\{\s*([\w.]+)\s*\}\}/g;

/** The places of the template's body that a text names: "1", "name". Those of header and buttons are not among them. Pure. */
export function bodyPlaces(text: string): Set<string> {
  const names = [...text.matchAll(placeholder)].map(([, name]) => name ?? '');
  return new Set(names.filter((name) => !name.includes('.')));
}

/** The texts of a variant in which places are filled in. */
export function textsOf(variant: Variant): string[] {
  if ('sender_id' in variant) return [];
  return variant.channel === 'email' ? [variant.subject, variant.text] : [variant.text];
}

/** The twin of the template that a content is made from; undefined when there is none. */
export function findTwin(content: MessageContent, twins: readonly Twin[]): Twin | undefined {
  const template = templateOf(content);
  if (!template) return undefined;
  return twins.find(
    ({ template: name, language }) => name === template.name && language.replace('-', '_') === template.language,
  );
}

/** The content of a template said as a variant, or in words why it cannot be. Every value of the body is said: what the
 *  text has no place for would be lost without a word. Pure. */
export function sayVariant(
  content: MessageContent,
  variant: Variant,
): { content: MessageContent } | { problem: string } {
  const template = content['template'] as { components?: unknown };
  if ('sender_id' in variant) {
    const other = { ...template, name: variant.template, language: { code: variant.language } };
    return { content: { type: 'template', template: other } };
  }
  const values = valuesOf(template.components);
  const used = new Set(textsOf(variant).flatMap((text) => [...bodyPlaces(text)]));
  const unsaid = [...values.keys()].find((name) => !name.includes('.') && !used.has(name));
  if (unsaid !== undefined) return { problem: `The twin of the template has no place for {{${unsaid}}}.` };
  let missing: string | undefined;
  const fill = (text: string): string =>
    text.replaceAll(placeholder, (place, name: string) => {
      const value = values.get(name);
      if (value === undefined) missing ??= name;
      return value ?? place;
    });
  const said: MessageContent =
    variant.channel === 'email'
      ? { type: 'email', email: { subject: fill(variant.subject), text: fill(variant.text) } }
      : { type: 'text', text: { body: fill(variant.text) } };
  return missing === undefined
    ? { content: said }
    : { problem: `The twin of the template needs {{${missing}}}, which the message does not have.` };
}

/** The texts that a message gives its template: of the body by name or number, of header and buttons as "header.1". */
function valuesOf(components: unknown): Map<string, string> {
  const values = new Map<string, string>();
  let buttons = 0;
  for (const component of Array.isArray(components) ? (components as unknown[]) : []) {
    const { type, parameters } = fieldsOf(component);
    const kind = typeof type === 'string' ? type.toLowerCase() : '';
    if (kind === 'button') buttons += 1;
    const list = Array.isArray(parameters) ? (parameters as unknown[]) : [];
    list.forEach((parameter, index) => {
      const text = textOf(fieldsOf(parameter));
      if (text === undefined) return;
      const name = fieldsOf(parameter)['parameter_name'];
      const own = typeof name === 'string' ? name : String(index + 1);
      if (kind === 'body') values.set(own, text);
      else if (kind === 'header') values.set(`header.${own}`, text);
      else if (kind === 'button' && index === 0) values.set(`button.${buttons}`, text);
    });
  }
  return values;
}

function textOf(parameter: Record<string, unknown>): string | undefined {
  const { text, currency, date_time: dateTime } = parameter;
  if (typeof text === 'string') return text;
  const fallback = fieldsOf(currency)['fallback_value'] ?? fieldsOf(dateTime)['fallback_value'];
  return typeof fallback === 'string' ? fallback : undefined;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
