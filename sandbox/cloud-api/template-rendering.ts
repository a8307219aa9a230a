import type { Json } from '#people/chats.ts';
import { shown } from './checks.ts';
import { type Template, buttonsOf, componentOf } from './templates.ts';

export interface Rendered {
  header: Json | null;
  body: string;
  footer: string | null;
  buttons: Json[];
}

/** The names in a text's placeholders, each once, in the order of their first appearance: `1`, `2` or `first_name`. */
export function placeholdersOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{\{\s*(\w+)\s*\}\}/g), (match) => match[1] as string))];
}

/** Puts values in the places of a text. */
function fillPlaceholders(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (place, name: string) => values.get(name) ?? place);
}

export interface TemplateValues {
  header: ReadonlyMap<string, string>;
  /** The header's parameter where it is no text: `{ type: 'image', image: … }`. */
  headerMedia: Json | null;
  body: ReadonlyMap<string, string>;
  /** By the button's index: the text, payload or code given for it. */
  buttons: ReadonlyMap<number, string>;
}

/** What the person sees. Pure; the values have been matched with the template before. */
export function renderTemplate(template: Template, values: TemplateValues): Rendered {
  const header = componentOf(template, 'HEADER');
  return {
    header:
      header?.format?.toUpperCase() === 'TEXT'
        ? { type: 'text', text: fillPlaceholders(header.text ?? '', values.header) }
        : values.headerMedia,
    body: fillPlaceholders(componentOf(template, 'BODY')?.text ?? '', values.body),
    footer: componentOf(template, 'FOOTER')?.text ?? null,
    buttons: buttonsOf(template).map((button, index) => {
      const value = values.buttons.get(index);
      switch (button.type.toUpperCase()) {
        case 'QUICK_REPLY':
          return { type: 'quick_reply', text: button.text ?? '', payload: value ?? button.text ?? '' };
        case 'URL':
          if (button.otp_type) return { type: 'copy_code', text: button.text ?? 'Copy code', code: value ?? '' };
          return {
            type: 'url',
            text: button.text ?? '',
            url: fillPlaceholders(button.url ?? '', new Map([['1', value ?? '']])),
          };
        case 'PHONE_NUMBER':
          return { type: 'phone_number', text: button.text ?? '', phone_number: button.phone_number ?? '' };
        case 'COPY_CODE':
          return { type: 'copy_code', text: 'Copy offer code', code: value ?? shown(button.example ?? '') };
        default:
          return { type: button.type.toLowerCase(), text: button.text ?? '' };
      }
    }),
  };
}
