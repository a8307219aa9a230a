import {
  checkText,
  fieldsAt,
  listAt,
  type Problems,
  refuse,
  refuseUnsupported,
} from '#channels/providers/content-checks/checks.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';

const contentSid = /^HX[0-9a-fA-F]{32}$/;
/** Twilio names variables by numbers, or by words of its own form. */
const variableName = /^[A-Za-z0-9_]{1,64}$/;
const maxVariables = 100;
const maxValue = 1024;

/**
 * A template in the words of the Cloud API: its name is the Content SID, the parameters of its body are the values of its
 * variables. Positional ones are "1", "2" …; with `parameter_name` each has its own. Twilio knows one list of variables for
 * the whole template, so values for a header or a button are named, too.
 */
export function checkTemplate(problems: Problems, content: Fields): void {
  const template = fieldsAt(problems, '/template', content['template'], ['name', 'language', 'components']);
  if (!template) return;
  const { name, language, components } = template;
  if (typeof name !== 'string' || !contentSid.test(name)) {
    refuse(problems, '/template/name', 'It must be the Content SID of the template: HX and 32 hexadecimal digits.');
  }
  if (language !== undefined) {
    const fields = fieldsAt(problems, '/template/language', language, ['code', 'policy']);
    if (fields) checkText(problems, '/template/language/code', fields['code'], { max: 40, singleLine: true });
  }
  if (components === undefined) return;
  const list = listAt(problems, '/template/components', components, 0, 10);
  list?.forEach((component, index) => checkComponent(problems, `/template/components/${index}`, component));
  if (list && list.filter(isBody).length > 1) refuse(problems, '/template/components', 'There is more than one body.');
}

/** The values by their names, as `ContentVariables` has them; undefined when the template has none. */
export function variablesOf(template: Fields): Record<string, string> | undefined {
  const components = Array.isArray(template['components']) ? template['components'] : [];
  const body = components.find(isBody);
  const parameters = isFields(body) && Array.isArray(body['parameters']) ? body['parameters'].filter(isFields) : [];
  if (parameters.length === 0) return undefined;
  return Object.fromEntries(
    parameters.map((parameter, index) => [
      textOf(parameter['parameter_name']) ?? String(index + 1),
      String(parameter['text']),
    ]),
  );
}

function checkComponent(problems: Problems, pointer: string, value: unknown): void {
  const component = fieldsAt(problems, pointer, value, ['type', 'parameters', 'sub_type', 'index']);
  if (!component) return;
  if (!isBody(component)) {
    const advice = 'Give the values of headers and buttons in the body, each with the name of its variable.';
    refuseUnsupported(
      problems,
      `${pointer}/type`,
      `Twilio has one list of variables for the whole template. ${advice}`,
    );
    return;
  }
  const parameters = listAt(problems, `${pointer}/parameters`, component['parameters'], 0, maxVariables);
  if (!parameters) return;
  const names = new Set<unknown>();
  const named = parameters.filter((one) => isFields(one) && one['parameter_name'] !== undefined).length;
  if (named > 0 && named < parameters.length)
    refuse(problems, `${pointer}/parameters`, 'Either all of them have a name, or none.');
  parameters.forEach((parameter, index) => {
    checkParameter(problems, `${pointer}/parameters/${index}`, parameter, names);
  });
}

function checkParameter(problems: Problems, pointer: string, value: unknown, names: Set<unknown>): void {
  if (isFields(value) && (typeof value['type'] !== 'string' || value['type'].toLowerCase() !== 'text')) {
    refuseUnsupported(
      problems,
      `${pointer}/type`,
      'The values of a template are texts here; a file is given as its link.',
    );
    return;
  }
  const parameter = fieldsAt(problems, pointer, value, ['type', 'text', 'parameter_name']);
  if (!parameter) return;
  const { text, parameter_name: name } = parameter;
  // Twilio refuses a value with a line break or of spaces alone.
  checkText(problems, `${pointer}/text`, text, { max: maxValue, singleLine: true });
  if (name === undefined) return;
  if (typeof name !== 'string' || !variableName.test(name)) {
    refuse(problems, `${pointer}/parameter_name`, 'It must be a name of letters, digits and "_".');
  } else if (names.has(name)) {
    refuse(problems, `${pointer}/parameter_name`, 'Another value has the same name; each must be unique.');
  }
  names.add(name);
}

function isBody(component: unknown): boolean {
  return isFields(component) && typeof component['type'] === 'string' && component['type'].toLowerCase() === 'body';
}
