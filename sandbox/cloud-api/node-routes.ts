import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Faults } from '#faults/faults.ts';
import type { Json } from '#people/chats.ts';
import type { People } from '#people/people.ts';
import { callerOf, checkToken, checkVisible, isSame, unknownObject } from './access.ts';
import { requireArray, requireText } from './checks.ts';
import type { BusinessNumber, Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { toWaId } from './phone-numbers.ts';
import { fieldsOf } from './request-body.ts';
import type { MediaStore } from './media.ts';
import { mediaNode, removeMedia, subjectOf } from './media-routes.ts';
import type { Templates } from './templates.ts';

interface Deps {
  credentials: Credentials;
  settings: Settings;
  templates: Templates;
  media: MediaStore;
  faults: Faults;
  people: People;
}

type ById = { Params: { id: string } };

/** Reading the account: the nodes, the token, and the small settings of a number. */
export function nodeRoutes(app: FastifyInstance, deps: Deps): void {
  const { credentials, settings } = deps;

  app.get('/debug_token', (request) => {
    checkToken(request, credentials, settings);
    const { input_token: inputToken } = request.query as { input_token?: unknown };
    if (typeof inputToken !== 'string') throw new GraphError(100, 'The parameter input_token is required.');
    return { data: describeToken(inputToken, credentials) };
  });

  // Some clients get an app token with the client credentials before they subscribe.
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: '/oauth/access_token',
      handler: (request) => {
        const fields = fieldsOf(request);
        const isRight =
          fields['client_id'] === credentials.app_id &&
          typeof fields['client_secret'] === 'string' &&
          isSame(fields['client_secret'], credentials.app_secret);
        if (!isRight) throw new GraphError(1, 'Error validating client secret.');
        return { access_token: `${credentials.app_id}|${credentials.app_secret}`, token_type: 'bearer' };
      },
    });
  }

  app.get<ById>('/:id', (request) => {
    checkToken(request, credentials, settings);
    const { id } = request.params;
    const media = deps.media.find(id);
    if (media && deps.faults.hidesMedia(subjectOf(media))) throw unknownObject(id);
    if (media) return mediaNode(request, media, deps.media);
    const template = deps.templates.findById(id);
    if (template) return pick(request, { ...template });
    checkVisible(id, credentials);
    return pick(request, nodeOf(id, deps), ['id']);
  });

  app.delete<ById>('/:id', async (request) => {
    checkToken(request, credentials, settings);
    return removeMedia(request, request.params.id, deps.media);
  });

  app.get<ById>('/:id/phone_numbers', (request) => {
    checkToken(request, credentials, settings);
    if (request.params.id !== credentials.waba_id) throw unknownObject(request.params.id);
    return page(credentials.phone_numbers.map((number) => pick(request, numberNode(number, settings), ['id'])));
  });

  app.get<ById>('/:id/whatsapp_business_profile', (request) => {
    checkNumber(request);
    return { data: [{ about: 'Hi there! I am a sandbox.', vertical: 'OTHER', messaging_product: 'whatsapp' }] };
  });

  app.post<ById>('/:id/whatsapp_business_profile', (request) => {
    checkNumber(request);
    return { success: true };
  });

  for (const edge of ['register', 'deregister', 'request_code', 'verify_code']) {
    app.post<ById>(`/:id/${edge}`, (request) => {
      checkNumber(request);
      if (edge === 'register' && !/^\d{6}$/.test(String(fieldsOf(request)['pin']))) {
        throw new GraphError(100, 'Param pin must be 6 digits.');
      }
      return { success: true };
    });
  }

  app.get<ById>('/:id/block_users', (request) => {
    checkNumber(request);
    return page(deps.people.blockedByBusiness.map((waId) => ({ messaging_product: 'whatsapp', wa_id: waId })));
  });

  app.route<ById>({
    method: ['POST', 'DELETE'],
    url: '/:id/block_users',
    handler: (request) => {
      checkNumber(request);
      const users = requireArray(fieldsOf(request), 'block_users', 'block_users', 1, 1000).map((entry) => {
        const input = requireText(entry as Json, 'user', "block_users['user']", 100);
        const waId = toWaId(input);
        if (waId === undefined)
          throw new GraphError(131009, `Param block_users['user'] ${input} is not a phone number.`);
        return { input, wa_id: waId };
      });
      const isAdding = request.method === 'POST';
      for (const user of users) deps.people.blockByBusiness(user.wa_id, isAdding);
      return { messaging_product: 'whatsapp', block_users: { [isAdding ? 'added_users' : 'removed_users']: users } };
    },
  });

  function checkNumber(request: FastifyRequest<ById>): void {
    checkToken(request, credentials, settings);
    const { id } = request.params;
    checkVisible(id, credentials);
    if (!credentials.phone_numbers.some((number) => number.phone_number_id === id)) throw unknownObject(id);
  }
}

