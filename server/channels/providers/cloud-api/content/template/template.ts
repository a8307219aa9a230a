import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import {
  type CheckContext,
  checkText,
  checkUnique,
  checkWord,
  fieldsAt,
  listAt,
  type Problems,
  refuse,
  untoldMax,
  wordIn,
} from '#channels/providers/content-checks/checks.ts';
import { checkLink } from '#channels/providers/content-checks/links.ts';
import { checkButtonComponent } from './buttons.ts';
import { checkCards } from './cards.ts';
import { checkBodyParameters, checkHeaderParameters } from './parameters.ts';

/** Whether the parameters fit the approved template is known where the templates are; here only their form is. Names of
 *  components, buttons and parameters may be written in either case, as in Meta's own examples. */
export function checkTemplateContent(problems: Problems, content: Fields, context: CheckContext): void {
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
    checkWord(problems, '/template/language/policy', language['policy'], ['deterministic'], { optional: true });
  }
  if (components === undefined) return;
  const list = listAt(problems, '/template/components', components, 0, 20);
  const places = new Set<unknown>();
  const maxCoupon = list?.some((component) => wordIn(component, 'type') === 'limited_time_offer') ? 15 : 20;
  list?.forEach((component, index) =>
    checkComponent(problems, `/template/components/${index}`, component, places, maxCoupon, context),
  );
}

function checkComponent(
  problems: Problems,
  pointer: string,
  value: unknown,
  places: Set<unknown>,
  maxCoupon: number,
  context: CheckContext,
): void {
  const type = wordIn(value, 'type');
  if (type === 'button') return checkButtonComponent(problems, pointer, value, places, maxCoupon, context);
  switch (type) {
    case 'header':
      checkHeaderParameters(problems, pointer, value, context);
      break;
    case 'body':
      checkBodyParameters(problems, pointer, value);
      break;
    case 'carousel':
      checkCards(problems, pointer, value, context);
      break;
    case 'limited_time_offer':
      checkOffer(problems, pointer, value, context);
      break;
    case 'tap_target_configuration':
      checkTapTarget(problems, pointer, value);
      break;
    default: {
      const others = 'carousel, limited_time_offer or tap_target_configuration';
      return refuse(problems, `${pointer}/type`, `It must be header, body, button, ${others}.`);
    }
  }
  checkUnique(problems, `${pointer}/type`, type, places, 'component');
}

/** The only parameter of a component, whose type and object have the name `kind`. */
function onlyParameter(problems: Problems, pointer: string, value: unknown, kind: string): unknown {
  const component = fieldsAt(problems, pointer, value, ['type', 'parameters']);
  const list = component && listAt(problems, `${pointer}/parameters`, component['parameters'], 1, 1);
  if (!list) return undefined;
  const parameter = fieldsAt(problems, `${pointer}/parameters/0`, list[0], ['type', kind]);
  if (!parameter) return undefined;
  if (wordIn(parameter, 'type') !== kind) refuse(problems, `${pointer}/parameters/0/type`, `It must be "${kind}".`);
  if (parameter[kind] === undefined) refuse(problems, `${pointer}/parameters/0/${kind}`, 'This field is required.');
  return parameter[kind];
}

function checkOffer(problems: Problems, pointer: string, value: unknown, { sendAt }: CheckContext): void {
  const given = onlyParameter(problems, pointer, value, 'limited_time_offer');
  if (given === undefined) return;
  const here = `${pointer}/parameters/0/limited_time_offer`;
  const offer = fieldsAt(problems, here, given, ['expiration_time_ms']);
  const end = offer?.['expiration_time_ms'];
  if (!offer) return;
  if (typeof end !== 'number' || !Number.isSafeInteger(end)) {
    refuse(problems, `${here}/expiration_time_ms`, 'It must be an instant in milliseconds since 1970.');
  } else if (end <= sendAt.epochMilliseconds) {
    refuse(problems, `${here}/expiration_time_ms`, 'It must be later than the message is sent.');
  }
}

// The bubble opens a page of a business that Meta has verified. Meta's examples have a list of one, some clients the one
// alone.
function checkTapTarget(problems: Problems, pointer: string, value: unknown): void {
  const given = onlyParameter(problems, pointer, value, 'tap_target_configuration');
  if (given === undefined) return;
  const here = `${pointer}/parameters/0/tap_target_configuration`;
  const [entry] = isFields(given) ? [given] : (listAt(problems, here, given, 1, 1) ?? []);
  const place = isFields(given) ? here : `${here}/0`;
  const target = entry === undefined ? undefined : fieldsAt(problems, place, entry, ['url', 'title']);
  if (!target) return;
  checkLink(problems, `${place}/url`, target['url']);
  checkText(problems, `${place}/title`, target['title'], { max: untoldMax, singleLine: true });
}
