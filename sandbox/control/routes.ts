import type { FastifyInstance } from 'fastify';
import type { SendLimits } from '#cloud-api/limits.ts';
import type { StatusFact } from '#cloud-api/status-timeline.ts';
import { type SandboxClock, isoInstant } from '#storage/clock.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import type { NumberedLog } from '#storage/numbered-log.ts';
import type { StateJournal } from '#storage/state.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import type { OtherProvider } from '#other-provider.ts';
import { Refusal } from './refusal.ts';
import { SETTINGS_SCHEMA, type Settings } from './settings.ts';

interface ControlDeps {
  clock: SandboxClock;
  settings: Settings;
  state: StateJournal;
  ledger: NumberedLog<LedgerEntry>;
  facts: NumberedLog<StatusFact>;
  webhooks: WebhookQueue;
  limits: SendLimits;
  others: readonly OtherProvider[];
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

/** Truths, settings and clock. */
export function controlRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { clock, settings, state, webhooks } = deps;

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

  app.get('/_sandbox/pending', () => {
    const { updates, deliveries } = webhooks.pending;
    const others = deps.others.reduce((sum, other) => sum + other.pendingWebhooks, 0);
    return { updates: updates + others, deliveries, timers: clock.waiting };
  });

  app.get('/_sandbox/settings', () => settings);
  app.post<{ Body: Partial<Settings> }>('/_sandbox/settings', { schema: { body: SETTINGS_SCHEMA } }, (request) => {
    Object.assign(settings, request.body);
    state.record('settings', settings);
    deps.limits.reset();
    webhooks.pump();
    for (const other of deps.others) other.adapt();
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
}

function pageOf(query: { after?: string; limit?: string }): { after: number; limit: number } {
  const limit = Number(query.limit ?? 1000);
  if (limit < 1 || limit > 10_000) throw new Refusal('limit must be from 1 to 10000', 'limit');
  return { after: Number(query.after ?? 0), limit };
}

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
