import type { FastifyInstance } from 'fastify';
import { type Credentials, saveCredentials } from '#cloud-api/credentials.ts';
import { newDigits } from '#cloud-api/ids.ts';
import type { SendLimits } from '#cloud-api/limits.ts';
import type { StatusFact } from '#cloud-api/status-timeline.ts';
import { setTemplateStatus } from '#cloud-api/template-routes.ts';
import type { Templates } from '#cloud-api/templates.ts';
import { type SandboxClock, isoInstant } from '#storage/clock.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import type { NumberedLog } from '#storage/numbered-log.ts';
import type { StateJournal } from '#storage/state.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { verifyCallback } from '#webhooks/verification.ts';
import { Refusal, notFound } from './refusal.ts';
import { SETTINGS_SCHEMA, type Settings } from './settings.ts';

export interface ControlDeps {
  clock: SandboxClock;
  credentials: Credentials;
  credentialsPath: string;
  settings: Settings;
  state: StateJournal;
  ledger: NumberedLog<LedgerEntry>;
  facts: NumberedLog<StatusFact>;
  webhooks: WebhookQueue;
  templates: Templates;
  limits: SendLimits;
  address: () => string;
}

const PAGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    after: { type: 'string', pattern: '^\\d{1,15}$' },
    limit: { type: 'string', pattern: '^\\d{1,5}$' },
  },
} as const;

interface PageQuery {
  Querystring: { after?: string; limit?: string };
}

/** Credentials, truths, settings and clock. */
export function controlRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { clock, credentials, settings, state, webhooks } = deps;

  app.get('/_sandbox/credentials', () => describeCredentials(deps));

  app.post<{ Body: { display_phone_number?: string; verified_name?: string } }>(
    '/_sandbox/phone_numbers',
    { schema: { body: NEW_NUMBER_SCHEMA } },
    async (request, reply) => {
      const count = credentials.phone_numbers.length;
      if (count >= 20) throw new Refusal('The sandbox has at most 20 business numbers');
      const number = {
        phone_number_id: newDigits(15),
        display_phone_number: request.body.display_phone_number ?? `+1 555 078 ${String(3881 + count)}`,
        verified_name: request.body.verified_name ?? `Carillon Sandbox ${count + 1}`,
      };
      credentials.phone_numbers.push(number);
      await saveCredentials(deps.credentialsPath, credentials);
      return reply.code(201).send(number);
    },
  );

  for (const [path, log] of [
    ['/_sandbox/ledger', deps.ledger],
    ['/_sandbox/statuses', deps.facts],
  ] as const) {
    app.get<PageQuery>(path, { schema: { querystring: PAGE_SCHEMA } }, async (request) => {
      const { after, limit } = pageOf(request.query);
      const data = await log.read(after, limit);
      return { data, next_after: data.length === limit ? (data.at(-1)?.seq ?? null) : null };
    });
  }

  app.get<PageQuery>('/_sandbox/webhooks', { schema: { querystring: PAGE_SCHEMA } }, (request) => {
    const { after, limit } = pageOf(request.query);
    const data = webhooks.deliveries.views(after, limit);
    return { data, next_after: data.length === limit ? (data.at(-1)?.seq ?? null) : null };
  });

  app.get('/_sandbox/pending', () => ({ ...webhooks.pending, timers: clock.waiting }));
  app.get('/_sandbox/templates', () => ({ data: deps.templates.list() }));
  app.patch<{ Params: { id: string }; Body: { status: string; reason?: string } }>(
    '/_sandbox/templates/:id',
    { schema: { body: TEMPLATE_STATUS_SCHEMA } },
    (request) => {
      const { id } = request.params;
      const template = deps.templates.findById(id) ?? deps.templates.list().find((each) => each.name === id);
      if (!template) throw notFound(`The template ${id.slice(0, 100)}`);
      setTemplateStatus(template, request.body.status, request.body.reason ?? 'NONE', deps);
      return template;
    },
  );

  app.get('/_sandbox/settings', () => settings);
  app.post<{ Body: Partial<Settings> }>('/_sandbox/settings', { schema: { body: SETTINGS_SCHEMA } }, (request) => {
    Object.assign(settings, request.body);
    state.record('settings', settings);
    deps.limits.reset();
    webhooks.pump();
    return settings;
  });

  const clockView = () => ({
    now: isoInstant(clock.now()),
    advanced_seconds: clock.advancedMs / 1000,
    speed: clock.speed,
  });
  app.get('/_sandbox/clock', clockView);
  app.post<{ Body: ClockChange }>('/_sandbox/clock', { schema: { body: CLOCK_SCHEMA } }, (request) => {
    const { advance_seconds: seconds, speed } = request.body;
    if (clock.isStepped) throw new Refusal('A scenario has the clock: stop it first', null, 409);
    if (seconds !== undefined) clock.advance(seconds * 1000);
    if (speed !== undefined) clock.setSpeed(speed);
    state.record('clock', { advanced_ms: clock.advancedMs });
    return clockView();
  });

  webhookRoutes(app, deps);
}

