import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isObject } from '#cloud-api/checks.ts';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { checkAccess, notFound } from './access.ts';
import type { TwilioAccount } from './account.ts';
import { CONTENT_TYPES, type Content, type Contents } from './contents.ts';
import { jsonOf } from './form-body.ts';
import { approvalResource, contentResource } from './resources.ts';
import { pageOfAll } from './service-routes.ts';
import { TwilioError } from './twilio-error.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  account: TwilioAccount;
  contents: Contents;
  /** Where the twin is served. */
  address: () => string;
}

type Of = { Params: { sid: string } };

const CONTENT = '/twilio/v1/Content';
const CATEGORIES = ['UTILITY', 'MARKETING', 'AUTHENTICATION'];

/** Templates and what WhatsApp says to them, as `content.twilio.com` has them. */
export function contentRoutes(app: FastifyInstance, deps: Deps): void {
  const { account, clock, contents, settings } = deps;
  const describe = (content: Content) => contentResource(content, account.account_sid, deps.address());
  const describeApproval = (content: Content) => approvalResource(content, account.account_sid, deps.address());

  app.addHook('preHandler', async (request) => {
    checkAccess(request, account, settings);
    // A trial account has no templates of its own.
    if (settings.twilio_verified_numbers.length > 0) {
      throw new TwilioError(20003, 'This feature is not available on a Trial account.');
    }
  });

  app.get(CONTENT, () => pageOfAll('contents', contents.all.map(describe), `${deps.address()}/v1/Content`));

  app.get('/twilio/v1/ContentAndApprovals', () => {
    const shown = contents.all.map((content) => {
      const { links: _links, ...rest } = describe(content);
      return { ...rest, approval_requests: content.approval };
    });
    return pageOfAll('contents', shown, `${deps.address()}/v1/ContentAndApprovals`);
  });

  app.post(CONTENT, async (request, reply) => {
    const body = jsonOf(request);
    const content = contents.add(readContent(body), clock.now());
    return reply.code(201).send(describe(content));
  });

  app.get<Of>(`${CONTENT}/:sid`, (request) => describe(getContent(request)));

  app.delete<Of>(`${CONTENT}/:sid`, async (request, reply) => {
    contents.remove(getContent(request));
    return reply.code(204).send();
  });

  app.get<Of>(`${CONTENT}/:sid/ApprovalRequests`, (request) => describeApproval(getContent(request)));

  app.post<Of>(`${CONTENT}/:sid/ApprovalRequests/whatsapp`, async (request, reply) => {
    const content = getContent(request);
    const { name, category } = jsonOf(request);
    if (typeof name !== 'string' || !/^[a-z0-9_]{1,512}$/.test(name)) {
      throw new TwilioError(20001, 'The name must be of small letters, digits and underscores');
    }
    if (typeof category !== 'string' || !CATEGORIES.includes(category)) {
      throw new TwilioError(20001, `The category must be one of ${CATEGORIES.join(', ')}`);
    }
    contents.submit(content, name, category);
    const contentType = Object.keys(content.types)[0];
    return reply.code(201).send({ ...content.approval, content_type: contentType, allow_category_change: true });
  });

  function getContent(request: FastifyRequest<Of>): Content {
    const content = contents.find(request.params.sid);
    if (!content) throw notFound(request);
    return content;
  }
}

function readContent(body: Json): Pick<Content, 'friendly_name' | 'language' | 'variables' | 'types'> {
  const { friendly_name: name = '', language, variables = {}, types } = body;
  if (typeof name !== 'string') throw new TwilioError(20001, 'The friendly_name must be a text');
  if (typeof language !== 'string' || language === '') throw new TwilioError(20001, 'The language is missing');
  if (!isObject(variables) || !Object.values(variables).every((value) => typeof value === 'string')) {
    throw new TwilioError(20001, 'The variables must be texts');
  }
  if (!isObject(types) || Object.keys(types).length === 0) throw new TwilioError(20001, 'The types are missing');
  for (const [type, part] of Object.entries(types)) {
    const needed = CONTENT_TYPES[type];
    if (!needed) throw new TwilioError(20001, `The type ${type} is not known`);
    const missing = needed.find((key) => !isObject(part) || part[key] === undefined);
    if (missing !== undefined) throw new TwilioError(20001, `The type ${type} needs ${missing}`);
  }
  return {
    friendly_name: name,
    language,
    variables: variables as Record<string, string>,
    types: types as Record<string, Json>,
  };
}
