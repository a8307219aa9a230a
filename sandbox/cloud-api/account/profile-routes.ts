import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { accessToNumber } from '#cloud-api/access.ts';
import { characterCount, isObject, optionalBoolean, requireArray, requireText, shown } from '#cloud-api/checks.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { fieldNames } from '#cloud-api/node-fields.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import type { NumberStates } from './number-states.ts';
import type { Uploads } from './uploads.ts';

interface Deps {
  credentials: Credentials;
  settings: Settings;
  numbers: NumberStates;
  uploads: Uploads;
}

type ById = { Params: { id: string } };

const VERTICALS = [
  'OTHER',
  'AUTO',
  'BEAUTY',
  'APPAREL',
  'EDU',
  'ENTERTAIN',
  'EVENT_PLAN',
  'FINANCE',
  'GROCERY',
  'GOVT',
  'HOTEL',
  'HEALTH',
  'NONPROFIT',
  'PROF_SERVICES',
  'RETAIL',
  'TRAVEL',
  'RESTAURANT',
  'ALCOHOL',
  'ONLINE_GAMBLING',
  'PHYSICAL_GAMBLING',
  'OTC_DRUGS',
  'UNDEFINED',
  'NOT_A_BIZ',
];

/** What people see of a business: its profile, its shop, and what they can tap before they write. */
export function profileRoutes(app: FastifyInstance, deps: Deps): void {
  const { numbers, settings, uploads } = deps;

  app.get<ById>('/:id/whatsapp_business_profile', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const { fields } = request.query as { fields?: unknown };
    const asked = typeof fields === 'string' && fields !== '' ? fieldNames(fields) : undefined;
    const { picture_media_id: picture, ...texts } = numbers.of(id).profile;
    const profile: Json = {
      ...texts,
      ...(typeof picture === 'string'
        ? { profile_picture_url: `http://${request.headers.host ?? 'localhost'}/_sandbox/media/${picture}` }
        : {}),
    };
    const shownFields = Object.entries(profile).filter(([key]) => asked === undefined || asked.includes(key));
    return { data: [{ ...Object.fromEntries(shownFields), messaging_product: 'whatsapp' }] };
  });

  app.post<ById>('/:id/whatsapp_business_profile', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const fields = fieldsOf(request);
    const change = profileChange(fields, settings.description_length);
    const handle = fields['profile_picture_handle'];
    if (handle !== undefined) {
      const picture = uploads.findByHandle(shown(handle));
      if (!picture) throw new GraphError(100, 'Param profile_picture_handle is not the handle of an upload.');
      if (!/^image\/(jpe?g|png)$/.test(picture.mime_type)) {
        throw new GraphError(100, 'The profile picture must be a JPEG or PNG.');
      }
      change['picture_media_id'] = picture.media_id;
    }
    numbers.change(id, { profile: { ...numbers.of(id).profile, ...change } });
    return { success: true };
  });

  app.get<ById>('/:id/whatsapp_commerce_settings', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const { is_cart_enabled, is_catalog_visible } = numbers.of(id);
    return { data: [{ is_cart_enabled, is_catalog_visible, id }] };
  });

  app.post<ById>('/:id/whatsapp_commerce_settings', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const fields = fieldsOf(request);
    const state = numbers.of(id);
    numbers.change(id, {
      is_cart_enabled: booleanOf(fields, 'is_cart_enabled') ?? state.is_cart_enabled,
      is_catalog_visible: booleanOf(fields, 'is_catalog_visible') ?? state.is_catalog_visible,
    });
    return { success: true };
  });

  app.get<ById>('/:id/conversational_automation', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const { prompts, commands } = numbers.of(id);
    return { id, prompts, commands };
  });

  app.post<ById>('/:id/conversational_automation', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const fields = fieldsOf(request);
    const { prompts, commands } = numbers.of(id);
    numbers.change(id, {
      prompts: fields['prompts'] === undefined ? prompts : promptsOf(fields),
      commands: fields['commands'] === undefined ? commands : commandsOf(fields),
    });
    return { success: true };
  });
}

/** The checked texts of a profile; throws 100 for one that is too long or of a wrong form. */
function profileChange(fields: Json, descriptionLength: number): Json {
  const change: Json = {};
  const limits = { about: 139, address: 256, description: descriptionLength, email: 128 };
  for (const [key, most] of Object.entries(limits)) {
    const value = fields[key];
    if (value === undefined) continue;
    if (typeof value !== 'string') throw new GraphError(100, `Param ${key} must be a string.`);
    if (characterCount(value) > most)
      throw new GraphError(100, `Param ${key} must be at most ${most} characters long.`);
    change[key] = value;
  }
  if (change['about'] === '') throw new GraphError(100, 'Param about must have 1 to 139 characters.');
  const { email } = change;
  if (typeof email === 'string' && email !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    throw new GraphError(100, 'Param email must be an email address.');
  }
  if (fields['vertical'] !== undefined) {
    const vertical = shown(fields['vertical']).toUpperCase();
    if (!VERTICALS.includes(vertical))
      throw new GraphError(100, `Param vertical must be one of {${VERTICALS.join(', ')}}.`);
    change['vertical'] = vertical;
  }
  if (fields['websites'] !== undefined) {
    const websites = fields['websites'];
    const isRight =
      Array.isArray(websites) &&
      websites.length <= 2 &&
      websites.every((each) => typeof each === 'string' && /^https?:\/\/\S+$/i.test(each) && each.length <= 256);
    if (!isRight) {
      throw new GraphError(100, 'Param websites must be at most two addresses with http(s):// of 256 characters each.');
    }
    change['websites'] = websites;
  }
  return change;
}

function booleanOf(fields: Json, key: string): boolean | undefined {
  optionalBoolean(fields, key, key);
  const value = fields[key];
  return value === undefined ? undefined : value === true || value === 'true';
}

function promptsOf(fields: Json): string[] {
  return requireArray(fields, 'prompts', 'prompts', 0, 4).map((prompt) => {
    if (typeof prompt !== 'string' || prompt === '' || characterCount(prompt) > 80) {
      throw new GraphError(100, 'Param prompts must be texts of 1 to 80 characters.');
    }
    if (/\p{Extended_Pictographic}/u.test(prompt)) throw new GraphError(100, 'Param prompts cannot have emoji.');
    return prompt;
  });
}

function commandsOf(fields: Json): Json[] {
  return requireArray(fields, 'commands', 'commands', 0, 30).map((command) => {
    if (!isObject(command)) throw new GraphError(100, 'Param commands must hold objects.');
    return {
      command_name: requireText(command, 'command_name', "commands['command_name']", 32),
      command_description: requireText(command, 'command_description', "commands['command_description']", 256),
    };
  });
}