function webhookRoutes(app: FastifyInstance, { credentials, webhooks }: ControlDeps): void {
  const view = () => {
    const { subscription } = webhooks;
    return {
      url: subscription.override_url ?? subscription.callback_url,
      fields: subscription.fields,
      verified_at: subscription.verified_at,
      pending: webhooks.pending.updates,
      failing: webhooks.deliveries.retrying,
    };
  };
  app.get('/_sandbox/webhook', view);

  app.post<{ Body: { url: string; verify_token?: string; fields?: string[]; verify?: boolean } }>(
    '/_sandbox/webhook',
    { schema: { body: WEBHOOK_SCHEMA } },
    async (request) => {
      const { url, fields, verify } = request.body;
      const verifyToken = request.body.verify_token ?? credentials.verify_token;
      if (!/^https?:\/\//.test(url) || !URL.canParse(url))
        throw new Refusal('url must be an http or https address', 'url');
      const problem = verify === false ? undefined : await verifyCallback(url, verifyToken);
      if (problem !== undefined) throw new Refusal(`Callback verification failed: ${problem}`, 'url');
      webhooks.changeSubscription({
        callback_url: url,
        verify_token: verifyToken,
        fields: fields ?? ['messages', 'user_preferences', 'message_template_status_update'],
        override_url: null,
        is_waba_subscribed: true,
        verified_at: verify === false ? null : new Date().toISOString(),
      });
      return { success: true };
    },
  );

  app.delete('/_sandbox/webhook', () => {
    webhooks.changeSubscription({ callback_url: null, override_url: null, verified_at: null });
    return { success: true };
  });
}

function describeCredentials({ credentials, address }: ControlDeps) {
  const [number] = credentials.phone_numbers;
  const account = {
    base_url: address(),
    access_token: credentials.access_token,
    limited_access_token: credentials.limited_access_token,
    phone_number_id: number?.phone_number_id,
    display_phone_number: number?.display_phone_number,
    verified_name: number?.verified_name,
    waba_id: credentials.waba_id,
    app_id: credentials.app_id,
    app_secret: credentials.app_secret,
    verify_token: credentials.verify_token,
    foreign_phone_number_id: credentials.foreign_phone_number_id,
    phone_numbers: credentials.phone_numbers,
  };
  return { ...account, providers: { whatsapp_cloud: account } };
}

function pageOf(query: { after?: string; limit?: string }): { after: number; limit: number } {
  const limit = Number(query.limit ?? 1000);
  if (limit < 1 || limit > 10_000) throw new Refusal('limit must be from 1 to 10000', 'limit');
  return { after: Number(query.after ?? 0), limit };
}

const NEW_NUMBER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    display_phone_number: { type: 'string', pattern: '^\\+[\\d ()-]{7,30}$' },
    verified_name: { type: 'string', minLength: 1, maxLength: 100 },
  },
} as const;

const TEMPLATE_STATUS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['status'],
  properties: {
    status: { enum: ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'DISABLED'] },
    reason: { type: 'string', minLength: 1, maxLength: 100 },
  },
} as const;

interface ClockChange {
  advance_seconds?: number;
  speed?: number;
}

const CLOCK_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    advance_seconds: { type: 'number', minimum: 0, maximum: 315_360_000 },
    speed: { type: 'number', minimum: 0, maximum: 1_000_000 },
  },
} as const;

const WEBHOOK_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: { type: 'string', minLength: 1, maxLength: 2000 },
    verify_token: { type: 'string', minLength: 1, maxLength: 1000 },
    fields: { type: 'array', minItems: 1, maxItems: 50, items: { type: 'string', pattern: '^[a-z_]{1,64}$' } },
    verify: { type: 'boolean' },
  },
} as const;
