import type { Json } from '#people/chats.ts';
import { characterCount, isObject, requireArray, requireText, shown } from './checks.ts';
import { GraphError } from './graph-error.ts';
import { placeholdersOf } from './template-rendering.ts';
import type { TemplateButton, TemplateComponent, TemplateDefinition } from './templates.ts';

/** Checks the body that creates a template, with the subcodes that Meta gives for its rules. */
export function checkTemplateDefinition(body: Json): TemplateDefinition {
  const name = requireText(body, 'name', 'name', 512);
  if (!/^[a-z0-9_]+$/.test(name))
    throw new GraphError(100, 'Param name may have lower-case letters, digits and _ only.');
  const language = requireText(body, 'language', 'language', 20);
  const category = requireText(body, 'category', 'category', 40).toUpperCase();
  if (category !== 'AUTHENTICATION' && category !== 'MARKETING' && category !== 'UTILITY') {
    throw new GraphError(100, 'Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}.');
  }
  const format = shown(body['parameter_format'] ?? 'POSITIONAL').toUpperCase();
  if (format !== 'POSITIONAL' && format !== 'NAMED') {
    throw new GraphError(100, 'Param parameter_format must be one of {POSITIONAL, NAMED}.');
  }
  const components = requireArray(body, 'components', 'components', 1, 10).map(checkComponent);
  if (category !== 'AUTHENTICATION' && !components.some((component) => component.type === 'BODY')) {
    throw new GraphError(100, 'A template needs a BODY component.', { subcode: 2388072 });
  }
  return { name, language, category, parameter_format: format, components };
}

function checkComponent(component: unknown, index: number): TemplateComponent {
  if (!isObject(component)) throw new GraphError(100, `Param components[${index}] must be a JSON object.`);
  const type = requireText(component, 'type', `components[${index}]['type']`, 40).toUpperCase();
  const text = component['text'];
  if (text !== undefined && typeof text !== 'string') {
    throw new GraphError(100, `Param components[${index}]['text'] must be a string.`);
  }
  if (type === 'HEADER' && typeof text === 'string') {
    if (characterCount(text) > 60)
      throw new GraphError(100, 'The header is longer than 60 characters.', { subcode: 2388040 });
    if (placeholdersOf(text).length > 1 || text.includes('\n')) {
      throw new GraphError(100, 'The header may have one variable and no new lines.', { subcode: 2388047 });
    }
  }
  if (type === 'BODY' && typeof text === 'string') checkBody(text);
  if (type === 'FOOTER' && typeof text === 'string') {
    if (characterCount(text) > 60)
      throw new GraphError(100, 'The footer is longer than 60 characters.', { subcode: 2388040 });
    if (placeholdersOf(text).length > 0) {
      throw new GraphError(100, 'The footer may have no variables.', { subcode: 2388073 });
    }
  }
  const checked: TemplateComponent = { ...component, type };
  if (typeof checked.format === 'string') checked.format = checked.format.toUpperCase();
  if (type === 'BUTTONS') {
    checked.buttons = requireArray(component, 'buttons', `components[${index}]['buttons']`, 1, 10).map((button) => {
      if (!isObject(button)) throw new GraphError(100, `Param components[${index}]['buttons'] must hold objects.`);
      const buttonType = requireText(button, 'type', 'type', 40).toUpperCase();
      return { ...button, type: buttonType } as TemplateButton;
    });
  }
  return checked;
}

function checkBody(text: string): void {
  if (characterCount(text) > 1024)
    throw new GraphError(100, 'The body is longer than 1024 characters.', { subcode: 2388040 });
  const trimmed = text.trim();
  if (/^\{\{\w+\}\}/.test(trimmed) || /\{\{\w+\}\}$/.test(trimmed)) {
    throw new GraphError(100, 'Variables cannot be at the start or end of the body.', { subcode: 2388299 });
  }
  const variables = placeholdersOf(text).length;
  const words = trimmed.split(/\s+/).length;
  if (variables > 0 && words < 2 * variables + 1) {
    throw new GraphError(100, 'The body has too many variables for its length.', { subcode: 2388293 });
  }
}
