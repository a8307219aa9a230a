import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { checkAccess, checkAccountSid, notFound } from './access.ts';
import type { TwilioAccount } from './account.ts';
import { formOf } from './form-body.ts';
import type { IncomingNumber, Method, Numbers } from './numbers.ts';
import { accountPath, accountResource, numberResource } from './resources.ts';
import { type Form, isWebAddress, phoneOf, textOf } from './send-parameters.ts';
import { TwilioError } from './twilio-error.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  account: TwilioAccount;
  numbers: Numbers;
}

type Of = { Params: { account: string; sid: string } };

const ACCOUNTS = '/twilio/2010-04-01/Accounts';
const NUMBERS = `${ACCOUNTS}/:account/IncomingPhoneNumbers`;
const SID = ':sid(^[A-Za-z0-9]+)';

/** The account and its numbers. */
export function accountRoutes(app: FastifyInstance, deps: Deps): void {
  const { account, clock, numbers, settings } = deps;
  const accountSid = account.account_sid;

  app.get(`${ACCOUNTS}.json`, (request) => {
    checkOwner(request);
    return listOf('accounts', [describeAccount()], '/2010-04-01/Accounts.json');
  });

  app.get<{ Params: { account: string } }>(`${ACCOUNTS}/:account(^[A-Za-z0-9]+).json`, (request) => {
    checkOwner(request);
    checkAccountSid(request, request.params.account, account);
    return describeAccount();
  });

  app.get<Of>(`${NUMBERS}.json`, (request) => {
    checkCaller(request);
    const query = new URLSearchParams(request.url.split('?')[1] ?? '');
    const [phone, name] = [query.get('PhoneNumber'), query.get('FriendlyName')];
    const found = numbers.numbers.filter(
      (number) =>
        (phone === null || number.phone_number.includes(phone)) && (name === null || number.friendly_name === name),
    );
    const shown = found.map((number) => numberResource(number, accountSid));
    return listOf('incoming_phone_numbers', shown, `${accountPath(accountSid)}/IncomingPhoneNumbers.json`);
  });

  app.post<Of>(`${NUMBERS}.json`, async (request, reply) => {
    checkCaller(request);
    const form = formOf(request);
    const areaCode = textOf(form, 'AreaCode');
    const phone = areaCode === '' ? phoneOf(textOf(form, 'PhoneNumber')) : freePhone(areaCode);
    if (phone === undefined) throw new TwilioError(21421);
    if (numbers.findByPhone(phone)) throw new TwilioError(21421, `${phone} is not available`);
    const friendlyName = textOf(form, 'FriendlyName') || phone;
    const change = changeOf(form);
    const wanted = { phone_number: phone, friendly_name: friendlyName, has_whatsapp: false };
    const number = numbers.addNumber(wanted, clock.now());
    numbers.change(number, change, clock.now());
    return reply.code(201).send(numberResource(number, accountSid));
  });

  app.get<Of>(`${NUMBERS}/${SID}.json`, (request) => numberResource(getNumber(request), accountSid));

  app.post<Of>(`${NUMBERS}/${SID}.json`, (request) => {
    const number = getNumber(request);
    numbers.change(number, changeOf(formOf(request)), clock.now());
    return numberResource(number, accountSid);
  });

  app.delete<Of>(`${NUMBERS}/${SID}.json`, async (request, reply) => {
    numbers.release(getNumber(request));
    return reply.code(204).send();
  });

  function describeAccount(): Json {
    const status = settings.twilio_account === 'suspended' ? 'suspended' : 'active';
    return accountResource(account, status, settings.twilio_verified_numbers.length > 0);
  }

  /** What an API key of the smaller kind may not see. */
  function checkOwner(request: FastifyRequest): void {
    if (checkAccess(request, account, settings) === 'key' && settings.twilio_api_key === 'standard') {
      throw new TwilioError(20003);
    }
  }

  function checkCaller(request: FastifyRequest<Of>): void {
    checkAccess(request, account, settings);
    checkAccountSid(request, request.params.account, account);
  }

  function getNumber(request: FastifyRequest<Of>): IncomingNumber {
    checkCaller(request);
    const number = numbers.find(request.params.sid);
    if (!number) throw notFound(request);
    return number;
  }

  function freePhone(areaCode: string): string | undefined {
    if (!/^[2-9]\d\d$/.test(areaCode)) return undefined;
    for (let last = 100; last < 1000; last++) {
      const phone = `+1${areaCode}5550${last}`;
      if (!numbers.findByPhone(phone)) return phone;
    }
    return undefined;
  }
}

function changeOf(form: Form): Partial<IncomingNumber> {
  const change: Partial<IncomingNumber> = {};
  const name = textOf(form, 'FriendlyName');
  if (name !== '') change.friendly_name = name.slice(0, 64);
  for (const [parameter, key] of [
    ['SmsUrl', 'sms_url'],
    ['SmsFallbackUrl', 'sms_fallback_url'],
    ['StatusCallback', 'status_callback'],
  ] as const) {
    if (form.has(parameter)) change[key] = addressOf(form, parameter);
  }
  for (const [parameter, key] of [
    ['SmsMethod', 'sms_method'],
    ['SmsFallbackMethod', 'sms_fallback_method'],
    ['StatusCallbackMethod', 'status_callback_method'],
  ] as const) {
    if (textOf(form, parameter) !== '') change[key] = methodOf(form, parameter);
  }
  return change;
}

/** An address, or nothing, which takes it away. */
export function addressOf(form: Form, parameter: string): string {
  const url = textOf(form, parameter);
  if (url !== '' && !isWebAddress(url)) throw new TwilioError(20001, `The ${parameter} is not a valid URL`);
  return url;
}

export function methodOf(form: Form, parameter: string): Method {
  const method = textOf(form, parameter).toUpperCase();
  if (method !== 'GET' && method !== 'POST') throw new TwilioError(20001, `The ${parameter} must be GET or POST`);
  return method;
}

/** A list in the envelope of 2010, whole on one page. */
function listOf(key: string, resources: Json[], path: string): Json {
  const uri = `${path}?PageSize=50&Page=0`;
  return {
    first_page_uri: uri,
    end: Math.max(0, resources.length - 1),
    previous_page_uri: null,
    [key]: resources,
    uri,
    page_size: 50,
    start: 0,
    next_page_uri: null,
    page: 0,
  };
}
