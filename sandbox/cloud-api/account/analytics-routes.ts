import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Chats, Json, Message } from '#people/chats.ts';
import type { People } from '#people/people.ts';
import { accessToWaba } from '#cloud-api/access.ts';
import { isObject, shown } from '#cloud-api/checks.ts';
import { type Credentials, numbersOf } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { splitFields } from '#cloud-api/node-fields.ts';
import { countryOf } from '#cloud-api/phone-numbers.ts';
import type { Template, Templates } from '#cloud-api/templates.ts';
import { templateOf } from '#cloud-api/template-routes.ts';
import type { AccountStates } from './account-states.ts';
import {
  type CountedMessage,
  type Granularity,
  type Span,
  countWhere,
  groupMessages,
  isDelivered,
  isRead,
  isSent,
  priceOf,
} from './analytics.ts';

export interface AnalyticsDeps {
  credentials: Credentials;
  settings: Settings;
  templates: Templates;
  accounts: AccountStates;
  chats: Chats;
  people: People;
}

type ById = { Params: { id: string } };

const GRANULARITIES: Readonly<Record<string, Granularity>> = {
  HALF_HOUR: 'HALF_HOUR',
  DAY: 'DAY',
  DAILY: 'DAY',
  MONTH: 'MONTH',
  MONTHLY: 'MONTH',
};
export const METRICS = ['analytics', 'conversation_analytics', 'pricing_analytics', 'template_analytics'];

/** `/{WABA}/template_analytics` and `/{TEMPLATE}/compare`, counted from what the sandbox's people did. */
export function analyticsRoutes(app: FastifyInstance, deps: AnalyticsDeps): void {
  app.get<ById>('/:id/template_analytics', (request) => {
    const { id } = request.params;
    accessToWaba(request, id, deps);
    const query = request.query as Json;
    return templateAnalytics(id, (name) => query[name], deps);
  });

  app.get<ById>('/:id/compare', (request) => {
    const template = templateOf(request, request.params.id, deps);
    const query = request.query as Json;
    const [otherId] = listOf(query['template_ids']);
    const other = otherId === undefined ? undefined : deps.templates.findById(otherId);
    if (other?.waba_id !== template.waba_id || other.id === template.id) {
      throw new GraphError(100, 'Param template_ids must be another template of the same account.');
    }
    const span = spanOf((name) => query[name]);
    if (![7, 30, 60, 90].includes((span.end - span.start) / 86_400)) {
      throw new GraphError(100, 'The time from start to end must be 7, 30, 60 or 90 days.');
    }
    return { data: comparison([template, other], span, deps) };
  });
}

/** The metrics of an account that `?fields=` asks for, as `analytics.start(1).end(2).granularity(DAY)`. */
export function accountMetrics(request: FastifyRequest, wabaId: string, deps: AnalyticsDeps): Json {
  const { fields } = request.query as { fields?: unknown };
  const answer: Json = {};
  for (const field of splitFields(typeof fields === 'string' ? fields : '')) {
    const [name = ''] = field.trim().split('.');
    if (!METRICS.includes(name)) continue;
    const filters = new Map(Array.from(field.matchAll(/\.(\w+)\(([^)]*)\)/g), (match) => [match[1] ?? '', match[2]]));
    const filter = (key: string) => filters.get(key);
    if (name === 'template_analytics') answer[name] = templateAnalytics(wabaId, filter, deps);
    else answer[name] = metricOf(name, wabaId, filter, deps);
  }
  return answer;
}

type Filter = (name: string) => unknown;

