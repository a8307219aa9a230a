import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { isObject, optionalObject, optionalText, requireArray, requireText, shown } from '#cloud-api/checks.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { newDigits } from '#cloud-api/ids.ts';
import { checkTemplateDefinition } from '#cloud-api/template-definition.ts';
import { type Template, type TemplateDefinition, type Templates, newTemplate } from '#cloud-api/templates.ts';
import type { Uploads } from '#cloud-api/account/uploads.ts';
import { expandAuthentication } from './authentication.ts';
import { knownLanguage } from './languages.ts';
import { type ButtonInput, componentsFrom, searchLibrary } from './library.ts';
import { sells } from './review.ts';
import type { TemplateLife } from './template-life.ts';
import { checkLifetime, checkTemplateRules, variablesWithoutExample } from './template-rules.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  templates: Templates;
  templateLife: TemplateLife;
  uploads: Uploads;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How often an approved template may be edited. */
const EDITS_PER_MONTH = 10;

/** Writes down a new template and puts it in review. Throws the `GraphError` of the first rule that it breaks. */
export function createTemplate(wabaId: string, body: Json, deps: Deps): Template {
  const { settings, templates, templateLife } = deps;
  const fromLibrary = body['library_template_name'] === undefined ? undefined : takeFromLibrary(body);
  const definition = checked(fromLibrary ?? body, settings);
  checkHandles(definition, deps);
  checkPlace(wabaId, definition, deps);
  const template = newTemplate(definition, newDigits(16), wabaId);
  Object.assign(template, {
    created_at: deps.clock.now(),
    message_send_ttl_seconds: checkLifetime(body['message_send_ttl_seconds'], definition.category),
    cta_url_link_tracking_opted_out: isTrue(body['cta_url_link_tracking_opted_out']),
    sub_category: optionalText(body, 'sub_category', 'sub_category', 100) ?? null,
    bid_spec: optionalObject(body, 'bid_spec', 'bid_spec') ?? null,
    library_template_name: fromLibrary ? shown(body['library_template_name']) : null,
  });
  chooseCategory(template, settings);
  templates.save(template);
  if (fromLibrary) templateLife.setStatus(template, 'APPROVED');
  else templateLife.startReview(template);
  return template;
}

/** Replaces what the body names, and puts the template in review again. */
export function editTemplate(template: Template, body: Json, deps: Deps): void {
  const { clock, settings, templates, templateLife } = deps;
  const { status } = template;
  if (!['APPROVED', 'REJECTED', 'PAUSED', 'DISABLED'].includes(status)) {
    throw new GraphError(100, `A template that is ${status} cannot be edited.`);
  }
  const category = body['category'] === undefined ? undefined : shown(body['category']).toUpperCase();
  if (category !== undefined && category !== template.category && status === 'APPROVED') {
    throw new GraphError(100, 'The category of an approved template cannot be edited.');
  }
  const edits = template.edited_at.filter((at) => at > clock.now() - 30 * DAY_MS);
  if (status === 'APPROVED' && settings.limits === 'on') {
    if ((edits.at(-1) ?? 0) > clock.now() - DAY_MS) {
      throw new GraphError(100, 'An approved template can be edited once in 24 hours.');
    }
    if (edits.length >= EDITS_PER_MONTH) {
      throw new GraphError(100, `An approved template can be edited ${EDITS_PER_MONTH} times in 30 days.`);
    }
  }
  const definition = checked(
    {
      name: template.name,
      language: template.language,
      category: category ?? template.category,
      parameter_format: body['parameter_format'] ?? template.parameter_format,
      components: body['components'] ?? template.components,
    },
    settings,
    { isExpanded: body['components'] === undefined },
  );
  checkHandles(definition, deps);
  const lifetime = body['message_send_ttl_seconds'];
  if (lifetime !== undefined) template.message_send_ttl_seconds = checkLifetime(lifetime, definition.category);
  if (body['cta_url_link_tracking_opted_out'] !== undefined) {
    template.cta_url_link_tracking_opted_out = isTrue(body['cta_url_link_tracking_opted_out']);
  }
  const hasNewText = ['category', 'components', 'parameter_format'].some((key) => body[key] !== undefined);
  Object.assign(template, definition);
  if (status === 'APPROVED') template.edited_at = [...edits, clock.now()];
  templates.save(template);
  if (!hasNewText) return;
  chooseCategory(template, settings);
  templateLife.tellComponents(template);
  templateLife.startReview(template);
}

