import { type Fields, isFields } from '#channels/providers/cloud-api/fields.ts';
import { checkText, checkUnique, fieldsAt, listAt, type Problems, refuse, refuseForNow } from './checks.ts';
import { checkMedia } from './media.ts';
import { checkLocation } from './simple.ts';

// The rendered body of a template ends at 1,024 characters, but older accounts may have templates of a body alone up to
// this. We do not know the template here, so the wider limit is ours and Meta judges the rendered text (132005).
const maxBodyCharacters = 32_768;
const laterComponents: readonly unknown[] = ['carousel', 'limited_time_offer', 'tap_target_configuration'];
const laterHeaders: readonly unknown[] = ['gif', 'product'];
const laterButtons: readonly unknown[] = ['catalog', 'mpm', 'flow', 'voice_call', 'order_details'];

/** Whether the parameters fit the approved template is known where the templates are; here only their form is. */
export function checkTemplateContent(problems: Problems, content: Fields): void {
  const template = fieldsAt(problems, '/template', content['template'], [
    'name',
    'language',
    'components',
    'namespace',
  ]);
  if (!template) return;
  const { name, namespace, components } = template;
  if (typeof name !== 'string' || !/^[a-z0-9_]{1,512}$/.test(name)) {
    refuse(problems, '/template/name', 'It must have 1 to 512 lower-case letters, digits and underscores.');
  }
  checkText(problems, '/template/namespace', namespace, { max: 512, optional: true, singleLine: true });
  const language = fieldsAt(problems, '/template/language', template['language'], ['code', 'policy']);
  if (language) {
    if (typeof language['code'] !== 'string' || !/^[a-z]{2,3}(?:_[A-Za-z]{2,4})?$/.test(language['code'])) {
      refuse(
        problems,
        '/template/language/code',
        'It must be the code of the approved template, such as "en" or "en_US".',
      );
    }
    if (language['policy'] !== undefined && language['policy'] !== 'deterministic') {
      refuse(problems, '/template/language/policy', 'It must be "deterministic".');
    }
  }
  if (components === undefined) return;
  const places = new Set<unknown>();
  listAt(problems, '/template/components', components, 0, 20)?.forEach((component, index) =>
    checkComponent(problems, `/template/components/${index}`, component, places),
  );
}

function checkComponent(problems: Problems, pointer: string, value: unknown, places: Set<unknown>): void {
  const type = isFields(value) ? value['type'] : undefined;
  if (laterComponents.includes(type))
    return refuseForNow(problems, `${pointer}/type`, `The template component "${String(type)}"`);
  if (type === 'button') return checkButton(problems, pointer, value, places);
  if (type !== 'header' && type !== 'body')
    return refuse(problems, `${pointer}/type`, 'It must be "header", "body" or "button".');
  const component = fieldsAt(problems, pointer, value, ['type', 'parameters']);
  if (!component) return;
  checkUnique(problems, `${pointer}/type`, type, places, 'component');
  if (type === 'header') {
    const [parameter] = listAt(problems, `${pointer}/parameters`, component['parameters'], 1, 1) ?? [];
    if (parameter !== undefined) checkHeaderParameter(problems, `${pointer}/parameters/0`, parameter);
  } else if (component['parameters'] !== undefined) {
    checkBodyParameters(problems, `${pointer}/parameters`, component['parameters']);
  }
}

function checkHeaderParameter(problems: Problems, pointer: string, value: unknown): void {
  const type = isFields(value) ? value['type'] : undefined;
  if (laterHeaders.includes(type))
    return refuseForNow(problems, `${pointer}/type`, `A template header of the type "${String(type)}"`);
  if (type === 'text') {
    checkTextParameter(problems, pointer, value, 60);
  } else if (type === 'image' || type === 'video' || type === 'document') {
    const parameter = fieldsAt(problems, pointer, value, ['type', type]);
    if (parameter) checkMedia(problems, `${pointer}/${type}`, parameter[type], type === 'document' ? ['filename'] : []);
  } else if (type === 'location') {
    const parameter = fieldsAt(problems, pointer, value, ['type', 'location']);
    if (parameter) checkLocation(problems, `${pointer}/location`, parameter['location']);
  } else {
    refuse(problems, `${pointer}/type`, 'It must be "text", "image", "video", "document" or "location".');
  }
}

function checkBodyParameters(problems: Problems, pointer: string, value: unknown): void {
  const names = new Set<unknown>();
  let named = 0;
  const parameters = listAt(problems, pointer, value, 0, 100);
  parameters?.forEach((entry, index) => {
    const here = `${pointer}/${index}`;
    const type = isFields(entry) ? entry['type'] : undefined;
    if (isFields(entry) && entry['parameter_name'] !== undefined) {
      named++;
      checkUnique(problems, `${here}/parameter_name`, entry['parameter_name'], names, 'parameter');
    }
    if (type === 'text') checkTextParameter(problems, here, entry, maxBodyCharacters);
    else if (type === 'currency') checkCurrency(problems, here, entry);
    else if (type === 'date_time') checkDateTime(problems, here, entry);
    else refuse(problems, `${here}/type`, 'It must be "text", "currency" or "date_time".');
  });
  if (parameters && named > 0 && named < parameters.length) {
    refuse(
      problems,
      pointer,
      'Either every parameter has a parameter_name or none has: a template is named or positional.',
    );
  }
}

function checkTextParameter(problems: Problems, pointer: string, value: unknown, max: number): void {
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
  if (!Number.isSafeInteger(currency['amount_1000'])) {
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

function checkButton(problems: Problems, pointer: string, value: unknown, places: Set<unknown>): void {
  const button = fieldsAt(problems, pointer, value, ['type', 'sub_type', 'index', 'parameters']);
  if (!button) return;
  const { sub_type: kind, index } = button;
  if (laterButtons.includes(kind))
    return refuseForNow(problems, `${pointer}/sub_type`, `The template button "${String(kind)}"`);
  if (!/^[0-9]$/.test(typeof index === 'number' || typeof index === 'string' ? String(index) : '')) {
    refuse(problems, `${pointer}/index`, 'It must be the place of the button, 0 to 9.');
  } else {
    checkUnique(problems, `${pointer}/index`, `button ${String(index)}`, places, 'button');
  }
  if (kind !== 'quick_reply' && kind !== 'url' && kind !== 'copy_code') {
    return refuse(problems, `${pointer}/sub_type`, 'It must be "quick_reply", "url" or "copy_code".');
  }
  const [parameter] = listAt(problems, `${pointer}/parameters`, button['parameters'], 1, 1) ?? [];
  if (parameter === undefined) return;
  const here = `${pointer}/parameters/0`;
  const [type, max] = { quick_reply: ['payload', 256], url: ['text', 2000], copy_code: ['coupon_code', 20] }[kind] as [
    string,
    number,
  ];
  const fields = fieldsAt(problems, here, parameter, ['type', type]);
  if (!fields) return;
  if (fields['type'] !== type) refuse(problems, `${here}/type`, `It must be "${type}".`);
  checkText(problems, `${here}/${type}`, fields[type], { max, singleLine: true });
}