function metricOf(name: string, wabaId: string, filter: Filter, deps: AnalyticsDeps): Json {
  const span = spanOf(filter);
  const granularity = GRANULARITIES[shown(filter('granularity') ?? '').toUpperCase()];
  if (!granularity)
    throw new GraphError(100, `Param granularity must be one of {${Object.keys(GRANULARITIES).join(', ')}}.`);
  const numbers = listOf(filter('phone_numbers')).map((number) => number.replaceAll(/\D/g, ''));
  const countries = listOf(filter('country_codes')).map((country) => country.toUpperCase());
  const digitsOf = new Map(
    numbersOf(deps.credentials, wabaId).map((number) => [
      number.phone_number_id,
      number.display_phone_number.replaceAll(/\D/g, ''),
    ]),
  );
  const messages = countedMessages(wabaId, deps).filter(
    (message) =>
      (numbers.length === 0 || numbers.includes(digitsOf.get(message.phone_number_id) ?? '')) &&
      (countries.length === 0 || countries.includes(message.country)),
  );
  if (name === 'analytics') {
    const points = groupMessages(messages, span, granularity, () => ({})).map((group) => ({
      ...group.interval,
      sent: countWhere(group.messages, (message) => message.is_sent),
      delivered: countWhere(group.messages, (message) => message.is_delivered),
    }));
    return { phone_numbers: [...digitsOf.values()], granularity: shown(filter('granularity')), data_points: points };
  }
  const dimensions = listOf(filter('dimensions')).map((dimension) => dimension.toUpperCase());
  // Without dimensions everything of an interval is one point.
  const keysOf = (message: CountedMessage): Record<string, string> => ({
    ...(dimensions.includes('COUNTRY') ? { country: message.country } : {}),
    ...(dimensions.includes('PHONE') ? { phone_number: digitsOf.get(message.phone_number_id) ?? '' } : {}),
    ...(name === 'pricing_analytics'
      ? {
          ...(dimensions.includes('PRICING_TYPE') ? { pricing_type: pricingType(message) } : {}),
          ...(dimensions.includes('PRICING_CATEGORY') ? { pricing_category: message.category.toUpperCase() } : {}),
        }
      : {
          ...(dimensions.includes('CONVERSATION_TYPE') ? { conversation_type: 'REGULAR' } : {}),
          ...(dimensions.includes('CONVERSATION_CATEGORY')
            ? { conversation_category: message.category.toUpperCase() }
            : {}),
        }),
  });
  const delivered = messages.filter((message) => message.is_delivered);
  const points = groupMessages(delivered, span, granularity, keysOf).map((group) => ({
    ...group.interval,
    ...group.keys,
    [name === 'pricing_analytics' ? 'volume' : 'conversation']: group.messages.length,
    cost: costOf(group.messages),
  }));
  return { data: [{ data_points: points }] };
}

function templateAnalytics(wabaId: string, filter: Filter, deps: AnalyticsDeps): Json {
  if (!deps.accounts.of(wabaId).is_enabled_for_insights) {
    throw new GraphError(200007, 'Template insights are not enabled for this account.');
  }
  const span = spanOf(filter);
  if (shown(filter('granularity') ?? 'DAILY').toUpperCase() !== 'DAILY') {
    throw new GraphError(100, 'Param granularity must be DAILY.');
  }
  const ids = listOf(filter('template_ids'));
  if (ids.length < 1 || ids.length > 10) throw new GraphError(100, 'Param template_ids must have 1 to 10 ids.');
  const wanted = listOf(filter('metric_types')).map((metric) => metric.toUpperCase());
  const isWanted = (metric: string) => wanted.length === 0 || wanted.includes(metric);
  const messages = countedMessages(wabaId, deps).filter((message) => ids.includes(message.template_id ?? ''));
  const points = groupMessages(messages, span, 'DAY', (message) => ({ template_id: message.template_id ?? '' })).map(
    ({ interval, keys, messages: group }) => ({
      ...keys,
      ...interval,
      ...(isWanted('SENT') ? { sent: countWhere(group, (message) => message.is_sent) } : {}),
      ...(isWanted('DELIVERED') ? { delivered: countWhere(group, (message) => message.is_delivered) } : {}),
      ...(isWanted('READ') ? { read: countWhere(group, (message) => message.is_read) } : {}),
      ...(isWanted('CLICKED') ? { clicked: clicksOf(group) } : {}),
      ...(isWanted('COST') ? { cost: costsOf(group) } : {}),
    }),
  );
  return { data: [{ granularity: 'DAILY', product_type: 'cloud_api', data_points: points }] };
}

function clicksOf(messages: readonly CountedMessage[]): Json[] {
  const taps = Map.groupBy(
    messages.flatMap((message) => message.clicks),
    (text) => text,
  );
  return [...taps].map(([text, all]) => ({ type: 'quick_reply_button', button_content: text, count: all.length }));
}

