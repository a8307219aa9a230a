import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { wordIn } from '#channels/providers/content-checks/checks.ts';

/** In characters. */
export const maxCodeLength = 15;

/**
 * The one-time code of a template and where it stands: one value in the body, repeated in the button at the first place.
 * A link that repeats an order number has the same form, so the caller has to know that the message authenticates.
 */
export function findOneTimeCode(content: Fields): { code: string; pointer: string } | undefined {
  const template = content['template'];
  const components = isFields(template) ? template['components'] : undefined;
  if (!Array.isArray(components)) return undefined;
  const body = components.findIndex((component) => wordIn(component, 'type') === 'body');
  const code = onlyText(components[body]);
  const button = components.find((component) => wordIn(component, 'sub_type') === 'url');
  if (code === undefined || onlyText(button) !== code || Number((button as Fields)['index']) !== 0) return undefined;
  return { code, pointer: `/template/components/${body}/parameters/0/text` };
}

function onlyText(component: unknown): string | undefined {
  const parameters = isFields(component) ? component['parameters'] : undefined;
  if (!Array.isArray(parameters) || parameters.length !== 1) return undefined;
  const [parameter] = parameters as unknown[];
  const text = isFields(parameter) ? parameter['text'] : undefined;
  return typeof text === 'string' ? text : undefined;
}
