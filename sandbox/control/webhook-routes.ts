import type { FastifyInstance } from 'fastify';
import { type Credentials, findNumber } from '#cloud-api/credentials.ts';
import type { Templates } from '#cloud-api/templates.ts';
import type { Json } from '#people/chats.ts';
import type { People } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { WEBHOOK_FIELDS, type WebhookField } from '#webhooks/fields.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { verifyCallback } from '#webhooks/verification.ts';
import { Refusal, notFound } from './refusal.ts';
import { sampleOf, withChanges } from './webhook-samples.ts';

interface Deps {
  clock: SandboxClock;
  credentials: Credentials;
  people: People;
  templates: Templates;
  webhooks: WebhookQueue;
}

interface NewCallback {
  url: string;
  verify_token?: string;
  fields?: string[];
  verify?: boolean;
  app_id?: string;
}

/** The callback of an app, and webhooks that are sent by hand. */
export function webhookRoutes(app: FastifyInstance, deps: Deps): void {
  const { clock, credentials, people, templates, webhooks } = deps;
  const { subscriptions } = webhooks;

  app.get<{ Querystring: { app_id?: string } }>(
    '/_sandbox/webhook',
    { schema: { querystring: APP_SCHEMA } },
    (request) => {
      const { app_id: appId } = getApp(request.query.app_id);
      const { fields, verified_at } = subscriptions.of(appId);
      return {
        url: subscriptions.addressOf(appId, `waba:${credentials.waba_id}`),
        fields,
        verified_at,
        pending: webhooks.pending.updates,
        failing: webhooks.deliveries.retrying,
      };
    },
  );

  app.post<{ Body: NewCallback }>('/_sandbox/webhook', { schema: { body: CALLBACK_SCHEMA } }, async (request) => {
    const { url, fields, verify } = request.body;
    const caller = getApp(request.body.app_id);
    const verifyToken = request.body.verify_token ?? caller.verify_token;
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
      throw new Refusal('url must be an http or https address', 'url');
    const problem = verify === false ? undefined : await verifyCallback(url, verifyToken);
    if (problem !== undefined) throw new Refusal(`Callback verification failed: ${problem}`, 'url');
    subscriptions.change(caller.app_id, {
      callback_url: url,
      verify_token: verifyToken,
      fields: fields ?? [...WEBHOOK_FIELDS],
      wabas: {},
      numbers: {},
      verified_at: verify === false ? null : new Date().toISOString(),
    });
    webhooks.pump();
    return { success: true };
  });

  app.delete<{ Querystring: { app_id?: string } }>(
    '/_sandbox/webhook',
    { schema: { querystring: APP_SCHEMA } },
    (request) => {
      const { app_id: appId } = getApp(request.query.app_id);
      subscriptions.change(appId, { callback_url: null, wabas: {}, numbers: {}, verified_at: null });
      return { success: true };
    },
  );

  app.post<{ Params: { field: string }; Body: { phone_number_id?: string; value?: Json } | null }>(
    '/_sandbox/webhooks/:field',
    { schema: { body: TEST_SCHEMA } },
    async (request, reply) => {
      const { field } = request.params;
      if (!isField(field)) throw notFound(`The webhook field ${field.slice(0, 100)}`);
      const { phone_number_id: numberId, value: changes } = request.body ?? {};
      const number = numberId === undefined ? credentials.phone_numbers[0] : findNumber(credentials, numberId);
      if (!number) throw new Refusal('phone_number_id is not one of the numbers', 'phone_number_id');
      const person = people.list(undefined, 1000).find((each) => each.wa_id !== null);
      const template = templates.list(number.waba_id)[0];
      const sample = sampleOf(field, {
        now: Math.floor(clock.now() / 1000),
        waba_id: number.waba_id,
        phone_number_id: number.phone_number_id,
        business: number.display_phone_number.replaceAll(/\D/g, ''),
        person: { wa_id: person?.wa_id ?? '15550001111', user_id: person?.user_id ?? '', name: person?.name ?? 'Ada' },
        template: template ?? { id: '1', name: 'hello_world', language: 'en_US', category: 'UTILITY' },
      });
      const changed = withChanges(sample, changes ?? {});
      if ('problem' in changed) throw new Refusal(changed.problem, `value/${changed.key}`);
      const told = webhooks.tellAccount(number.waba_id, field, changed.value, true);
      if (told === 0) throw new Refusal('No app with a callback is subscribed to the account', null, 409);
      return reply.code(202).send({ field, value: changed.value, told });
    },
  );

  function getApp(id: string | undefined) {
    const found = id === undefined ? credentials.apps[0] : credentials.apps.find((each) => each.app_id === id);
    if (!found) throw notFound(`The app ${id ?? ''}`);
    return found;
  }
}

function isField(field: string): field is WebhookField {
  return (WEBHOOK_FIELDS as readonly string[]).includes(field);
}

const APP_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { app_id: { type: 'string', pattern: '^\\d{1,20}$' } },
} as const;

const CALLBACK_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: { type: 'string', minLength: 1, maxLength: 2000 },
    verify_token: { type: 'string', minLength: 1, maxLength: 1000 },
    fields: { type: 'array', minItems: 1, maxItems: 50, items: { type: 'string', pattern: '^[a-z_]{1,64}$' } },
    verify: { type: 'boolean' },
    app_id: { type: 'string', pattern: '^\\d{1,20}$' },
  },
} as const;

const TEST_SCHEMA = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    phone_number_id: { type: 'string', pattern: '^\\d{1,20}$' },
    value: { type: 'object', maxProperties: 50 },
  },
} as const;
