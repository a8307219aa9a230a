import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isObject } from '#cloud-api/checks.ts';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { checkAccess, notFound } from './access.ts';
import type { TwilioAccount } from './account.ts';
import { jsonOf } from './form-body.ts';
import type { IncomingNumber, Numbers, SenderWebhook } from './numbers.ts';
import { isWebAddress } from './send-parameters.ts';
import { pageOfAll } from './service-routes.ts';
import { TwilioError } from './twilio-error.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  account: TwilioAccount;
  numbers: Numbers;
  /** Where the twin is served. */
  address: () => string;
}

type Of = { Params: { sid: string } };

const SENDERS = '/twilio/v2/Channels/Senders';
const ADDRESSES = ['callback_url', 'fallback_url', 'status_callback_url'] as const;
const METHODS = ['callback_method', 'fallback_method', 'status_callback_method'] as const;

/** The numbers as senders on WhatsApp, with addresses of their own for what is told of it. */
export function senderRoutes(app: FastifyInstance, deps: Deps): void {
  const { account, clock, numbers, settings } = deps;
  const describe = (number: IncomingNumber): Json => ({
    sid: number.sender_sid,
    status: 'ONLINE',
    sender_id: `whatsapp:${number.phone_number}`,
    configuration: { waba_id: null, verification_method: 'sms' },
    webhook: number.sender_webhook,
    profile: { name: number.friendly_name },
    properties: { quality_rating: 'HIGH', messaging_limit: '1K Customers/24hr' },
    offline_reasons: null,
    url: `${deps.address()}/v2/Channels/Senders/${number.sender_sid}`,
  });

  app.addHook('preHandler', async (request) => void checkAccess(request, account, settings));

  app.get(SENDERS, (request) => {
    const query = new URLSearchParams(request.url.split('?')[1] ?? '');
    const isWhatsApp = query.get('Channel') === 'whatsapp';
    if (!isWhatsApp) throw new TwilioError(20001, 'The Channel must be whatsapp');
    const senders = numbers.numbers.filter((number) => number.has_whatsapp).map(describe);
    return pageOfAll('senders', senders, `${deps.address()}/v2/Channels/Senders`);
  });

  app.get<Of>(`${SENDERS}/:sid`, (request) => describe(getSender(request)));

  app.post<Of>(`${SENDERS}/:sid`, async (request, reply) => {
    const number = getSender(request);
    const { webhook } = jsonOf(request);
    if (webhook !== undefined) {
      const change = readWebhook(webhook);
      numbers.change(number, { sender_webhook: { ...number.sender_webhook, ...change } }, clock.now());
    }
    return reply.code(202).send(describe(number));
  });

  function getSender(request: FastifyRequest<Of>): IncomingNumber {
    const number = numbers.numbers.find((each) => each.has_whatsapp && each.sender_sid === request.params.sid);
    if (!number) throw notFound(request);
    return number;
  }
}

function readWebhook(webhook: unknown): Partial<SenderWebhook> {
  if (!isObject(webhook)) throw new TwilioError(20001, 'The webhook must be an object');
  const change: Partial<SenderWebhook> = {};
  for (const name of ADDRESSES) {
    const url = webhook[name];
    if (url === undefined) continue;
    if (url !== null && !(typeof url === 'string' && (url === '' || isWebAddress(url)))) {
      throw new TwilioError(20001, `The ${name} is not a valid URL`);
    }
    change[name] = url || null;
  }
  for (const name of METHODS) {
    const method = webhook[name];
    if (method === undefined) continue;
    if (method !== 'GET' && method !== 'POST') throw new TwilioError(20001, `The ${name} must be GET or POST`);
    change[name] = method;
  }
  return change;
}