/** Creates or changes a one-time-password template in several languages; they need no review. */
export function upsertAuthentication(wabaId: string, body: Json, deps: Deps): Template[] {
  const { settings, templates, templateLife } = deps;
  if (shown(body['category']).toUpperCase() !== 'AUTHENTICATION') {
    throw new GraphError(100, 'Param category must be AUTHENTICATION.');
  }
  const languages = withManagementCode(() => requireArray(body, 'languages', 'languages', 1, 100));
  const definitions = languages.map((language) => checked({ ...body, language: shown(language) }, settings));
  const known = (definition: TemplateDefinition) => templates.find(definition.name, definition.language, wabaId);
  for (const definition of definitions) if (!known(definition)) checkPlace(wabaId, definition, deps);
  return definitions.map((definition) => {
    const template = known(definition) ?? newTemplate(definition, newDigits(16), wabaId);
    Object.assign(template, definition);
    if (template.created_at === 0) template.created_at = deps.clock.now();
    template.message_send_ttl_seconds = checkLifetime(body['message_send_ttl_seconds'], 'AUTHENTICATION');
    templates.save(template);
    templateLife.setStatus(template, 'APPROVED');
    return template;
  });
}

/** `isExpanded`: the components are those that WhatsApp made of an earlier call. */
function checked(body: Json, settings: Settings, options: { isExpanded?: boolean } = {}): TemplateDefinition {
  const definition = withManagementCode(() => checkTemplateDefinition(body));
  if (options.isExpanded && definition.category === 'AUTHENTICATION') return definition;
  checkTemplateRules(definition);
  const without = settings.template_example_missing === 'refuse' ? variablesWithoutExample(definition) : [];
  if (without.length > 0) {
    throw new GraphError(100, `There is no example for ${without.join(', ')}.`, { subcode: 2388039 });
  }
  const language = knownLanguage(definition.language) ?? definition.language;
  const components =
    definition.category === 'AUTHENTICATION'
      ? expandAuthentication(definition.components, language)
      : definition.components;
  return { ...definition, language, components };
}

/** What is missing or wrong has codes of its own only in messages: calls that manage the account get 100. */
function withManagementCode<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    const isOfMessages = error instanceof GraphError && (error.code === 131008 || error.code === 131009);
    throw isOfMessages ? new GraphError(100, error.details) : error;
  }
}

/** Throws for an example that is no upload, also in the cards of a carousel. */
function checkHandles({ components }: Pick<TemplateDefinition, 'components'>, deps: Deps): void {
  const { settings, uploads } = deps;
  if (settings.template_handles === 'any') return;
  for (const { example, cards } of components) {
    const handles = example?.['header_handle'];
    for (const handle of Array.isArray(handles) ? handles : []) {
      if (uploads.findByHandle(shown(handle)) === undefined) {
        throw new GraphError(100, 'Param header_handle is not the handle of an upload.', { subcode: 2388039 });
      }
    }
    for (const card of cards ?? []) checkHandles(card, deps);
  }
}

/** Whether there is room for one more, and nobody else has the name in this language. */
function checkPlace(wabaId: string, { name, language }: TemplateDefinition, deps: Deps): void {
  const { clock, settings, templates } = deps;
  if (templates.find(name, language, wabaId)) {
    throw new GraphError(100, 'There is already content for this language and name.', { subcode: 2388024 });
  }
  if (templates.isResting(wabaId, name, language, clock.now())) {
    const days = settings.template_name_rest_days;
    throw new GraphError(100, `The name of a deleted template is free after ${days} days.`, { subcode: 2388023 });
  }
  if (settings.limits === 'off') return;
  if (templates.list(wabaId).length >= settings.template_count_limit) {
    throw new GraphError(100, `The account has ${settings.template_count_limit} templates.`, { subcode: 2388019 });
  }
  const recent = templates.list(wabaId).filter((template) => template.created_at > clock.now() - HOUR_MS);
  if (recent.length >= settings.template_creations_per_hour) {
    throw new GraphError(80007, `At most ${settings.template_creations_per_hour} templates can be created in an hour.`);
  }
}

/** A utility template that sells is taken as marketing at once; the answer to the call says so. */
function chooseCategory(template: Template, settings: Settings): void {
  if (template.category === 'UTILITY' && settings.utility_with_marketing === 'flip' && sells(template)) {
    template.previous_category = 'UTILITY';
    template.category = 'MARKETING';
  }
}

function takeFromLibrary(body: Json): Json {
  const key = 'library_template_name';
  const name = withManagementCode(() => requireText(body, key, key, 512));
  const [found] = searchLibrary({ name });
  if (!found) throw new GraphError(100, `The library has no template ${name}.`);
  const inputs = readInputs(body['library_template_button_inputs']);
  const { name: ownName, language } = body;
  const components = componentsFrom(found, inputs);
  return { name: ownName, language: language ?? found.language, category: found.category, components };
}

function readInputs(value: unknown): ButtonInput[] {
  let inputs = value;
  if (typeof value === 'string') {
    try {
      inputs = JSON.parse(value);
    } catch {
      throw new GraphError(100, 'Param library_template_button_inputs is not valid JSON.');
    }
  }
  if (inputs === undefined) return [];
  if (!Array.isArray(inputs) || !inputs.every(isObject)) {
    throw new GraphError(100, 'Param library_template_button_inputs must be an array of objects.');
  }
  return inputs.map((input) => ({ ...input, type: shown(input['type']).toUpperCase() }) as ButtonInput);
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