function costsOf(messages: readonly CountedMessage[]): Json[] {
  const spent = costOf(messages);
  const delivered = countWhere(messages, (message) => message.is_delivered);
  return [
    { type: 'amount_spent', value: spent },
    { type: 'cost_per_delivered', value: delivered === 0 ? 0 : spent / delivered },
  ];
}

function costOf(messages: readonly CountedMessage[]): number {
  const cost = messages.reduce((sum, message) => sum + (message.is_delivered ? priceOf(message.category) : 0), 0);
  return Math.round(cost * 10_000) / 10_000;
}

function pricingType({ category }: CountedMessage): string {
  return category === 'service' ? 'FREE_CUSTOMER_SERVICE' : 'REGULAR';
}

/** Sends, how many of the readers blocked the business, and why. */
function comparison(templates: readonly Template[], span: Span, deps: AnalyticsDeps): Json[] {
  const rows = templates.map((template) => {
    const messages = [...deps.chats.all()].filter(
      (message) =>
        templateIdOf(message, template.waba_id, deps) === template.id &&
        message.at >= span.start * 1000 &&
        message.at < span.end * 1000,
    );
    const blocked = messages.filter((message) => deps.people.find(message.person_id)?.blocked).length;
    return { id: template.id, sends: messages.filter(isSent).length, blocked };
  });
  const rate = (row: { sends: number; blocked: number }) => (row.sends === 0 ? 0 : row.blocked / row.sends);
  const byRate = rows.toSorted((one, other) => rate(one) - rate(other)).map((row) => row.id);
  return [
    { metric: 'BLOCK_RATE', type: 'RELATIVE', order_by_relative_metric: byRate },
    {
      metric: 'MESSAGE_SENDS',
      type: 'NUMBER_VALUES',
      number_values: rows.map((row) => ({ key: row.id, value: row.sends })),
    },
    {
      metric: 'TOP_BLOCK_REASON',
      type: 'STRING_VALUES',
      string_values: rows.map((row) => ({
        key: row.id,
        value: row.blocked === 0 ? 'NO_BLOCKS' : 'UNKNOWN_BLOCK_REASON',
      })),
    },
  ];
}

function countedMessages(wabaId: string, deps: AnalyticsDeps): CountedMessage[] {
  const ours = new Set(numbersOf(deps.credentials, wabaId).map((number) => number.phone_number_id));
  const taps = new Map<string, string[]>();
  const sent: Message[] = [];
  for (const message of deps.chats.all()) {
    if (!ours.has(message.phone_number_id)) continue;
    if (message.from === 'business') sent.push(message);
    else if (message.type === 'button' && message.context_id !== null) {
      const button = message.content['button'];
      const text = isObject(button) ? shown(button['text'] ?? '') : '';
      taps.set(message.context_id, [...(taps.get(message.context_id) ?? []), text]);
    }
  }
  return sent.map((message) => ({
    at: message.at,
    phone_number_id: message.phone_number_id,
    country: countryOf(deps.people.find(message.person_id)?.wa_id ?? ''),
    category: message.category ?? 'service',
    template_id: templateIdOf(message, wabaId, deps),
    is_sent: isSent(message),
    is_delivered: isDelivered(message),
    is_read: isRead(message.status),
    clicks: taps.get(message.id) ?? [],
  }));
}

function templateIdOf(message: Message, wabaId: string, { templates }: AnalyticsDeps): string | null {
  const { template } = message.content;
  if (message.from !== 'business' || !isObject(template)) return null;
  const { language, name } = template;
  const code = isObject(language) ? shown(language['code'] ?? '') : '';
  return templates.find(shown(name ?? ''), code, wabaId)?.id ?? null;
}

function spanOf(filter: Filter): Span {
  const [start, end] = ['start', 'end'].map((name) => {
    const seconds = Number(filter(name));
    if (!Number.isInteger(seconds) || seconds <= 0) {
      throw new GraphError(100, `Param ${name} must be an instant in seconds of the epoch.`);
    }
    return seconds;
  });
  if (start === undefined || end === undefined || end <= start)
    throw new GraphError(100, 'Param end must be after start.');
  return { start, end };
}

function listOf(value: unknown): string[] {
  if (value === undefined) return [];
  return (typeof value === 'string' ? value : JSON.stringify(value))
    .replaceAll(/[[\]"'\s]/g, '')
    .split(',')
    .filter((part) => part !== '');
}
