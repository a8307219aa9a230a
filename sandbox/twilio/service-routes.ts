import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { checkAccess, notFound } from './access.ts';
import type { TwilioAccount } from './account.ts';
import { addressOf, methodOf } from './account-routes.ts';
import { formOf } from './form-body.ts';
import type { MessagingService, Numbers } from './numbers.ts';
import { servicePhoneResource, serviceResource } from './resources.ts';
import { type Form, isTrue, textOf } from './send-parameters.ts';
import { TwilioError } from './twilio-error.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  account: TwilioAccount;
  numbers: Numbers;
  /** Where the twin is served. */
  address: () => string;
}

type Of = { Params: { sid: string; phone: string } };

const SERVICES = '/twilio/v1/Services';

/** Messaging services, as `messaging.twilio.com` has them. */
export function serviceRoutes(app: FastifyInstance, deps: Deps): void {
  const { account, clock, numbers, settings } = deps;
  const describe = (service: MessagingService) => serviceResource(service, account.account_sid, deps.address());

  app.addHook('preHandler', async (request) => void checkAccess(request, account, settings));

  app.get(SERVICES, () => pageOfAll('services', numbers.services.map(describe), `${deps.address()}/v1/Services`));

  app.post(SERVICES, async (request, reply) => {
    const form = formOf(request);
    const name = textOf(form, 'FriendlyName');
    if (name === '') throw new TwilioError(20001, 'The FriendlyName is missing');
    const change = changeOf(form);
    const service = numbers.addService(name, clock.now());
    numbers.changeService(service, change, clock.now());
    return reply.code(201).send(describe(service));
  });

  app.get<Of>(`${SERVICES}/:sid`, (request) => describe(getService(request)));

  app.post<Of>(`${SERVICES}/:sid`, (request) => {
    const service = getService(request);
    numbers.changeService(service, changeOf(formOf(request)), clock.now());
    return describe(service);
  });

  app.delete<Of>(`${SERVICES}/:sid`, async (request, reply) => {
    numbers.removeService(getService(request));
    return reply.code(204).send();
  });

  app.get<Of>(`${SERVICES}/:sid/PhoneNumbers`, (request) => {
    const service = getService(request);
    const pool = numbers.poolOf(service, 'sms');
    const shown = pool.map((number) => servicePhoneResource(number, service, account.account_sid, deps.address()));
    return pageOfAll('phone_numbers', shown, `${deps.address()}/v1/Services/${service.sid}/PhoneNumbers`);
  });

  app.post<Of>(`${SERVICES}/:sid/PhoneNumbers`, async (request, reply) => {
    const service = getService(request);
    const number = numbers.find(textOf(formOf(request), 'PhoneNumberSid'));
    if (!number) throw notFound(request);
    const other = numbers.serviceOf(number);
    if (other) throw new TwilioError(21710, 'Phone Number Already Exists in Messaging Service', 409);
    numbers.addToService(service, number);
    return reply.code(201).send(servicePhoneResource(number, service, account.account_sid, deps.address()));
  });

  app.delete<Of>(`${SERVICES}/:sid/PhoneNumbers/:phone`, async (request, reply) => {
    const service = getService(request);
    const number = numbers.find(request.params.phone);
    if (!number || numbers.serviceOf(number) !== service) throw notFound(request);
    numbers.removeFromService(service, number);
    return reply.code(204).send();
  });

  function getService(request: FastifyRequest<Of>): MessagingService {
    const service = numbers.findService(request.params.sid);
    if (!service) throw notFound(request);
    return service;
  }
}

/** A list in the envelope of the later versions, whole on one page. */
export function pageOfAll(key: string, resources: Json[], url: string): Json {
  const page = `${url}?PageSize=50&Page=0`;
  const meta = {
    page: 0,
    page_size: 50,
    first_page_url: page,
    previous_page_url: null,
    url: page,
    next_page_url: null,
  };
  return { meta: { ...meta, key }, [key]: resources };
}

function changeOf(form: Form): Partial<MessagingService> {
  const change: Partial<MessagingService> = {};
  if (textOf(form, 'FriendlyName') !== '') change.friendly_name = textOf(form, 'FriendlyName').slice(0, 64);
  for (const [parameter, key] of [
    ['InboundRequestUrl', 'inbound_request_url'],
    ['FallbackUrl', 'fallback_url'],
    ['StatusCallback', 'status_callback'],
  ] as const) {
    if (form.has(parameter)) change[key] = addressOf(form, parameter) || null;
  }
  for (const [parameter, key] of [
    ['InboundMethod', 'inbound_method'],
    ['FallbackMethod', 'fallback_method'],
  ] as const) {
    if (textOf(form, parameter) !== '') change[key] = methodOf(form, parameter);
  }
  if (form.has('SmartEncoding')) change.smart_encoding = isTrue(form, 'SmartEncoding');
  if (form.has('UseInboundWebhookOnNumber')) {
    change.use_inbound_webhook_on_number = isTrue(form, 'UseInboundWebhookOnNumber');
  }
  const validity = textOf(form, 'ValidityPeriod');
  if (validity === '') return change;
  const seconds = Number(validity);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 36_000) throw new TwilioError(90007);
  return { ...change, validity_period: seconds };
}