function nodeOf(id: string, { credentials, settings }: Deps): Json {
  const number = credentials.phone_numbers.find((each) => each.phone_number_id === id);
  if (number) return numberNode(number, settings);
  if (id === credentials.app_id) {
    return {
      id,
      name: 'Carillon Sandbox App',
      category: 'Business',
      link: `https://www.facebook.com/games/?app_id=${id}`,
    };
  }
  return {
    id,
    name: 'Carillon Sandbox Business',
    currency: 'EUR',
    timezone_id: '1',
    message_template_namespace: 'carillon_sandbox',
    account_review_status: 'APPROVED',
    business_verification_status: 'verified',
    country: 'DE',
    ownership_type: 'SELF',
  };
}

function numberNode(number: BusinessNumber, settings: Settings): Json {
  return {
    id: number.phone_number_id,
    display_phone_number: number.display_phone_number,
    verified_name: number.verified_name,
    code_verification_status: 'VERIFIED',
    quality_rating: 'GREEN',
    platform_type: 'CLOUD_API',
    throughput: { level: settings.throughput_per_second > 80 ? 'HIGH' : 'STANDARD' },
    account_mode: 'LIVE',
    status: settings.account_state === 'unregistered' ? 'DISCONNECTED' : 'CONNECTED',
    name_status: 'APPROVED',
    whatsapp_business_manager_messaging_limit: 'TIER_100K',
    is_official_business_account: false,
    is_pin_enabled: true,
  };
}

function describeToken(token: string, credentials: Credentials): Json {
  const caller = callerOf(token, credentials);
  if (!caller) {
    return {
      error: { code: 190, message: 'Invalid OAuth access token - Cannot parse access token' },
      is_valid: false,
      scopes: [],
    };
  }
  const scopes =
    caller === 'user'
      ? ['whatsapp_business_management', 'whatsapp_business_messaging']
      : caller === 'limited'
        ? ['whatsapp_business_management']
        : [];
  return {
    app_id: credentials.app_id,
    type: caller === 'app' ? 'APP' : 'SYSTEM_USER',
    application: 'Carillon Sandbox App',
    expires_at: 0,
    data_access_expires_at: 0,
    is_valid: true,
    issued_at: 1_763_000_000,
    scopes,
    granular_scopes: scopes.map((scope) => ({ scope, target_ids: [credentials.waba_id] })),
    user_id: '122100000000000001',
  };
}

/** Only the asked fields, and `id` always. Fields that the sandbox does not know are left out. */
export function pick(request: FastifyRequest, node: Json, always: readonly string[] = ['id']): Json {
  const { fields } = request.query as { fields?: unknown };
  if (typeof fields !== 'string' || fields === '') return node;
  const asked = fields.split(',').map((field) => field.replace(/[.{(].*$/, '').trim());
  const names = [...asked.filter((name) => name !== ''), ...always];
  return Object.fromEntries(names.filter((name) => name in node).map((name) => [name, node[name]]));
}

export function page(data: Json[]): Json {
  return { data, paging: { cursors: { before: 'QVFIUjBa', after: 'QVFIUjRa' } } };
}
