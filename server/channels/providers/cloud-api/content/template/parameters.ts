import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import {
  type CheckContext,
  checkText,
  checkUnique,
  fieldsAt,
  listAt,
  type Problems,
  refuse,
  wordIn,
} from '#channels/providers/content-checks/checks.ts';
import { checkProduct } from '#channels/providers/cloud-api/content/interactive/products.ts';
import { checkMedia } from '#channels/providers/cloud-api/content/media.ts';
import { checkLocation } from '#channels/providers/content-checks/location.ts';

// The rendered body of a template ends at 1,024 characters, but older accounts may have templates of a body alone up to
// this. We do not know the template here, so the wider limit is ours and Meta judges the rendered text (132005).
const maxBodyCharacters = 32_768;

const valueKinds = ['text', 'currency', 'date_time'] as const;
const objectKinds = ['image', 'video', 'document', 'gif', 'location', 'product'] as const;

/** A header has a text with a value in it, or something else than a text. */
export type HeaderKind = (typeof valueKinds)[number] | (typeof objectKinds)[number];
const headerKinds: readonly HeaderKind[] = [...valueKinds, ...objectKinds];

/** A header with its one parameter. */
export function checkHeaderParameters(
  problems: Problems,
  pointer: string,
  value: unknown,
  context: CheckContext,
  kinds: readonly HeaderKind[] = headerKinds,
): void {
  const component = fieldsAt(problems, pointer, value, ['type', 'parameters']);
  const list = component && listAt(problems, `${pointer}/parameters`, component['parameters'], 1, 1);
  if (!list) return;
  const here = `${pointer}/parameters/0`;
  const [given] = list;
  if (!isFields(given)) {
    fieldsAt(problems, here, given, []);
    return;
  }
  const word = wordIn(given, 'type');
  const kind = kinds.find((known) => known === word);
  if (!kind) {
    return refuse(problems, `${here}/type`, `It must be ${kinds.map((name) => `"${name}"`).join(' or ')}.`);
  }
  if (kind === 'text') return checkTextParameter(problems, here, given, 60);
  if (kind === 'currency') return checkCurrency(problems, here, given);
  if (kind === 'date_time') return checkDateTime(problems, here, given);
  const parameter = fieldsAt(problems, here, given, ['type', kind]);
  if (!parameter) return;
  const object = parameter[kind];
  if (kind === 'gif' && !context.marketingMessages) {
    refuse(problems, `${here}/type`, 'A GIF goes by the Marketing Messages API only: add marketing_messages.');
  }
  if (kind === 'location') checkLocation(problems, `${here}/location`, object);
  else if (kind === 'product') checkProduct(problems, `${here}/product`, object);
  else checkMedia(problems, `${here}/${kind}`, object, kind === 'document' ? ['filename'] : []);
}

/** The values of a body, in order or by name. */
export function checkBodyParameters(problems: Problems, pointer: string, value: unknown): void {
  const component = fieldsAt(problems, pointer, value, ['type', 'parameters']);
  if (component?.['parameters'] === undefined) return;
  const here = `${pointer}/parameters`;
  const parameters = listAt(problems, here, component['parameters'], 0, 100);
  const names = new Set<unknown>();
  let named = 0;
  parameters?.forEach((entry, index) => {
    if (isFields(entry) && entry['parameter_name'] !== undefined) {
      named++;
      checkUnique(problems, `${here}/${index}/parameter_name`, entry['parameter_name'], names, 'parameter');
    }
    checkBodyParameter(problems, `${here}/${index}`, entry);
  });
  if (parameters && named > 0 && named < parameters.length) {
    refuse(
      problems,
      here,
      'Either every parameter has a parameter_name or none has: a template is named or positional.',
    );
  }
}

function checkBodyParameter(problems: Problems, pointer: string, value: unknown): void {
  switch (wordIn(value, 'type')) {
    case 'text':
      return checkTextParameter(problems, pointer, value, maxBodyCharacters);
    case 'currency':
      return checkCurrency(problems, pointer, value);
    case 'date_time':
      return checkDateTime(problems, pointer, value);
    case 'group_id':
      return checkGroupId(problems, pointer, value);
    default:
      refuse(problems, `${pointer}/type`, 'It must be "text", "currency", "date_time" or "group_id".');
  }
}

/** A value that stands in the text of a template. */
export function checkTextParameter(problems: Problems, pointer: string, value: unknown, max: number): void {
  const parameter = fieldsAt(problems, pointer, value, ['type', 'text', 'parameter_name']);
  if (!parameter) return;
  checkParameterName(problems, pointer, parameter);
  if (
    checkText(problems, `${pointer}/text`, parameter['text'], { max, singleLine: true }) &&
    / {5}/.test(parameter['text'])
  ) {
    refuse(problems, `${pointer}/text`, 'It must not have more than four spaces in a row.');
  }
}

/** The id of a group, of which Meta makes the link that invites to it. */
export function checkGroupId(problems: Problems, pointer: string, value: unknown): void {
  const parameter = fieldsAt(problems, pointer, value, ['type', 'group_id', 'parameter_name']);
  if (!parameter) return;
  checkParameterName(problems, pointer, parameter);
  checkText(problems, `${pointer}/group_id`, parameter['group_id'], { max: 512, singleLine: true });
}

function checkParameterName(problems: Problems, pointer: string, parameter: Fields): void {
  const name = parameter['parameter_name'];
  if (name !== undefined && (typeof name !== 'string' || !/^[a-z0-9_]{1,64}$/.test(name))) {
    refuse(problems, `${pointer}/parameter_name`, 'It must have 1 to 64 lower-case letters, digits and underscores.');
  }
}

function checkCurrency(problems: Problems, pointer: string, value: unknown): void {
  const parameter = fieldsAt(problems, pointer, value, ['type', 'currency', 'parameter_name']);
  const currency =
    parameter &&
    fieldsAt(problems, `${pointer}/currency`, parameter['currency'], ['fallback_value', 'code', 'amount_1000']);
  if (!parameter || !currency) return;
  checkParameterName(problems, pointer, parameter);
  checkText(problems, `${pointer}/currency/fallback_value`, currency['fallback_value'], {
    max: 1024,
    singleLine: true,
  });
  if (typeof currency['code'] !== 'string' || !/^[A-Z]{3}$/.test(currency['code'])) {
    refuse(problems, `${pointer}/currency/code`, 'It must be a currency code of three capitals, such as "EUR".');
  }
  const { amount_1000: amount } = currency;
  // Some clients write it as a text, which Meta takes.
  if (!Number.isSafeInteger(typeof amount === 'string' && /^-?\d{1,15}$/.test(amount) ? Number(amount) : amount)) {
    refuse(problems, `${pointer}/currency/amount_1000`, 'It must be a whole number: the amount times 1,000.');
  }
}

function checkDateTime(problems: Problems, pointer: string, value: unknown): void {
  const parameter = fieldsAt(problems, pointer, value, ['type', 'date_time', 'parameter_name']);
  const dateTime = parameter && fieldsAt(problems, `${pointer}/date_time`, parameter['date_time'], ['fallback_value']);
  if (!parameter || !dateTime) return;
  checkParameterName(problems, pointer, parameter);
  checkText(problems, `${pointer}/date_time/fallback_value`, dateTime['fallback_value'], {
    max: 1024,
    singleLine: true,
  });
}
